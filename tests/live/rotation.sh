#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/capture-file/files.c, rotation.c, pcapng*.c, tool/run/drop-watch.c.
#
# Live captures lose nothing: into several files, into a full disk, and if they are killed. Also
# checks that all statements of a pcapng file about its capture are true.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

listen 1234

count() {
	vsockdump --count -r "$1" 2>/dev/null | cut -d ' ' -f 1
}

# A ring by size: while no file is overwritten, the files have every captured packet.
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
want json "^{\"kind\":\"capture\",.*\"capture\":{\"interface\":\"vsockmon0\",\"os\":\"$(as_pattern "$os")\".*\"dropped_by_kernel\":0,"

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

# Another user puts FIFOs, links and files under the names of later files, of a ring and of -G. The
# capture neither waits nor writes into them.
mkdir -m 777 shared
plant() {
	setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "cd shared && $1"
}
for i in 01 02 03; do plant "mkfifo -m 666 c$i"; done
plant 'echo mine >victim; ln -s victim c04; echo >c05; chmod 666 c05 victim'
capture -Z root -i vsockmon0 -w shared/c -C 50K -W 50
echo_bytes 1234 500000
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status in a folder of others"
want err '^0 packets dropped by kernel'
total=0
for file in shared/c??; do
	if [ ! -f "$file" ] || [ -L "$file" ]; then fail "$file is no file"; fi
	[ "$(stat -c %U:%a "$file")" = root:600 ] || fail "$file: $(stat -c %U:%a "$file")"
	total=$((total + $(count "$file")))
done
[ -e shared/c05 ] || fail 'too few files'
[ $total = "$(sed -n 's/ packets captured$//p' err)" ] || fail "$total packets in a folder of others"
[ "$(cat shared/victim)" = mine ] || fail 'a link was followed'
now=$(date +%s)
plant "i=$now; while [ \$i -lt $((now + 600)) ]; do mkfifo -m 666 g-\$i; i=\$((i + 1)); done"
capture -i vsockmon0 -w 'shared/g-%s' -G 1
renamed_files() {
	[ "$(find shared -name 'g-*-1' -size +0 | wc -l)" -ge 3 ]
}
until_true renamed_files
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status when names were taken"
[ "$(grep -c 'exists and is kept' err)" = 1 ] || fail 'taken names were not reported once'

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

# A packet is in the file a second after it came, even if so few come that the kernel's blocks are
# never full. A second more is for a busy machine.
packet_times() {
	vsockdump --json -r "$1" 2>/dev/null | jq -r 'select(.ts).ts'
}

capture -i vsockmon0 -w slow.pcap
for _ in $(seq 80); do
	sleep 0.1
	echo slowly
done | socat -u - VSOCK-CONNECT:1:1234 &
sender=$!
sleep 3
for i in 1 2 3; do
	sleep 0.7
	date +%s.%N >"copy$i.time"
	cp slow.pcap "copy$i.pcap"
done
wait $sender || :
end_capture INT
packet_times slow.pcap >all.times
for i in 1 2 3; do
	due=$(awk -v now="$(cat "copy$i.time")" '$1 < now - 2' all.times | tail -1)
	newest=$(packet_times "copy$i.pcap" | tail -1)
	awk "BEGIN { exit !(${newest:-0} >= ${due:-1e12}) }" ||
		fail "the newest packet in the file is of ${newest:-no time}, not of $due"
done

# After SIGKILL, the file contains the packets that are older than a second, and no interface is
# left.
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
until_true grep -q '^{"kind":"capture"' out
end_capture INT
[ "$(grep -c '^{"kind":"capture"' out)" = 2 ] || fail "counters in JSON"
unreliable=false
if grep -q 'may capture payload wrongly' err; then unreliable=true; fi
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
