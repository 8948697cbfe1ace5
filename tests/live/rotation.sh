#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/capture-file/files.c, rotation.c, pcapng*.c, tool/run/drop-watch.c.
#
# Live captures into several files, into a full disk, and killed ones lose nothing. What pcapng says
# about a capture is true of the real one.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

listen 1234

count() {
	vsockdump --count -r "$1" 2>/dev/null | cut -d ' ' -f 1
}

# A ring by size: as long as no file is overwritten, the files hold all captured packets.
capture -i vsockmon0 -w ring.pcapng -C 100K -W 50
echo_bytes 1234 500000
sleep 0.3
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
total=0
files=(ring.pcapng??)
[ ${#files[@]} -gt 5 ] || fail "only ${#files[@]} files"
for file in "${files[@]}"; do
	[ "$(stat -c %s "$file")" -le 102400 ] || fail "$file is too large"
	[ "$(stat -c %a "$file")" = 600 ] || fail "$file can be read by others"
	total=$((total + $(count "$file")))
done
[ $total = "$(sed -n 's/ packets captured$//p' err)" ] || fail "$total packets in the files"

# Each file has the kernel, the interface and the counters.
capinfos "${files[0]}" >info 2>/dev/null
os="Linux $(uname -r)"
want info "Capture oper-sys: +$(as_pattern "$os")" 'Name = vsockmon0' 'Time precision = nanoseconds' \
	'Number of stat entries = 1'
vsockdump --json -r "${files[0]}" >json 2>/dev/null
want json "^{\"capture\":{\"interface\":\"vsockmon0\",\"os\":\"$(as_pattern "$os")\".*\"dropped_by_kernel\":0,"

# Files change by the clock even without packets. A file is complete once the next one exists.
capture -i vsockmon0 -w 'clock-%s.pcap' -G 1
three_files() {
	[ "$(find . -name 'clock-*' | wc -l)" -ge 3 ]
}
until_true three_files
echo_bytes 1234 1000
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status with -G"
total=0
for file in clock-*; do
	total=$((total + $(count "$file")))
done
[ $total = "$(sed -n 's/ packets captured$//p' err)" ] || fail "$total packets in files of -G"
capture -i vsockmon0 -w 'end-%s.pcap' -G 1 -W 2
capture_status=0
wait "$capture" || capture_status=$?
[ "$capture_status" = 0 ] || fail "exit status $capture_status when the files were full"
[ "$(find . -name 'end-*' | wc -l)" = 2 ] || fail "files: $(find . -name 'end-*')"

# No room for another file: the former ones have all packets.
mkdir small
mount -t tmpfs -o size=10m,nr_inodes=3 none small
capture -i vsockmon0 -w small/x --packets-per-file 20
echo_bytes 1234 500000
capture_status=0
wait "$capture" || capture_status=$?
[ "$capture_status" = 6 ] || fail "exit status $capture_status without room for a file"
want err 'small/x2: No space left on device: [0-9]+ packets written before are readable'
[ $(($(count small/x) + $(count small/x1))) = "$(sed -n 's/.*: \([0-9]*\) packets written.*/\1/p' err)" ] ||
	fail "$(count small/x) and $(count small/x1) packets"
umount small

# A full disk in the middle of a pcapng file: the file ends with a complete block.
mount -t tmpfs -o size=100k none small
capture -i vsockmon0 -w small/x.pcapng
echo_bytes 1234 300000
capture_status=0
wait "$capture" || capture_status=$?
[ "$capture_status" = 6 ] || fail "exit status $capture_status after a full disk"
vsockdump -n -r small/x.pcapng >read.out 2>read.err || fail "unreadable: $(cat read.err)"
umount small

# After SIGKILL, the file has all packets that are older than a second, and no interface is left.
capture -w killed.pcapng
echo_bytes 1234 100000
sleep 2
kill -KILL "$capture"
wait "$capture" 2>/dev/null || :
vsockdump --flows -n -r killed.pcapng >read.out 2>read.err || fail "unreadable: $(cat read.err)"
want read.out '1:1234.* 100000 +100000 '
until_true no_taps

# Findings become comments, also those of a timeout, which come before the next packet.
capture -i vsockmon0 -w annotated.pcapng --annotate
refused 9999
sleep 0.5
end_capture INT
tshark -n -r annotated.pcapng -T fields -e frame.comment 2>/dev/null >comments
want comments 'information: refused: '

# JSON ends with the counters, and SIGUSR1 prints them before. The warning and payload_unreliable
# agree; whether they are right depends on the kernel, and the unit test of core/kernel.c checks it.
capture -i vsockmon0 --json
refused 9999
sleep 0.3
kill -USR1 "$capture"
until_true grep -q '^{"capture"' out
end_capture INT
[ "$(grep -c '^{"capture"' out)" = 2 ] || fail "counters in JSON"
unreliable=false
if grep -q 'may capture the payload of large packets wrongly' err; then unreliable=true; fi
want out "\"payload_unreliable\":$unreliable,\"packets\":[0-9]+,\"accepted\":[0-9]+,\"dropped_by_kernel\":0,\"dropped_by_interface\":0,\"not_written\":0}}\$"

# vsockdump reports drops while they happen. It is stopped while the smallest buffer fills.
capture -i vsockmon0 -w drops.pcapng -B 256
kill -STOP "$capture"
for _ in 1 2 3; do
	echo_bytes 1234 2000000
done
kill -CONT "$capture"
until_true grep -q '^packets are being dropped: [1-9]' err
end_capture INT
dropped=$(sed -n 's/ packets dropped by kernel$//p' err)
[ "$dropped" -gt 0 ] || fail "no drops"
vsockdump --json -r drops.pcapng >json 2>err
want json "\"dropped_by_kernel\":$dropped,"
want err "^$dropped packets were dropped by the kernel when this was captured"
