#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who is handed which bytes: payload.sh PLUGIN CAPTURES PAYLOADS. CAPTURES are those of tests/golden,
# PAYLOADS those of make-payloads. With UPDATE=1 the expected texts are written anew.
set -u
here=$(cd "$(dirname "$0")" && pwd)
captures=$2
payloads=$3
failed=0
# shellcheck source=tests/dissector/common.sh
. "$here/common.sh"
work=$wireshark_home/work
mkdir -m 777 "$work"

not_ok() {
	echo "FAIL: $*"
	failed=1
}

# equal WHAT WANTED GOT: two texts.
equal() {
	[ "$2" = "$3" ] || not_ok "$1" "wanted: $2" "got: $3"
}

# frames CAPTURE FILTER ARGS...: the numbers of those that pass.
frames() {
	local file=$1 filter=$2
	shift 2
	run_tshark -r "$file" -Y "$filter" -T fields -e frame.number "$@" 2>>"$work/errors" |
		tr '\n' ' '
}

# PDUs of each packet, which a second look at it must repeat.
pdus=(-T fields -E "separator=;" -e frame.number -e frame.protocols -e vsock.segment
	-e vsock.segment_data -e vsock.payload -e vsock.surplus -e http.request.uri
	-e http.response.code -e http.file_data -e json.key -e 9p.msgtype
	-e vsock.expert.reassembly_given_up)
for passes in '' -2; do
	# shellcheck disable=SC2086 # no argument where it is empty
	run_tshark $passes -r "$payloads/streams.pcap" "${pdus[@]}" >"$work/pdus" 2>>"$work/errors"
	if [ "${UPDATE:-}" = 1 ]; then
		cp "$work/pdus" "$here/expected/streams.pdus"
	elif ! diff -u "$here/expected/streams.pdus" "$work/pdus"; then
		not_ok "PDUs of streams.pcap ${passes:-in one pass}"
	fi
done

# The first look at a packet and the second one find the same.
protocols() {
	run_tshark -r "$1" "${@:2}" -T fields -E "separator=;" -e frame.number -e frame.protocols \
		-e vsock.segment -e vsock.segment_data 2>>"$work/errors"
}
for file in "$captures"/{http*,tls,ssh,grpc,nbd,seqpacket*,vhost-*,message-*,loopback-alias,many}.pcap \
	"$captures"/streams/*.pcap "$payloads"/*.pcap; do
	protocols "$file" >"$work/once"
	protocols "$file" -2 >"$work/twice"
	cmp -s "$work/once" "$work/twice" || not_ok "$file: a second pass differs"
	[ -s "$work/once" ] || not_ok "$file: no packet"
done

# The whole tree, but for links to packets to come, where all protocols are ours.
whole() {
	run_tshark -r "$1" "${@:2}" -V 2>>"$work/errors" |
		grep -vE '\[(Acknowledged|Response|Refused|Reset|Reassembled|Ended) in: '
}
for name in echo-stream seqpacket message-cut vhost-host-side-split streams/messages-a \
	streams/lossy-b streams/cut-a; do
	whole "$captures/$name.pcap" >"$work/once"
	whole "$captures/$name.pcap" -2 >"$work/twice"
	cmp -s "$work/once" "$work/twice" || not_ok "$name: a second pass shows another tree"
done

# What users choose.
streams=$payloads/streams.pcap
equal 'Decode As' '138 139 140 141 ' \
	"$(frames "$streams" ftp -d vsock.port==6012,ftp)"
equal 'Decode As before what is known by sight' '' \
	"$(frames "$streams" 'http && vsock.port == 6008' -d vsock.port==6008,ftp)"
equal 'without the heuristic' '' "$(frames "$streams" http --disable-heuristic http_vsock)"
equal 'without reassembly' '' "$(frames "$streams" vsock.segment_data -o vsock.desegment:FALSE)"
equal 'requests without streams' '52 60 67 74 97 106 114 ' \
	"$(frames "$streams" http.request -o vsock.analysis:FALSE)"

# What others register.
cp "$here/../../docs/examples/lines.lua" "$here/by-sight.lua" "$work/"
chmod a+r "$work"/*.lua
for passes in '' -2; do
	# shellcheck disable=SC2086
	equal "a script by port $passes" $'hello vsock\nhow are you\nfine' \
		"$(run_tshark $passes -X "lua_script:$work/lines.lua" -r "$streams" -Y lines \
			-T fields -e lines.text 2>>"$work/errors")"
done
equal 'a script by sight' '138 139 140 141 ' \
	"$(frames "$streams" hello -X "lua_script:$work/by-sight.lua")"

# A dissector that is never content is asked rarely enough; its bytes come with the end.
equal 'endless' '3004 ' "$(frames "$payloads/endless.pcap" json)"

# exported NAME ARGS...: objects as Wireshark saves them are those that were transferred.
exported() {
	local name=$1
	shift
	rm -rf "$work/objects"
	mkdir -m 777 "$work/objects"
	run_tshark -r "$captures/$name.pcap" "$@" -q --export-objects "http,$work/objects" \
		>/dev/null 2>>"$work/errors"
	sha256sum "$work/objects"/* | cut -d' ' -f1 | sort -u
}
equal 'objects of HTTP' \
	"$(cut -d' ' -f1 "$here/../captures/http-objects.objects" | sort -u)" "$(exported http-objects)"
cp "$here/../captures/tls.keys" "$work/"
chmod a+r "$work/tls.keys"
equal 'objects of HTTP in TLS' "$(cut -d' ' -f1 "$here/../captures/tls.objects" | sort -u)" \
	"$(exported tls -o "tls.keylog_file:$work/tls.keys")"

# has CAPTURE FILTER COUNT
has() {
	equal "$1: $2" "$3" "$(run_tshark -r "$captures/$1.pcap" -Y "$2" 2>>"$work/errors" | wc -l)"
}
has http http.request 3
has http http.response 3
has http2 'http2.headers.status == 200' 3
has grpc grpc.message_length 7
has ssh ssh.protocol 2
has tls tls.handshake.type==1 2
has nbd nbd.type 8

if [ -s "$work/errors" ]; then
	not_ok 'tshark complains:'
	sort "$work/errors" | uniq -c | head
fi
exit "$failed"
