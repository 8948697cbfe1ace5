#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/live-bpf.c, tool/run/filter.c.
#
# The same as filter.sh, captured by BPF. Then filters look at bytes that -s cuts off.
# shellcheck disable=SC2034 # filter.sh reads it
tap=bpf
# shellcheck source=tests/live/filter.sh
. "$LIVE/filter.sh"

# Only headers are kept. The filter still sees the payload.
capture -i bpf -s 76 -w headers.pcap 'payload[100:4] = 0x68656c6c'
head -c 100 /dev/zero >sent
printf 'hello' >>sent
socat -t $patience - VSOCK-CONNECT:1:1234 <sent >received
refused 9999
sleep 0.5
end_capture INT
want err '^2 packets captured' '^2 packets received by filter'
vsockdump -vv -r headers.pcap >out 2>again
[ "$(grep -c 'length 105, .*0 of 105 bytes captured' out)" = 2 ] || fail 'not cut to 76 bytes'
