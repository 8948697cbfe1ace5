#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/bpf-tap/processes.bpf.c, processes.c, tool/run/process-watch.c.
#
# --process names the program at both ends of a connection: of a hundred short ones, of one that is
# older than the capture, and of one that fails.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

# Where the packets come from: process-vsockmon.sh has another source.
[ -v source ] || source=(-i bpf)

# count_flows PYTHON: how many flows of the JSON lines in `flows` this is true for.
count_flows() {
	python3 - "$1" <<-'END'
	import json, sys
	lines = [json.loads(line) for line in open("flows")]
	flows = [flow for flow in lines if flow["kind"] == "flow"]
	print(sum(bool(eval(sys.argv[1], {"f": f, "c": f["client_process"] or {}, "s": f["server_process"] or {}}))
	          for f in flows))
	END
}

# An older connection, whose server waits in accept() for the next one.
"$LIVE/short-connections" server 1234 &
server=$!
until_true listening 1234
socat -u VSOCK-LISTEN:1300 CREATE:older &
old_server=$!
until_true listening 1300
mkfifo feed
socat -u OPEN:feed VSOCK-CONNECT:1:1300 &
old_client=$!
exec 9>feed
echo before >&9
until_true grep -q before older

capture "${source[@]}" --process --flows --json -w names.pcapng --print
! grep -q warning err || fail 'a warning'
echo during >&9
until_true grep -q during older
"$LIVE/short-connections" client 1234 100 &
client=$!
wait $client
! socat -u OPEN:/dev/null VSOCK-CONNECT:9:77 2>socat-err || fail 'CID 9 exists'
refused 9999
sleep 1
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
! grep 'names of processes dropped' err || fail 'dropped'
mv out flows

all=$(count_flows 'f["server_port"] == 1234')
[ "$all" = 100 ] || fail "$all flows, not 100"
right=$(count_flows "f['server_port'] == 1234 and c.get('pid') == $client and s.get('pid') == $server \
	and c['command'] == 'client' and s['command'] == 'server' and c['tid'] == $client and c['cgroup']")
echo "$right of 100 short connections have the right processes"
[ "$right" -ge 99 ] || fail "only $right flows have the right processes"
[ "$(count_flows "f['server_port'] == 1300 and c.get('pid') == $old_client and s.get('pid') == $old_server")" = 1 ] ||
	fail 'the older connection has not the right processes'
[ "$(count_flows "f['server_port'] == 9999 and c.get('command') == 'socat' and not s")" = 1 ] ||
	fail 'the refused connection has not the right processes'

# Lines.
capture "${source[@]}" --process -v -l
"$LIVE/short-connections" client 1234 2
sleep 1
end_capture INT
want out "REQUEST.*, client \(pid [0-9]+\) > (\?|server \(pid $server\))\$" "RW.* length 5,.*, client \(pid [0-9]+\) > server \(pid $server\)$"

# The names are in the file, and reading it gives the same flows and findings.
vsockdump -r names.pcapng --process --flows --json >again
python3 - <<'END'
import json

def parts(path):
    """The processes of each flow, and what was found without a packet."""
    for line in map(json.loads, open(path)):
        if line["kind"] == "flow":
            yield line["flow"], line["client_process"], line["server_process"]
        elif line["kind"] == "finding":
            yield line["findings"][0]["text"]

live, read = list(parts("flows")), list(parts("again"))
for one, other in zip(live, read):
    assert one == other, f"live {one}, read {other}"
assert len(live) == len(read), f"live {len(live)}, read {len(read)}"
END
vsockdump -r names.pcapng --flows --json >without
! grep process without || fail 'names without --process'

# No packet shows a connection that fails at once.
for arguments in '' --json; do
	want_status 10 vsockdump -r names.pcapng --process --diagnose $arguments
	want out 'socat \(pid [0-9]+\) tried to connect to CID 9 \(port 77\), which does not exist \(ENODEV\)'
done
[ "$(grep -c connect-failed flows)" = 1 ] || fail 'not one failed connection'

# A filter, live: the kernel knows no process, so all packets come.
for filter in 'command client' "pid $server and not command socat"; do
	capture "${source[@]}" --process -w filtered.pcapng "$filter"
	"$LIVE/short-connections" client 1234 3
	refused 9999
	sleep 1
	end_capture INT
	want_status 0 vsockdump -r filtered.pcapng --flows
	[ "$(grep -c 'local:1234' out)" = 3 ] || fail "not the three connections of: $filter"
	! grep 9999 out || fail "$filter: the connection of another process"
done
capture "${source[@]}" --process 'command nobody'
"$LIVE/short-connections" client 1234 1
sleep 1
end_capture INT
want err 'packets seen, none matched the filter'
want_status 2 vsockdump "${source[@]}" 'pid 1'
want err '"pid" needs vsockdump and its option --process'
