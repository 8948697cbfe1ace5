#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers pcap-vsockmon/namespace.c, tool/run/live.c.
#
# If no vsockmon exists, vsockdump creates one. Nobody else sees it, and it disappears with the
# capture.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

[ -z "$(vsockmon_links)" ] || fail "the VM has a vsockmon already"
listen 1234

capture -l -n -i vsockmon0
want err 'vsockmon0' 'private'
[ "$(taps)" = 1 ] || fail "$(taps) taps, not 1"
[ -z "$(vsockmon_links)" ] || fail "the interface is visible: $(vsockmon_links)"

echo_bytes 1234 6
echo_bytes 1234 400000
refused 9999
until_true grep -q ':9999 .*RST\|:9999 > .*RST' out
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGINT"

want out \
	' 1:[0-9]+ > 1:1234 REQUEST' \
	' 1:1234 > 1:[0-9]+ RESPONSE' \
	' 1:[0-9]+ > 1:1234 RW, length 6$' \
	' 1:1234 > 1:[0-9]+ RW, length 6$' \
	' CREDIT_UPDATE' \
	' SHUTDOWN \[RECEIVE\|SEND\]' \
	' 1:1234 > 1:[0-9]+ RST|1:[0-9]+ > 1:1234 RST' \
	' 1:9999 > 1:[0-9]+ RST'
# Lines that begin with a tab are findings. This traffic has one only, and those of a busy machine.
want out $'^\t\\* refused: 1:9999 refused 1:[0-9]+\\. '
[ "$(grep $'^\t' out | grep -Evc 'credit-stall|slow-handshake')" = 1 ] || fail "more findings than one"
captured=$(grep -vc $'^\t' out)
want err "^$captured packets captured" '^0 packets dropped by kernel'
until_true no_taps

# After SIGKILL vsockdump cannot clean up; the kernel does.
capture -i vsockmon0
[ "$(taps)" = 1 ] || fail "$(taps) taps, not 1"
end_capture KILL
until_true no_taps
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"

# The same happens without -i.
capture -c 1 -q
want err 'vsockmon0' 'private'
refused 9999
wait "$capture"
[ "$(wc -l <out)" = 1 ] || fail "-c 1 printed $(wc -l <out) lines"
until_true no_taps
