#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/stats/passing.c: --stats of a live capture prints a line for each interval as it passes,
# also while nothing is sent, and sees a stall that lasts.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

head -c 1000000 /dev/urandom >data
listen 1234
# A server that reads until the pipe to sleep(1) is full, and no more.
socat -u VSOCK-LISTEN:1300 EXEC:'sleep 1000' &
until_true listening 1300

capture -n --stats=1 -i vsockmon0
until_true grep -qE '^[0-9:]{8} +0 +0 +0 +0 +0 +0 +0 +- +0$' out
echo_bytes 1234 5000
# The bytes that go and those that come back may be of two intervals.
until_true grep -qE '^[0-9:]{8} +[1-9][0-9]* +5\.0K +(0|5\.0K) +[01] +1 +[01] +0 ' out
until_true grep -qE '^[0-9:]{8} +[1-9][0-9]* +(0|5\.0K) +5\.0K +0 +[01] +1 +0 ' out
socat -u OPEN:data VSOCK-CONNECT:1:1300 2>/dev/null &
until_true grep -qE '^[0-9:]{8} +0 +0 +0 +1 +0 +0 +0 +1\.00s +0$' out
kill -USR1 "$capture"
until_true grep -q '^ops  REQUEST 2 ' out
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
[ "$(grep -c '^server ' out)" = 2 ] || fail "no tables on SIGUSR1 and at the end"
want out '^1:1234 +1 +0 .* 5\.0K +5\.0K ' '^1:1300 +1 +0 '

capture -n --stats=1 --json -i vsockmon0
until_true grep -q '"kind":"interval".*"packets":0,' out
end_capture INT
want out '"kind":"interval".*"duration_us":1000000,.*"dropped":0,'
