#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/output-file.c, lib/capture-file/writer.c.
#
# An interrupted capture leaves a complete file, and every tool finds the same packets in it.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

listen 1234
for signal in INT TERM; do
	capture -i vsockmon0 -w capture.pcap
	echo_bytes 1234 300000
	refused 9999
	sleep 0.3
	end_capture $signal
	[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIG$signal"
	[ "$(stat -c %a capture.pcap)" = 600 ] || fail "mode $(stat -c %a capture.pcap), not 600"
	captured=$(sed -n 's/ packets captured$//p' err)
	[ "$captured" -gt 20 ] || fail "only $captured packets"
	for reader in 'vsockdump --no-findings -r' 'tcpdump -nn -r' 'tshark -n -r'; do
		lines=$($reader capture.pcap 2>read.err | wc -l)
		[ "$lines" = "$captured" ] ||
			fail "$reader shows $lines of $captured packets: $(cat read.err)"
	done
done

# A full disk: vsockdump reports the error, and the packets written before can be read.
mkdir small
mount -t tmpfs -o size=100k none small
capture -i vsockmon0 -w small/capture.pcap
echo_bytes 1234 300000
status=0
wait "$capture" || status=$?
[ $status = 6 ] || fail "exit status $status after a full disk"
want err 'small/capture.pcap' 'No space left'
vsockdump -r small/capture.pcap >read.out 2>read.err || fail "unreadable: $(cat read.err)"
want read.out 'REQUEST'
umount small

# Nobody reads standard output, and the pipe is full. One SIGTERM ends the capture all the same: the
# file contains every packet, the counters are printed, and the interface is removed.
mkfifo full
exec 8<>full
vsockdump -n -XX -i vsockmon0 --print -w beside.pcapng >full 2>err &
capture=$!
until_true grep -q 'listening on' err
echo_bytes 1234 300000
sleep 0.5
before=$SECONDS
end_capture TERM
[ $((SECONDS - before)) -le 10 ] || fail "SIGTERM took $((SECONDS - before)) seconds"
[ "$capture_status" = 6 ] || fail "exit status $capture_status when nobody reads"
want err 'standard output: nobody read it for a second' '0 packets dropped by kernel'
captured=$(sed -n 's/ packets captured$//p' err)
[ "$captured" = "$(sed -n 's/ packets received by filter$//p' err)" ] || fail 'packets are missing'
vsockdump --count -r beside.pcapng >count 2>read.err || fail "unreadable: $(cat read.err)"
want count "^$captured "
until_true no_taps
exec 8<&-

# Flows of the same traffic, live.
capture -n -i vsockmon0 --flows
echo_bytes 1234 5000
refused 9999
sleep 0.3
kill -USR1 "$capture"
until_true grep -q refused out
end_capture INT
want out '1:1234.* closed .*5000' '1:9999.* refused '
