#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/records on a real capture: complete files appear while it runs, metrics are renewed, a
# refused and an open connection have records, and kill -9 loses nothing that was written.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

listen 1234
listen 1235
mkdir log
chmod 777 log

# records KIND [PATTERN]: the number of records of this kind that match.
records() {
	cat log/flows-*.ndjson log/flows-*.ndjson.part 2>/dev/null | grep "^{\"kind\":\"$1\"" |
		grep -cE "${2:-.}" || :
}
complete() { ls log/flows-*.ndjson >/dev/null 2>&1; }

capture -i vsockmon0 --flow-log log --log-time 3 --metrics log/vsock.prom --interval 2 \
	--service 1234=echo --service 1235=hold
end=$((SECONDS + 5))
socat -u EXEC:'sleep 1000' VSOCK-CONNECT:1:1235 & # stays open
while [ $SECONDS -lt $end ]; do echo_bytes 1234 5000; done
refused 9999
# The files are those of the unprivileged user.
until_true complete
[ "$(stat -c %U log/vsock.prom)" != root ] || fail "$(ls -l log)"
has_interim() { [ "$(records flow_interim '"service":"hold"')" -ge 1 ]; }
until_true has_interim
has_flow() { [ "$(records flow '"server_port":1234.*"client_bytes":5000')" -ge 1 ]; }
until_true has_flow
opened() {
	sed -n 's/^vsockdump_connections_opened_total{service="echo",initiator="local"} //p' \
		log/vsock.prom
}
has_opened() { [ "$(opened)" -ge 2 ]; }
until_true has_opened
until_true grep -q '^vsockdump_open_connections{service="hold"} 1$' log/vsock.prom

# What was written is there after kill -9. The next start completes it.
before=$(cat log/flows-*.ndjson log/flows-*.part 2>/dev/null | grep -c '}$')
kill -9 "$capture"
wait "$capture" || :
rm -f log/vsock.prom.tmp
capture -i vsockmon0 --flow-log log --metrics log/vsock.prom
after=$(cat log/flows-*.ndjson | grep -c '}$')
[ "$after" -ge "$before" ] || fail "$before records before, $after after the crash"
refused 9998
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
! ls log/*.part 2>/dev/null || fail 'a .part file is left'
[ "$(records connect_failed '"server_port":9998.*"error":"refused"')" = 1 ] || fail 'no failure'
[ "$(records finding '"code":"refused".*"server_port":9998')" = 1 ] || fail 'no finding'
[ "$(records capture_stats '"reason":"end".*"records_lost":0')" = 1 ] || fail 'no end'
until_true no_taps
