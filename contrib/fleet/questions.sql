-- SPDX-License-Identifier: GPL-2.0-or-later
-- Ten questions to the records of a fleet. PostgreSQL (postgresql.sql) and DuckDB (duckdb.sql) give
-- the same answers. since() is the beginning of the window. A line "-- N. ..." begins a question.

-- 1. Who cannot connect, to what, and why?
SELECT host, vm, server_port, error, sum(attempts) AS attempts
FROM flow
WHERE kind = 'connect_failed' AND ts >= since()
GROUP BY 1, 2, 3, 4
ORDER BY attempts DESC, host, vm, server_port, error;

-- 2. How long do handshakes take, hour by hour? Did the new image make them slow?
SELECT date_trunc('hour', ts) AS hour, service, count(*) AS connections,
	round((percentile_cont(0.5) WITHIN GROUP (ORDER BY handshake_us))::numeric, 3) AS half_us,
	round((percentile_cont(0.99) WITHIN GROUP (ORDER BY handshake_us))::numeric, 3) AS p99_us
FROM conn
WHERE ts >= since() AND handshake_us IS NOT NULL
GROUP BY 1, 2
ORDER BY hour, service NULLS LAST;

-- 3. Who does not read, so that the peer must wait? "client" is who does not read.
SELECT host, vm, service, 'client' AS does_not_read,
	round((sum(server_blocked_us) / 1000000)::numeric, 3) AS peer_waited_seconds
FROM conn
WHERE ts >= since() AND server_blocked_us > 0
GROUP BY 1, 2, 3
UNION ALL
SELECT host, vm, service, 'server',
	round((sum(client_blocked_us) / 1000000)::numeric, 3)
FROM conn
WHERE ts >= since() AND client_blocked_us > 0
GROUP BY 1, 2, 3
ORDER BY peer_waited_seconds DESC, host, vm, service NULLS LAST, does_not_read;

-- 4. Which guests were reset or restored while connections were open?
SELECT host, vm, code, count(*) AS findings, min(ts) AS first
FROM finding
WHERE code IN ('half-open', 'guest-reset') AND ts >= since()
GROUP BY 1, 2, 3
ORDER BY findings DESC, host, vm, code;

-- 5. Who moves the bytes, minute by minute? Long connections count in each minute of a record.
SELECT date_trunc('minute', ts) AS minute, host, vm, sum(d_client_bytes + d_server_bytes) AS bytes
FROM flow
WHERE ts >= since()
GROUP BY 1, 2, 3
HAVING sum(d_client_bytes + d_server_bytes) > 0
ORDER BY bytes DESC, minute, host, vm;

-- 6. Which connections are open, and were silent for an hour? They may be leaks.
SELECT host, vm, server_port, uid, first_ts, last_ts
FROM conn
WHERE (kind = 'flow_interim' OR reason = 'capture-end') AND state IN ('established', 'half-closed')
	AND ts - last_ts >= interval '1 hour' AND ts >= since()
ORDER BY last_ts, uid;

-- 7. How do connections end, and who ends them?
SELECT service, state, verdict, closed_by, count(*) AS connections
FROM conn
WHERE kind = 'flow' AND ts >= since()
GROUP BY 1, 2, 3, 4
ORDER BY connections DESC, service NULLS LAST, state, verdict, closed_by NULLS LAST;

-- 8. How many connections of a host were open at the same time?
SELECT host, max(open) AS open_at_a_time
FROM (SELECT host, sum(step) OVER (PARTITION BY host ORDER BY moment, step
		ROWS UNBOUNDED PRECEDING) AS open
	FROM (SELECT host, first_ts AS moment, 1 AS step FROM conn WHERE kind <> 'connect_failed'
		UNION ALL
		SELECT host, last_ts, -1 FROM conn WHERE kind = 'flow' AND reason <> 'capture-end') AS steps)
	AS sums
GROUP BY host
ORDER BY open_at_a_time DESC, host;

-- 9. Which records were lost on the way? No row: none. "unfinished": the run did not end properly.
SELECT host, run, max(n) - count(DISTINCT n) AS lost, NOT bool_or(ended) AS unfinished
FROM (SELECT host, run, n, false AS ended FROM flow
	UNION ALL SELECT host, run, n, false FROM finding
	UNION ALL SELECT host, run, n, coalesce(kind = 'capture_stats' AND reason = 'end', false)
		FROM capture) AS records
GROUP BY host, run
HAVING max(n) > count(DISTINCT n) OR NOT bool_or(ended)
ORDER BY host, run;

-- 10. Which services are new, and were not used before the window?
SELECT host, vm, server_port FROM flow WHERE kind <> 'connect_failed' AND ts >= since()
EXCEPT
SELECT host, vm, server_port FROM flow WHERE kind <> 'connect_failed' AND ts < since()
ORDER BY host, vm, server_port;
