#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers core/check*.c, tool/mode/diagnose*.c.
#
# Connections that are all healthy, of each kind: nothing is found to be wrong with them, and the
# verdict says that they are healthy. $VM_RESULTS/healthy.facts gets the findings.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

traffic=$BUILD/tests/captures/traffic

# talk PORT SERVER-STEPS CLIENT-STEPS [OPTION...]
talk() {
	local port=$1 server_steps=$2 client_steps=$3
	shift 3
	# The steps are words.
	# shellcheck disable=SC2086
	"$traffic" "$@" listen "$port" $server_steps &
	server=$!
	until_true listening "$port"
	# shellcheck disable=SC2086
	"$traffic" "$@" connect 1 "$port" $client_steps || fail "the client of port $port failed"
	wait $server || fail "the server of port $port failed"
	until_true not_connected "$port"
}

capture -n --diagnose -i vsockmon0 -B 32768 -w healthy.pcapng
talk 2001 echo 'send=20000:4000 receive=20000 send=100:7 shut=w end'
talk 2002 exchange=1000000 exchange=1500000
talk 2003 'end send=100:10' 'send=1 send=300:100 send=65537:65537 send=200000:200000 shut=w end' -m
talk 2004 echo 'send=500 shut=w end' -n 50
talk 2005 'end sleep=200 send=100000 sleep=200' 'send=50000 shut=w end'
talk 2006 'send=50000 shut=w end' 'end sleep=200 send=100000 sleep=200'
talk 2007 'sleep=100 buffer=131072 end' 'send=300000 shut=w end' -b 8192
listen 2008
echo_bytes 2008 100000
end_capture INT
want err '^0 packets dropped by kernel'

codes=$(vsockdump -n -r healthy.pcapng --json 2>read.err |
	{ grep -o '"code":"[a-z-]*","class":"[a-z]*"' || :; } | cut -d '"' -f 4,8 --output-delimiter ' ' | sort -u)
echo "${codes:-none}" >"$VM_RESULTS/healthy.facts"
! grep -E 'certain|suspicious' <<<"$codes" || fail 'something is found wrong with healthy connections'
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want out '^nothing wrong: 57 of 57 connections healthy'
