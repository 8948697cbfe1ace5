#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/live.c, core/flow-table.c, lib/capture-file/rotation.c.
#
# Many real connections are opened, refused, shut down and killed while vsockdump follows and writes
# all of them. It accounts for each one, loses none, and its memory does not grow.
# SOAK_SECONDS says how long, and SOAK_AT_ONCE how many connections at a time.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
# With huge pages, the heap would grow by 2 MiB at once.
echo never >/sys/kernel/mm/transparent_hugepage/enabled
seconds=${SOAK_SECONDS:-120} at_once=${SOAK_AT_ONCE:-24}

# How the file is cut into several.
rotation=(-C 8M)

# So few that the table is full, and flows leave it, long before half of the time is over. But so many
# that a flow stays for two seconds at the most connections a second: after a forced close, the server
# says its last words a second later, and they must find their flow.
max_flows=1000

# Prints vsockdump's own memory in KiB. The kernel's buffer for the capture is left out: its resident
# part grows until each block was used once.
watch_memory() {
	while sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$capture/status"; do
		sleep 0.5
	done
}

# most FROM TO: the highest sample in this part of the time; both are percentages.
most() {
	local all
	all=$(wc -l <samples)
	sed -n "$((all * $1 / 100 + 1)),$((all * $2 / 100))p" samples | sort -n | tail -n 1
}

# count FILE...: adds up the packets that two programs find in these files, and removes the files,
# as an hour of them would not fit.
by_vsockdump=0 by_tcpdump=0
count() {
	local file
	for file; do
		by_vsockdump=$((by_vsockdump + $(vsockdump -r "$file" --count 2>read.err | sed 's/ .*//')))
		by_tcpdump=$((by_tcpdump + $(tcpdump -r "$file" --count 2>read.err | sed 's/ .*//')))
		rm "$file"
	done
}

# All files except the last one are complete.
count_complete() {
	local files
	mapfile -t files < <(printf '%s\n' capture.pcap* | sort -V | head -n -1)
	count "${files[@]}"
}

capture -i vsockmon0 --flows --json --max-flows $max_flows -w capture.pcap "${rotation[@]}"
"$BUILD/tests/live/soak-traffic" "$seconds" "$at_once" >traffic 2>traffic.err &
traffic=$!
watch_memory >samples &
watch=$!
while kill -0 $traffic 2>/dev/null; do
	count_complete
	sleep 1
done
wait $traffic
kill $watch
# vsockdump may not have received the last packets yet.
sleep 1
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want err '^0 packets dropped by kernel'
mv out flows
"$LIVE/soak-account" traffic flows

count capture.pcap*
captured=$(sed -n 's/ packets captured$//p' err)
[ "$by_vsockdump" = "$captured" ] || fail "vsockdump -r: $by_vsockdump packets, not $captured"
[ "$by_tcpdump" = "$captured" ] || fail "tcpdump -r: $by_tcpdump packets, not $captured"

# Once the table is full, only the list of findings grows. It may double once more in the second half:
# then all findings are copied, 128 bytes for each at most. A leak of 32 bytes a packet is several
# times this limit after a minute.
before=$(most 40 60) after=$(most 80 100)
findings=$(grep -o '"code":"' flows | wc -l)
[ "$findings" -gt 0 ] || fail 'no finding in the flows'
limit=$((before + 64 + findings * 128 / 1024))
echo "memory: $before KiB at half time, $after KiB at the end; $captured packets, $findings findings"
[ "$after" -le $limit ] || fail "memory grew above $limit KiB: $(tr '\n' ' ' <samples)"
