#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/top: --top of a live capture prints a table at each interval, also while nothing is sent,
# shows a sender without credit first, and ends with the causes.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

head -c 1000000 /dev/urandom >data
listen 1234
# A server that reads until the pipe to sleep(1) is full, and no more.
socat -u VSOCK-LISTEN:1300 EXEC:'sleep 1000' &
until_true listening 1300

capture -n --top --interval 0.2 -w top.pcap -i vsockmon0
until_true grep -qE '^flows: 0 open  0 ended  0 refused  0 stalled  > 0 bytes/s  < 0 bytes/s$' out
echo_bytes 1234 5000
until_true grep -qE '^ +0 1 +1:1234 +closed .* ended$' out
socat -u OPEN:data VSOCK-CONNECT:1:1300 2>/dev/null &
until_true grep -qE '^[!*]+ +1 1 +1:1300 +established +0 +0 > *[0-9]+% [1-9][0-9]*s ' out
kill -USR1 "$capture"
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
[ "$(grep -c '^   flow client ' out)" = 1 ] || fail "the heading did not come once"
want out '^[0-9:.]+  vsockmon0  .* every 200ms  by rate  drops 0$' '^1 of 2 connections healthy, '
tail -n 3 out | grep -q 'because its program does not read' || fail "no cause at the end"
want_status 0 vsockdump -r top.pcap --count

capture -n --top --json -i vsockmon0
socat -u OPEN:data VSOCK-CONNECT:1:1300 2>/dev/null &
until_true grep -q '"kind":"top".*"client_rate":' out
end_capture INT

# The screen: in a terminal, inside the sandbox, while the packets are saved.
terminal=(tmux -L "live-top-$$")
cat >run-screen <<'END'
vsockdump -n --top -i vsockmon0 -w screen.pcapng
echo "ended with $?"
exec sleep 1000
END
"${terminal[@]}" -f /dev/null new-session -d -x 100 -y 30 'bash run-screen'
screen_has() {
	"${terminal[@]}" capture-pane -p | grep -qE "$1"
}
until_true screen_has '^flows: 0 open '
socat -u VSOCK-LISTEN:1301 EXEC:'sleep 1000' &
until_true listening 1301
echo_bytes 1234 5000
socat -u OPEN:data VSOCK-CONNECT:1:1301 2>/dev/null &
until_true screen_has '^[!*]+ +1 1:[0-9]+ +1:1301 +established +0 +0 > *[0-9]+% [1-9][0-9]*s '
"${terminal[@]}" send-keys Home Enter
until_true screen_has '\|== RW x[0-9]+, '
until_true screen_has '^ credit     > \[#+'
"${terminal[@]}" send-keys Escape / 'port 1234'
until_true screen_has '^filter: port 1234'
"${terminal[@]}" send-keys Enter q
until_true screen_has '^ended with 0$'
"${terminal[@]}" kill-server
want_status 0 vsockdump -r screen.pcapng --diagnose
want out 'because its program does not read'
