#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/bpf-tap/tap.bpf.c.
#
# vsockmon and the BPF program capture the same traffic at the same time: the same frames, byte for
# byte, in the same order. Needs one processor: with two, each source may see another order.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

[ "$(nproc)" = 1 ] || fail 'more than one processor'
traffic=$BUILD/tests/captures/traffic
ip link add vsockmon0 type vsockmon
ip link set vsockmon0 up

# start NAME INTERFACE
start() {
	vsockdump -i "$2" -B 65536 -w "$1.pcap" 2>"$1.err" &
	pids+=($!)
	until_true grep -q 'listening on' "$1.err"
}
pids=()
start vsockmon vsockmon0
start bpf bpf

listen 1234
for bytes in 1 1000 100000; do echo_bytes 1234 "$bytes"; done
refused 9999
"$traffic" listen 2222 end send=20000:20000 shut=w &
server=$!
until_true listening 2222
"$traffic" connect 1 2222 send=1000000:30000 shut=w end || fail 'the client failed'
wait $server
"$traffic" -m listen 2223 'end' &
server=$!
until_true listening 2223
"$traffic" -m connect 1 2223 send=300:100 send=30000:30000 shut=w end || fail 'the client failed'
wait $server
sleep 1
kill -INT "${pids[@]}"
wait "${pids[@]}"
want vsockmon.err '^0 packets dropped by kernel'
want bpf.err '^0 packets dropped by kernel'
"$LIVE/same-frames" vsockmon.pcap bpf.pcap 100 || fail 'the frames differ'

ip link del vsockmon0
