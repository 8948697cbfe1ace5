#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tables.sh PLUGIN VSOCKDUMP CAPTURES: Wireshark's tables of conversations and endpoints hold what
# vsockdump --flows says, filters made from their rows find their packets, and the tree of counts
# and the times of answers are right.
vsockdump=$2
captures=$3
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/dissector/common.sh
. "$here/common.sh"
work=$wireshark_home
failed=0
checks=0

# same WHAT WANTED GOT: files.
same() {
	checks=$((checks + 1))
	if [ ! -s "$2" ] || ! diff -u "$2" "$3"; then
		echo "FAILED: $1"
		failed=1
	fi
}

# equal WHAT WANTED GOT
equal() {
	printf '%s\n' "$2" >"$work/wanted"
	printf '%s\n' "$3" >"$work/got"
	same "$1" "$work/wanted" "$work/got"
}

flows() { # CAPTURE
	"$vsockdump" --names-file /dev/null -r "$1" --flows --json 2>"$work/messages"
}

# "1:1024 2:5000 7 5": client, server, packets of each.
conversations() {
	jq -r '"\(.client_cid):\(.client_port) \(.server_cid):\(.server_port) " +
		"\(.client_packets) \(.server_packets)"' | LC_ALL=C sort
}

# "1:1024 7 5": packets from it and to it.
endpoints() {
	awk '{ sent[$1] += $3; got[$1] += $4; sent[$2] += $4; got[$2] += $3 }
		END { for (end in sent) print end, sent[end], got[end] }' | LC_ALL=C sort
}

# Numbers of packets stand before those of bytes, which have a unit: "7 539 bytes".
conversation_rows() {
	awk '$2 == "<->" { print $1, $3, $7, $4 }' | LC_ALL=C sort
}

endpoint_rows() {
	awk '$1 ~ /^[0-9]+:[0-9]+$/ && NF == 7 { print $1, $4, $6 }' | LC_ALL=C sort
}

for name in echo-stream many loopback-alias http bulk seqpacket refused-alias vhost-bulk; do
	capture=$captures/$name.pcap
	flows "$capture" | conversations >"$work/conversations"
	endpoints <"$work/conversations" >"$work/endpoints"
	for passes in '' -2; do
		# shellcheck disable=SC2086 # no argument where it is empty
		run_tshark $passes -n -q -r "$capture" -z conv,vsock -z endpoints,vsock >"$work/tables"
		conversation_rows <"$work/tables" >"$work/rows"
		same "$name: conversations $passes" "$work/conversations" "$work/rows"
		endpoint_rows <"$work/tables" >"$work/rows"
		same "$name: endpoints $passes" "$work/endpoints" "$work/rows"
	done
done

# packets FILTER [ARG...]: how many there are in the capture of the alias.
alias=$captures/loopback-alias.pcap
packets() {
	local filter=$1
	shift
	run_tshark "$@" -r "$alias" -Y "$filter" | wc -l
}

# What the client dialled as the host answers as the local CID.
client=$(flows "$alias" | jq -r 'select(.flow == 1).client_port')
equal 'filter, A and B' 14 \
	"$(packets "vsock.endpoint==\"local:$client\" && vsock.endpoint==\"host:1234\"")"
equal 'filter, from A to B' 7 \
	"$(packets "vsock.src_endpoint==\"local:$client\" && vsock.dst_endpoint==\"host:1234\"")"
equal 'filter, from B' 7 "$(packets 'vsock.src_endpoint=="host:1234"')"
equal 'filter, without names' 7 "$(packets 'vsock.src_endpoint=="2:1234"' -n)"
equal 'filter, an endpoint' 2 "$(packets 'vsock.endpoint=="host:9999"')"

# Without streams a row is what its packets say.
run_tshark -n -q -o vsock.analysis:FALSE -r "$alias" -z conv,vsock | conversation_rows |
	grep ':1234 ' >"$work/rows"
printf '%s\n' "1:$client 1:1234 0 6" "1:$client 2:1234 7 1" >"$work/wanted"
same 'conversations without streams' "$work/wanted" "$work/rows"

run_tshark -q -r "$captures/many.pcap" -z vsock,tree >"$work/tree"
awk '/^[ A-Z]/ && $1 ~ /^(Operations|REQUEST|RESPONSE|RW|RST|STREAM|CIDs|local|5004)$/ {
	print $1, ($2 ~ /^[0-9]+$/ ? $2 : $3) }' "$work/tree" >"$work/rows"
cat >"$work/wanted" <<END
Operations 1854
RW 400
RST 254
RESPONSE 200
REQUEST 200
STREAM 1854
RW 400
CIDs 1854
local 1854
5004 1854
END
LC_ALL=C sort -o "$work/wanted" "$work/wanted"
LC_ALL=C sort -o "$work/rows" "$work/rows"
same 'counts' "$work/wanted" "$work/rows"
equal 'lengths of RW' '256-1023 400 500.00 500 500' \
	"$(awk '$1 == "256-1023" { print $1, $2, $3, $4, $5 }' "$work/tree")"
equal 'findings' 'information 1 refused 1' \
	"$(run_tshark -q -r "$alias" -z vsock,tree |
		awk '$1 == "information" || $1 == "refused" { printf "%s%s %s", sep, $1, $2; sep = " " }')"

# Times in microseconds, as vsockdump's handshake.
equal 'time to RESPONSE' \
	"1 $(flows "$alias" | jq -r 'select(.flow == 1).handshake_us')" \
	"$(run_tshark -q -r "$alias" -z vsock,srt |
		awk '/REQUEST to RESPONSE/ { printf "%d %d", $5, $8 * 1000000 + 0.5 }')"
equal 'answers' '200 0 200' \
	"$(run_tshark -q -r "$captures/many.pcap" -z vsock,srt |
		awk '/ to R/ { printf "%s%d", sep, $5; sep = " " }')"

# Client and server of the same CID stand apart in the flow graph; of other ones the CID is enough.
equal 'nodes of one CID' 'local (client) local (server)' \
	"$(run_tshark -q -r "$captures/echo-stream.pcap" -z flow,vsock,standard |
		sed -n '1,2s/.*| \(local ([a-z]*)\).*/\1/p' | paste -sd' ')"
equal 'nodes of two CIDs' '1 2' \
	"$(run_tshark -n -q -r "$alias" -z flow,vsock,standard |
		sed -n '1,2s/.*| \([0-9]\) .*/\1/p' | paste -sd' ')"
equal 'arrows' 16 "$(run_tshark -q -r "$alias" -z flow,vsock,standard | grep -c 'VSOCK: ')"

equal 'graph of bytes in flight' 262144 \
	"$(run_tshark -q -r "$captures/stall-recovers.pcap" \
		-z 'io,stat,0,MAX(vsock.analysis.bytes_in_flight)vsock.analysis.bytes_in_flight' |
		awk '/<>/ { print $(NF - 1) }')"

# All rules of the profile are ones that Wireshark takes, and the profile has its columns.
mkdir -p "$wireshark_home/.config/wireshark/profiles"
cp -r "$here/../../dissector/profile/vsock" "$wireshark_home/.config/wireshark/profiles/"
chmod -R a+rwX "$wireshark_home"
run_tshark -C vsock --color -r "$alias" >"$work/coloured" 2>"$work/messages"
equal 'messages about the profile' '' "$(cat "$work/messages")"
equal 'columns of the profile' '3 local host 0 VSOCK 7 7' \
	"$(run_tshark -C vsock -r "$alias" 2>&1 | awk '$1 == 3 { print $1, $3, $5, $6, $7, $8, $9 }')"

# colour CAPTURE FRAME WANTED: which rule a packet falls under.
colour() {
	equal "colour of frame $2 in $1" "$3" \
		"$(run_tshark -C vsock --color -r "$captures/$1.pcap" -Y "frame.number == $2" -T fields \
			-e frame.coloring_rule.name 2>&1)"
}
colour loopback-alias 1 'vsock: REQUEST, RESPONSE'
colour loopback-alias 3 'vsock: RW'
colour loopback-alias 5 'vsock: credit'
colour loopback-alias 10 'vsock: SHUTDOWN and its RST'
colour loopback-alias 16 'vsock: refused'
colour seqpacket 3 'vsock: RW of SEQPACKET'

echo "$checks checks"
[ "$checks" -gt 0 ] && [ "$failed" -eq 0 ]
