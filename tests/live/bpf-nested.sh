#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/bpf-tap/tap.bpf.c and processes.bpf.c, with the transports vhost_vsock and virtio.
#
# A host and its guest capture their conversation, both without vsockmon, whose module is hidden
# from both. On both sides, --export writes what the programs received, also from packets that were
# split. Each side names its own program, and none for the other side.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

patience=240
traffic=$BUILD/tests/captures/traffic
! modprobe -q vsockmon || fail 'this kernel has vsockmon, so the test shows nothing'
modprobe vhost_vsock

share=$(mktemp -d)
chmod 755 "$share"
capture --process -B 32768 -w host.pcapng
want err '^this kernel has no vsockmon: capturing with a BPF program'
TMPDIR=$share "$LIVE/../vm/nested" --timeout 500 --results "$share" \
	env BUILD="$BUILD" LIVE="$LIVE" "$LIVE/bpf-guest" >nested.out 2>&1 &
guest=$!

mkdir host
"$traffic" -o host listen 5102 end send=100000:40000 shut=w >listening &
server=$!
guest_listens() {
	kill -0 $guest 2>/dev/null || fail "no guest: $(cat nested.out)"
	grep -qs listening "$share/guest.out"
}
until_true guest_listens
"$traffic" -o host -p 40101 connect 3 5101 send=1000000:65536 shut=w end &
client=$!
wait $client || fail 'the client failed'
wait $server || fail 'the server failed'
wait $guest || fail "the guest failed: $(cat nested.out)"
sleep 1
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want err '^0 packets dropped by kernel'
want "$share/guest.err" '^this kernel has no vsockmon: capturing with a BPF program' \
	'^0 packets dropped by kernel'

# same CAPTURE: each side's bytes are those that its peer received.
same() {
	local name=$1 flow=0 port
	vsockdump -r "$name.pcapng" --export "$name-export" >out 2>err || fail "$name: no export"
	! grep 'warning' err || fail "$name: a warning"
	for port in 5101 5102; do
		compare "$name" $flow client server $port
		compare "$name" $flow server client $port
		flow=$((flow + 1))
	done
}

# compare CAPTURE FLOW SIDE PEER PORT
compare() {
	local exported=$1-export/$2.$3 received
	received=$(find host "$share/guest" -name "*-$5.$4")
	[ -n "$received" ] || fail "nothing received by the $4 of port $5"
	cmp "$received" "$exported" || fail "$1: what the $3 of port $5 sent is not in the capture"
	[ ! -e "$exported.gaps" ] || fail "$1: gaps in what the $3 of port $5 sent"
}

same host
mv "$share/guest.pcapng" .
same guest

# named CAPTURE PORT CLIENT SERVER: the processes of the flow, "none" for the other machine's.
named() {
	vsockdump -r "$1.pcapng" --process --flows --json >flows
	python3 - "$2" "$3 $4" <<-'END' || fail "$1: not the processes $3 and $4 of port $2"
	import json, sys
	name = lambda process: f"{process['command']}:{process['pid']}" if process else "none"
	flow, = (f for f in map(json.loads, open("flows"))
	         if f["kind"] == "flow" and f["server_port"] == int(sys.argv[1]))
	names = name(flow["client_process"]) + " " + name(flow["server_process"])
	sys.exit(names != sys.argv[2] and names)
	END
}

read -r guest_server guest_client <"$share/guest.pids"
named host 5101 traffic:$client none
named host 5102 none traffic:$server
named guest 5101 none "traffic:$guest_server"
named guest 5102 "traffic:$guest_client" none
