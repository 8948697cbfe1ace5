#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers core/kernel.c, tool/mode/export.c; bpf-payload.sh runs it for lib/bpf-tap.
#
# Programs send known bytes in pieces of several sizes. What --export writes is equal to them, or it
# is marked as unknown. Only packets of MSG_ZEROCOPY may be wrong without a mark, and then a warning
# says so. $VM_RESULTS/payload.facts gets what this kernel's tap does.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

traffic=$BUILD/tests/captures/traffic
tap=${tap:-vsockmon0}
facts=$VM_RESULTS/${facts:-payload.facts}

# transfer NAME PORT EACH FIRST-STEP [OPTION...]: captures while a client sends 1000000 bytes, EACH
# bytes a call, and a server sends 500000 bytes back. The programs check that they get what was sent.
# The first step of the client may be empty.
transfer() {
	local name=$1 port=$2 each=$3 step=$4
	shift 4
	mkdir "$name"
	capture -i "$tap" -B 32768 -w "$name.pcapng"
	"$traffic" "$@" -o "$name" listen "$port" end "send=500000:$each" shut=w &
	server=$!
	until_true listening "$port"
	"$traffic" "$@" -o "$name" -p "4$port" connect 1 "$port" ${step:+"$step"} \
		"send=1000000:$each" shut=w end || fail "$name: the client failed"
	wait $server || fail "$name: the server failed"
	until_true not_connected "$port"
	sleep 0.3
	end_capture INT
	[ "$capture_status" = 0 ] || fail "$name: exit status $capture_status"
	want err '^0 packets dropped by kernel'
}

# compare NAME PORT: sets $wrong, the bytes that are wrong without a mark, and $marked.
compare() {
	local name=$1 side peer
	wrong=0 marked=0
	vsockdump -r "$name.pcapng" --export "$name/export" >"$name/export.out" 2>"$name/export.err" ||
		[ $? = 5 ] || fail "$name: no export: $(cat "$name/export.err")"
	# A side's data is in the file of the peer that received it.
	for side in client server; do
		peer=$([ $side = client ] && echo server || echo client)
		local exported=$name/export/0.$side received=$name/4$2-$2.$peer
		[ "$(stat -c %s "$exported")" = "$(stat -c %s "$received")" ] ||
			fail "$name: $(stat -c %s "$exported") bytes of the $side were exported"
		touch "$exported.gaps"
		read -r side_wrong side_marked < <(cmp -l "$received" "$exported" | awk -v gaps="$exported.gaps" '
			BEGIN {
				n = at = 0
				while ((getline line <gaps) > 0) {
					split(line, field, " ")
					from[n] = field[1]
					to[n++] = field[1] + field[2]
					marked += field[2]
				}
			}
			{ while (at < n && $1 > to[at]) at++ }
			at >= n || $1 <= from[at] { wrong++ }
			END { print wrong + 0, marked + 0 }')
		wrong=$((wrong + side_wrong)) marked=$((marked + side_marked))
	done
}

# exact_or_marked NAME PORT: "exact", or "marked" if the tap delivers the bytes wrongly.
exact_or_marked() {
	compare "$1" "$2"
	[ $wrong = 0 ] || fail "$1: $wrong wrong bytes without a mark"
	if [ $marked = 0 ]; then echo "$1: exact"; else echo "$1: marked"; fi >>"$facts"
}

: >"$facts"
transfer small 1001 8192 ''
transfer border 1002 32404 ''
transfer large 1003 65536 ''
transfer messages 1004 65537 '' -m

exact_or_marked small 1001
exact_or_marked border 1002
[ "$(cat "$facts")" = $'small: exact\nborder: exact' ] ||
	fail "packets up to 32404 bytes are not exact: $(cat "$facts")"
exact_or_marked large 1003
exact_or_marked messages 1004

# Kernels before 6.7 have no MSG_ZEROCOPY for vsock.
listen 1006
if "$traffic" connect 1 1006 zerocopy 2>zerocopy.err; then
	transfer zerocopy 1005 10000 zerocopy
	compare zerocopy 1005
	if [ $wrong != 0 ]; then
		grep -q 'warning: .*MSG_ZEROCOPY' zerocopy/export.err ||
			fail "zerocopy: $wrong wrong bytes without a mark or warning"
		echo 'zerocopy: warned' >>"$facts"
	elif [ $marked != 0 ]; then
		echo 'zerocopy: marked' >>"$facts"
	else
		echo 'zerocopy: exact' >>"$facts"
	fi
else
	echo 'zerocopy: -' >>"$facts"
fi
cat "$facts"
