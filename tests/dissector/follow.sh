#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# follow.sh PLUGIN VSOCKDUMP CAPTURES: what tshark's Follow Stream shows of real captures is what
# the programs received, by the checksums that they noted (see README.md in tests/captures).
vsockdump=$2
captures=$3
here=$(cd "$(dirname "$0")" && pwd)
noted=$here/../captures
# shellcheck source=tests/dissector/common.sh
. "$here/common.sh"
work=$wireshark_home
failed=0
compared=0

fail() {
	echo "FAILED: $*"
	failed=1
}

# NAME: "STREAM CLIENTPORT-SERVERPORT" for each stream.
streams_of() {
	"$vsockdump" -r "$captures/$1.pcap" --flows --json 2>/dev/null |
		jq -r '"\(.flow - 1) \(.client_port)-\(.server_port)"'
}

# NAME: follows all of its streams at once.
follow_all() {
	local stream _ taps=()
	while read -r stream _; do
		taps+=(-z "follow,vsock,raw,$stream")
	done <"$work/streams"
	run_tshark -q -r "$captures/$1.pcap" "${taps[@]}" >"$work/followed" || fail "$1: status $?"
	"$here/followed.py" "$work/streams" <"$work/followed" >"$work/received" ||
		fail "$1: what tshark printed is not understood"
}

# noted_as_received NAME FILE: each of its lines is one of those received.
noted_as_received() {
	compared=$((compared + $(wc -l <"$2")))
	! grep -vxFf "$work/received" "$2" || fail "$1: received something else"
}

for sums in "$noted"/*.sha256; do
	name=$(basename "$sums" .sha256)
	streams_of "$name" >"$work/streams"
	follow_all "$name"
	noted_as_received "$name" "$sums"

	# A message is one piece, whatever its size.
	[ -e "$noted/$name.messages" ] || continue
	for receiver in $(cut -d' ' -f1 "$noted/$name.messages" | uniq); do
		grep "^$receiver " "$work/received" >"$work/messages"
		grep "^$receiver " "$noted/$name.messages" | cut -d' ' -f1,2 |
			diff - "$work/messages" || fail "$name: $receiver received other messages"
		compared=$((compared + 1))
	done
done
echo "$compared compared"
[ "$compared" -gt 0 ] || fail 'nothing to compare'

# On loopback only the stream tells who sent what; the other forms show the same.
alias=$captures/loopback-alias.pcap
run_tshark -q -r "$alias" -z follow,vsock,ascii,0 -z follow,vsock,hex,0 >"$work/texts"
for line in 'Node 0: local:[0-9]*' 'Node 1: host:1234' '7' $'\t7' 'hello2' \
	'00000000  68 65 6c 6c 6f 32 0a  *hello2\.' $'\t00000000  68 65 6c 6c 6f 32 0a  *hello2\.'; do
	grep -qx "$line" "$work/texts" || fail "no line like '$line'"
done

# What a snap length cut off is told of in its place: 7 bytes behind headers of 76, 5 of them kept.
editcap -F pcap -s 81 "$alias" "$work/cut.pcap"
run_tshark -q -r "$work/cut.pcap" -z follow,vsock,ascii,0 >"$work/texts"
[ "$(grep -c '\[2 bytes missing in capture file\]' "$work/texts")" = 2 ] ||
	fail 'cut bytes are not told of'

# What was never captured, but acknowledged: the client's RW is left out.
editcap -F pcap "$alias" "$work/lossy.pcap" 3
run_tshark -q -r "$work/lossy.pcap" -z follow,vsock,ascii,0 >"$work/texts"
grep -qx '\[7 bytes missing in capture file\]' "$work/texts" || fail 'lost bytes are not told of'

exit $failed
