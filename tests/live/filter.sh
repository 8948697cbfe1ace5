#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/filter.c, pcap-vsockmon/filter/*.c; bpf-filter.sh runs it for tool/run/live-bpf.c.
#
# A filter in the kernel lets through exactly the packets that the same filter selects from a
# capture of everything. vsockdump receives nothing else.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
tap=${tap:-vsockmon0}

expressions=(
	'port 1234'
	'src port 1234'
	'port 1234 and op rw'
	'op request or response or rst'
	'not op rw'
	'disconnect'
	'op rw and len > 1000'
	'cid local and port 9999'
	'between local:1234 and local'
	'type stream and buf_alloc >= 0x40000'
	'fwd_cnt > 100000'
	'payload[0:4] = 0x6c696e65 or payload startswith "hell"'
	'portrange 9000-9999'
	'guest'
)

# start NAME [FILTER]: captures to NAME.pcap, with its messages in NAME.err.
start() {
	vsockdump -i "$tap" -w "$1.pcap" "${@:2}" 2>"$1.err" &
	pids+=($!)
	until_true grep -q 'listening on' "$1.err"
}

listen 1234
if [ "$tap" = vsockmon0 ]; then
	ip link add vsockmon0 type vsockmon
	ip link set vsockmon0 up
fi
pids=()
start all
for i in "${!expressions[@]}"; do
	start "$i" "${expressions[$i]}"
done

# shellcheck disable=SC2046 # a line for each word
printf 'line of text%.0s\n' $(seq 23000) >sent
socat -t $patience - VSOCK-CONNECT:1:1234 <sent >received
cmp sent received
echo hello | socat -t $patience - VSOCK-CONNECT:1:1234 >received
refused 9999
refused 8999
sleep 0.5
kill -INT "${pids[@]}"
wait "${pids[@]}"

everything=$(sed -n 's/ packets captured$//p' all.err)
[ "$everything" -gt 40 ] || fail "only $everything packets"
for i in "${!expressions[@]}"; do
	expression=${expressions[$i]}
	wanted=$(vsockdump -r all.pcap --count "$expression" 2>count.err | sed 's/ .*//')
	captured=$(sed -n 's/ packets\{0,1\} captured$//p' "$i.err")
	received=$(sed -n 's/ packets\{0,1\} received by filter$//p' "$i.err")
	[ "$captured" = "$wanted" ] || fail "'$expression': $captured captured, $wanted of all match"
	[ "$received" = "$wanted" ] || fail "'$expression': the kernel let $received through"
	echo "$expression: $wanted of $everything"
done
[ "$(vsockdump -r all.pcap --count 'port 1234' 2>count.err | sed 's/ .*//')" -gt 20 ] ||
	fail "port 1234 matches next to nothing"
[ "$tap" != vsockmon0 ] || ip link del vsockmon0
