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

# CAPTURE: follows all of its streams at once; pieces get into $work/STREAM.SENDER, a line each,
# in hexadecimal.
follow_all() {
	local stream ports taps=()
	rm -f "$work"/*.client "$work"/*.server
	while read -r stream ports; do
		taps+=(-z "follow,vsock,raw,$stream")
	done <"$work/streams"
	run_tshark -q -r "$captures/$1.pcap" "${taps[@]}" >"$work/followed" || fail "$1: status $?"
	awk -v work="$work" '
		/^Filter: vsock.stream eq / { stream = $NF }
		/^\t?[0-9a-f]+$/ {
			file = work "/" stream (sub(/^\t/, "") ? ".server" : ".client")
			print >>file
			close(file)
		}' "$work/followed"
}

# PORTS.SIDE, by the side that received: the file of what the other one sent.
pieces_for() {
	local stream sender=server
	[ "${1##*.}" = client ] || sender=client
	stream=$(awk -v ports="${1%.*}" '$2 == ports { print $1 }' "$work/streams")
	touch "$work/$stream.$sender"
	echo "$work/$stream.$sender"
}

checksum() { # FILE of pieces
	python3 -c 'import hashlib, sys
print(hashlib.sha256(bytes.fromhex(sys.stdin.read())).hexdigest())' <"$1"
}

for sums in "$noted"/*.sha256; do
	name=$(basename "$sums" .sha256)
	streams_of "$name" >"$work/streams"
	follow_all "$name"
	while read -r sum receiver; do
		[ "$(checksum "$(pieces_for "$receiver")")" = "$sum" ] ||
			fail "$name: $receiver received something else"
		compared=$((compared + 1))
	done <"$sums"

	# A message is one piece, whatever its size.
	[ -e "$noted/$name.messages" ] || continue
	for receiver in $(cut -d' ' -f1 "$noted/$name.messages" | uniq); do
		awk '{ print length($1) / 2 }' "$(pieces_for "$receiver")" >"$work/lengths"
		awk -v receiver="$receiver" '$1 == receiver { print $2 }' "$noted/$name.messages" |
			diff - "$work/lengths" || fail "$name: $receiver received other messages"
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
