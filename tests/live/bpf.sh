#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/bpf-tap, tool/run/live-bpf.c, live-source.c.
#
# On a kernel without vsockmon, vsockdump captures with a BPF program, and says so.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

! modprobe -q vsockmon || fail 'this kernel has vsockmon, so the test shows nothing'
want_status 0 vsockdump -D
want out '^[0-9]+\.bpf \(a BPF program'

want_status 4 vsockdump -i vsockmon0
want err 'type -i bpf$'

listen 1234

# Without options: a line for each packet.
capture -l
want err '^this kernel has no vsockmon: capturing with a BPF program \(-i bpf\)$' \
	'^listening on bpf \(a program in the kernel, by (kprobe.multi|kprobe|fentry)\), link-type VSOCK'
echo_bytes 1234 100
refused 9999
until_true grep -q '9999.*RST' out
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want out 'REQUEST' 'RESPONSE' 'RW.* 100( |$)' 'SHUTDOWN' 'RST'
want err '^0 packets dropped by kernel$'
! grep -q 'warning' err || fail 'a warning'

# A file with much data. What --export writes is what was sent.
capture -i bpf -w big.pcapng
echo_bytes 1234 1000000
sleep 0.3
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want err '^0 packets dropped by kernel$'
# The plugin knows such a file by this text.
grep -qaF 'BPF: all AF_VSOCK packets of the machine' big.pcapng || fail 'no description'
mkdir export
want_status 0 vsockdump -r big.pcapng --export export
for side in client server; do
	cmp sent export/0.$side || fail "what the $side sent is not in the capture"
	[ ! -e export/0.$side.gaps ] || fail "the $side's data has gaps"
done
