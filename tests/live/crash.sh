#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/output-file.c, tool/confine/keeper.c, lib/capture-file/writer.c.
#
# vsockdump is killed at random moments while packets come. It leaves a readable file that lacks
# only the packets of the last seconds, and no interface.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
RANDOM=$((seed = SRANDOM))
echo "seed $seed"

# The second that vsockdump(8) promises, and two for a busy machine.
seconds=3

# So slow that the timer writes the packets, before a buffer is full. It lasts longer than the captures
# do on a busy machine: SHUTDOWN and RST at its end may be alike, and crash-compare needs differences.
repeat=$(printf 'send=100 sleep=10 %.0s' {1..20000})
traffic=$BUILD/tests/captures/traffic
"$traffic" listen 1400 end >listener &
until_true grep -q listening listener
# This file gets all packets, each one at once.
capture -i vsockmon0 -U -w all.pcap
# shellcheck disable=SC2086 # a step for each word
"$traffic" connect 1 1400 $repeat &

# start NUMBER SECONDS: starts vsockdump, and kills it that long after it began to listen.
start() {
	vsockdump -i vsockmon0 -w "$1.pcap" >"$1.out" 2>"$1.err" &
	local victim=$!
	until_true grep -q 'listening on' "$1.err"
	sleep "$2"
	date +%s.%N >"$1.killed"
	kill -KILL $victim
	wait $victim 2>/dev/null || :
}

for round in 0 1; do
	victims=()
	for i in {0..9}; do
		start $((round * 10 + i)) "$((RANDOM % 8)).$((RANDOM % 10))" &
		victims+=($!)
	done
	wait "${victims[@]}"
	until_true [ "$(taps)" = 1 ]
	[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"
done
sleep 0.5
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want err '^0 packets dropped by kernel'
until_true no_taps

for i in {0..19}; do
	vsockdump -r "$i.pcap" --count 2>>messages
	echo "$i.pcap" >>list
done >counts
! grep -v '^reading from' messages || fail "a file that is not whole"
[ "$(tcpdump -Z root -V list --count 2>read.err | sed 's/ .*//')" = \
	"$(awk '{ all += $1 } END { print all }' counts)" ] || fail "tcpdump: $(cat read.err)"
"$LIVE/crash-compare" $seconds all.pcap {0..19}
