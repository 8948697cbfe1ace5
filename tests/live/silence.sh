#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers core/check*.c, tool/mode/diagnose*.c, tool/run/wait.c.
#
# A live capture reports what no packet announces while it lasts, and --diagnose judges it rightly.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

# serve_badly PORT: a server ($server) that reads until the pipe to sleep(1) is full, and no more.
serve_badly() {
	socat -u VSOCK-LISTEN:"$1" EXEC:'sleep 1000' &
	server=$!
	until_true listening "$1"
}

head -c 1000000 /dev/urandom >data
serve_badly 1300
capture -n -l -i vsockmon0
socat -u OPEN:data VSOCK-CONNECT:1:1300 2>/dev/null &
until_true grep -q credit-stall out
tail -n 1 out | grep -q $'^\t.*\* credit-stall: 1:.* the receive buffer of 1:1300 is full because its program does not read' ||
	fail "packets behind the finding"
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status after a finding"

# When such a connection ends, data is lost.
serve_badly 1301
capture -n --diagnose -i vsockmon0
socat -u OPEN:data VSOCK-CONNECT:1:1301 2>/dev/null &
sleep 2
kill -9 $server
sleep 1
end_capture INT
[ "$capture_status" = 10 ] || fail "exit status $capture_status, not that of the unhealthy"
want out '^! 1:1301 closed before it had read [0-9]+ bytes that 1:[0-9]+ sent'

# A healthy capture, with pauses long enough for timers to expire.
listen 1234
capture -n --diagnose -i vsockmon0
for _ in 1 2 3; do
	echo_bytes 1234 5000
	sleep 1.5
done
kill -USR1 "$capture"
until_true grep -q healthy out
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status of a healthy capture"
want out '^nothing wrong: 3 of 3 connections healthy; 30.0 kB carried'
