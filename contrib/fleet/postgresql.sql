-- SPDX-License-Identifier: GPL-2.0-or-later
-- Tables for the records that vsockdump --flow-log writes, in PostgreSQL 15 or newer. docs/fleet.md
-- says how to fill and ask them.
--
--	createdb vsock && psql -d vsock -f postgresql.sql
--	psql -d vsock -c "SELECT vsock_days(current_date, current_date + 7)"      # each day
--
-- vsock_put() takes one line of a flow log. It ignores a record that is already there, so a line
-- may come any number of times. It ignores keys that it does not know, and a missing key becomes
-- NULL. A line that does not fit goes into the table "rejected", because a sender would otherwise
-- send it again forever.
--
-- Each table has a partition for each day. To forget a day, drop its partitions.

BEGIN;

-- A time in vsockdump's JSON is a string: seconds since 1970 and 9 decimals. The last 3 are cut.
CREATE FUNCTION vsock_time(seconds text) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT
RETURN timestamptz '1970-01-01 00:00:00+00'
	+ make_interval(secs => split_part(seconds, '.', 1)::bigint)
	+ left(rpad(split_part(seconds, '.', 2), 6, '0'), 6)::int * interval '1 microsecond';

-- The kinds "flow", "flow_interim" and "connect_failed".
CREATE TABLE flow (
	kind text NOT NULL,
	v int NOT NULL,
	run uuid NOT NULL,
	n bigint NOT NULL,
	uid uuid NOT NULL,
	seq bigint NOT NULL,
	ts timestamptz NOT NULL,
	host text,
	host_name text,
	point text,
	flow bigint,
	client_cid bigint,
	client_name text,
	client_port bigint,
	client_port_made_up boolean,
	client_process jsonb,
	server_cid bigint,
	server_name text,
	server_port bigint,
	server_port_made_up boolean,
	server_process jsonb,
	type text,
	state text,
	verdict text,
	first_ts timestamptz,
	last_ts timestamptz,
	duration_us bigint,
	client_packets bigint,
	server_packets bigint,
	client_bytes bigint,
	server_bytes bigint,
	handshake_us double precision,
	midstream boolean,
	roles_guessed boolean,
	lossy boolean,
	history text,
	client_first_data_us double precision,
	server_first_data_us double precision,
	client_longest_gap_us double precision,
	server_longest_gap_us double precision,
	client_stalls bigint,
	server_stalls bigint,
	client_blocked_us double precision,
	server_blocked_us double precision,
	client_longest_stall_us double precision,
	server_longest_stall_us double precision,
	client_buf_alloc bigint,
	server_buf_alloc bigint,
	client_in_flight bigint,
	server_in_flight bigint,
	filtered boolean,
	final boolean,
	reason text,
	initiator text,
	closed_by text,
	error text,
	attempts bigint,
	service text,
	vm text,
	d_client_packets bigint,
	d_server_packets bigint,
	d_client_bytes bigint,
	d_server_bytes bigint,
	worst text,
	codes text[],
	PRIMARY KEY (uid, seq, ts)
) PARTITION BY RANGE (ts);

CREATE TABLE finding (
	kind text NOT NULL,
	v int NOT NULL,
	run uuid NOT NULL,
	n bigint NOT NULL,
	uid uuid NOT NULL,
	seq bigint NOT NULL,
	ts timestamptz NOT NULL,
	host text,
	host_name text,
	point text,
	code text,
	class text,
	text text,
	flow bigint,
	packets bigint[],
	client_cid bigint,
	client_port bigint,
	server_cid bigint,
	server_port bigint,
	service text,
	vm text,
	count bigint,
	update boolean,
	PRIMARY KEY (uid, seq, ts)
) PARTITION BY RANGE (ts);

-- The kinds "capture_stats" and "rest".
CREATE TABLE capture (
	kind text NOT NULL,
	v int NOT NULL,
	run uuid NOT NULL,
	n bigint NOT NULL,
	uid uuid NOT NULL,
	seq bigint NOT NULL,
	ts timestamptz NOT NULL,
	host text,
	host_name text,
	point text,
	reason text,
	period_us bigint,
	source text,
	os text,
	version text,
	boot text,
	packets bigint,
	accepted bigint,
	dropped_by_kernel bigint,
	dropped_by_interface bigint,
	flows_in_table bigint,
	flows_started bigint,
	flows_evicted bigint,
	records jsonb,
	records_lost bigint,
	payload_unreliable boolean,
	flows bigint,
	client_packets bigint,
	server_packets bigint,
	client_bytes bigint,
	server_bytes bigint,
	PRIMARY KEY (uid, kind, seq, ts)
) PARTITION BY RANGE (ts);

-- Rows of days that have no partition yet.
CREATE TABLE flow_other PARTITION OF flow DEFAULT;
CREATE TABLE finding_other PARTITION OF finding DEFAULT;
CREATE TABLE capture_other PARTITION OF capture DEFAULT;

CREATE INDEX ON flow (ts);
CREATE INDEX ON finding (ts);
CREATE INDEX ON flow (run, n);
CREATE INDEX ON finding (run, n);
CREATE INDEX ON capture (run, n);

CREATE TABLE rejected (
	at timestamptz NOT NULL DEFAULT now(),
	error text NOT NULL,
	line text NOT NULL
);

-- The newest record of each connection.
CREATE VIEW conn AS SELECT DISTINCT ON (uid) * FROM flow ORDER BY uid, seq DESC;

-- Where the window of questions.sql begins: SET vsock.since = '2026-11-28'. By default it is a day long.
CREATE FUNCTION since() RETURNS timestamptz LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('vsock.since', true), '')::timestamptz,
	now() - interval '1 day');

CREATE FUNCTION vsock_put(line text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	record jsonb;
BEGIN
	record := line::jsonb;
	record := record || jsonb_build_object(
		'ts', vsock_time(record->>'ts'),
		'first_ts', vsock_time(record->>'first_ts'),
		'last_ts', vsock_time(record->>'last_ts'));
	CASE record->>'kind'
	WHEN 'flow', 'flow_interim', 'connect_failed' THEN
		INSERT INTO flow SELECT * FROM jsonb_populate_record(NULL::flow, record)
			ON CONFLICT DO NOTHING;
	WHEN 'finding' THEN
		INSERT INTO finding SELECT * FROM jsonb_populate_record(NULL::finding, record)
			ON CONFLICT DO NOTHING;
	WHEN 'capture_stats', 'rest' THEN
		INSERT INTO capture SELECT * FROM jsonb_populate_record(NULL::capture, record)
			ON CONFLICT DO NOTHING;
	ELSE
		RAISE 'unknown kind of record: %', record->>'kind';
	END CASE;
EXCEPTION
	-- What a line cannot cause is for the sender to try again: a full disk, a server that stops.
	WHEN data_exception OR integrity_constraint_violation OR raise_exception THEN
		INSERT INTO rejected (error, line) VALUES (SQLERRM, line);
END
$$;

-- Makes the partitions of these days, and moves rows there that came before.
CREATE FUNCTION vsock_days(first date, last date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	parent text;
	name text;
	day date;
	beginning timestamptz;
	ending timestamptz;
BEGIN
	FOREACH parent IN ARRAY ARRAY['flow', 'finding', 'capture'] LOOP
		FOR i IN 0 .. last - first LOOP
			day := first + i;
			beginning := day::timestamp AT TIME ZONE 'UTC';
			ending := (day + 1)::timestamp AT TIME ZONE 'UTC';
			name := parent || to_char(day, '_YYYYMMDD');
			CONTINUE WHEN to_regclass(name) IS NOT NULL;
			EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
			EXECUTE format('WITH moved AS (DELETE FROM %I WHERE ts >= $1 AND ts < $2 RETURNING *) '
				'INSERT INTO %I SELECT * FROM moved', parent || '_other', name)
				USING beginning, ending;
			EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
				parent, name, beginning, ending);
		END LOOP;
	END LOOP;
END
$$;

COMMIT;
