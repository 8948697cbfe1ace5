#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/report: a live capture writes its page at the end, after confinement.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

refused_is_saved() {
	vsockdump -r packets.pcapng -n --flows 2>/dev/null | grep -q refused
}

listen 1234
capture -n --report page.html -U -w packets.pcapng -i vsockmon0
echo_bytes 1234 5000
! socat -u VSOCK-CONNECT:1:4321 - 2>/dev/null || fail "port 4321 answers"
until_true refused_is_saved
[ ! -s page.html ] || fail "the page is there before the end"
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want page.html 'Not all is well: 1 of 2 connections healthy, 1 refused' '1:4321' '</html>'
