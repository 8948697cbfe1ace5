-- SPDX-License-Identifier: GPL-2.0-or-later
-- The tables of postgresql.sql as views over the files that vsockdump --flow-log writes, for DuckDB.
-- They answer questions.sql on one machine, without a server. Before this file:
--
--	SET VARIABLE files = '/var/lib/vsockdump/flows-*.ndjson';
--	SET VARIABLE since = TIMESTAMP '2026-11-28';        -- default: a day ago; times are in UTC
--
-- The files may be compressed with gzip or zstd. A record that comes in several files counts once.

-- A time in vsockdump's JSON is a string: seconds since 1970 and 9 decimals. The last 3 are cut.
CREATE OR REPLACE MACRO vsock_time(seconds) AS
	make_timestamp((split_part(seconds, '.', 1) || left(split_part(seconds, '.', 2), 6))::BIGINT);

CREATE OR REPLACE MACRO since() AS
	coalesce(getvariable('since'), (now() AT TIME ZONE 'UTC') - INTERVAL 1 DAY);

CREATE OR REPLACE VIEW flow AS
SELECT DISTINCT ON (uid, seq)
	* REPLACE (vsock_time(ts) AS ts, vsock_time(first_ts) AS first_ts, vsock_time(last_ts) AS last_ts)
FROM read_json(getvariable('files'), format = 'newline_delimited', columns = {
	kind: 'VARCHAR', v: 'INTEGER', run: 'UUID', n: 'BIGINT', uid: 'UUID', seq: 'BIGINT',
	ts: 'VARCHAR', host: 'VARCHAR', host_name: 'VARCHAR', point: 'VARCHAR', flow: 'BIGINT',
	client_cid: 'BIGINT', client_name: 'VARCHAR', client_port: 'BIGINT',
	client_port_made_up: 'BOOLEAN', client_process: 'JSON', server_cid: 'BIGINT',
	server_name: 'VARCHAR', server_port: 'BIGINT', server_port_made_up: 'BOOLEAN',
	server_process: 'JSON', type: 'VARCHAR', state: 'VARCHAR', verdict: 'VARCHAR',
	first_ts: 'VARCHAR', last_ts: 'VARCHAR', duration_us: 'BIGINT', client_packets: 'BIGINT',
	server_packets: 'BIGINT', client_bytes: 'BIGINT', server_bytes: 'BIGINT',
	handshake_us: 'DOUBLE', midstream: 'BOOLEAN', roles_guessed: 'BOOLEAN', lossy: 'BOOLEAN',
	history: 'VARCHAR', client_first_data_us: 'DOUBLE', server_first_data_us: 'DOUBLE',
	client_longest_gap_us: 'DOUBLE', server_longest_gap_us: 'DOUBLE',
	client_stalls: 'BIGINT', server_stalls: 'BIGINT', client_blocked_us: 'DOUBLE',
	server_blocked_us: 'DOUBLE', client_longest_stall_us: 'DOUBLE',
	server_longest_stall_us: 'DOUBLE', client_buf_alloc: 'BIGINT',
	server_buf_alloc: 'BIGINT', client_in_flight: 'BIGINT', server_in_flight: 'BIGINT',
	filtered: 'BOOLEAN', final: 'BOOLEAN', reason: 'VARCHAR', initiator: 'VARCHAR',
	closed_by: 'VARCHAR', error: 'VARCHAR', attempts: 'BIGINT', service: 'VARCHAR',
	vm: 'VARCHAR', d_client_packets: 'BIGINT', d_server_packets: 'BIGINT',
	d_client_bytes: 'BIGINT', d_server_bytes: 'BIGINT', worst: 'VARCHAR', codes: 'VARCHAR[]'})
WHERE kind IN ('flow', 'flow_interim', 'connect_failed');

CREATE OR REPLACE VIEW finding AS
SELECT DISTINCT ON (uid, seq) * REPLACE (vsock_time(ts) AS ts)
FROM read_json(getvariable('files'), format = 'newline_delimited', columns = {
	kind: 'VARCHAR', v: 'INTEGER', run: 'UUID', n: 'BIGINT', uid: 'UUID', seq: 'BIGINT',
	ts: 'VARCHAR', host: 'VARCHAR', host_name: 'VARCHAR', point: 'VARCHAR', code: 'VARCHAR',
	class: 'VARCHAR', text: 'VARCHAR', flow: 'BIGINT', packets: 'BIGINT[]',
	client_cid: 'BIGINT', client_port: 'BIGINT', server_cid: 'BIGINT', server_port: 'BIGINT',
	service: 'VARCHAR', vm: 'VARCHAR', count: 'BIGINT', update: 'BOOLEAN'})
WHERE kind IN ('finding');

CREATE OR REPLACE VIEW capture AS
SELECT DISTINCT ON (uid, kind, seq) * REPLACE (vsock_time(ts) AS ts)
FROM read_json(getvariable('files'), format = 'newline_delimited', columns = {
	kind: 'VARCHAR', v: 'INTEGER', run: 'UUID', n: 'BIGINT', uid: 'UUID', seq: 'BIGINT',
	ts: 'VARCHAR', host: 'VARCHAR', host_name: 'VARCHAR', point: 'VARCHAR',
	reason: 'VARCHAR', period_us: 'BIGINT', source: 'VARCHAR', os: 'VARCHAR',
	version: 'VARCHAR', boot: 'VARCHAR', packets: 'BIGINT', accepted: 'BIGINT',
	dropped_by_kernel: 'BIGINT', dropped_by_interface: 'BIGINT', flows_in_table: 'BIGINT',
	flows_started: 'BIGINT', flows_evicted: 'BIGINT', records: 'JSON',
	records_lost: 'BIGINT', payload_unreliable: 'BOOLEAN', flows: 'BIGINT',
	client_packets: 'BIGINT', server_packets: 'BIGINT', client_bytes: 'BIGINT',
	server_bytes: 'BIGINT'})
WHERE kind IN ('capture_stats', 'rest');

-- The newest record of each connection.
CREATE OR REPLACE VIEW conn AS SELECT DISTINCT ON (uid) * FROM flow ORDER BY uid, seq DESC;
