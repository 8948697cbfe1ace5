#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the dissectors of ttRPC and gvproxy make of the captures of make-payloads:
# apps.sh PLUGIN CAPTURES. With UPDATE=1 in the environment the expected texts are written anew.
set -u
here=$(cd "$(dirname "$0")" && pwd)
captures=$2
failed=0
# shellcheck source=tests/dissector/common.sh
. "$here/common.sh"

# expect NAME ARGS...: what tshark prints is expected/NAME, in one pass and in two.
expect() {
	local name=$1 passes
	shift
	for passes in -2 ''; do
		# Links to packets that come later are there in the second pass only.
		[ -z "$passes" ] && [ "${two_passes:-}" = only ] && continue
		# shellcheck disable=SC2086 # no argument where it is empty
		run_tshark $passes "$@" >"$output" 2>&1
		if [ "${UPDATE:-}" = 1 ]; then
			cp "$output" "$here/expected/$name"
		elif ! diff -u "$here/expected/$name" "$output"; then
			echo "FAIL: $name ${passes:-one pass}"
			failed=1
		fi
	done
}

output=$(mktemp) || exit 1

ttrpc="-T fields -E separator=; -E occurrence=a -e frame.number -e ttrpc.length -e ttrpc.stream_id
	-e ttrpc.type -e ttrpc.flags -e ttrpc.service -e ttrpc.method -e ttrpc.timeout
	-e ttrpc.metadata.key -e ttrpc.metadata.value -e ttrpc.status.code -e ttrpc.status.message
	-e ttrpc.call -e ttrpc.response_to -e ttrpc.data_of -e ttrpc.time -e ttrpc.unknown
	-e _ws.expert.message"
gvproxy="-T fields -E separator=; -E occurrence=a -e frame.number -e gvproxy.framing
	-e gvproxy.length -e http.request.uri -e http.response.code -e eth.src -e arp.opcode -e ip.src
	-e ip.dst -e dns.qry.name -e dns.a -e tcp.stream -e tcp.len -e tcp.analysis.flags"

# shellcheck disable=SC2086 # lists of arguments
{
	for name in ttrpc ttrpc-troubles; do
		expect "$name.fields" -r "$captures/$name.pcap" -Y ttrpc.type $ttrpc
		expect "$name.info" -r "$captures/$name.pcap" -Y ttrpc.type -T fields \
			-e frame.number -e _ws.col.Protocol -e _ws.col.Info
	done
	two_passes=only expect ttrpc.links -r "$captures/ttrpc.pcap" -Y ttrpc.response_in \
		-T fields -e frame.number -e ttrpc.response_in
	expect ttrpc.times -r "$captures/ttrpc.pcap" -q -z ttrpc,srt
	expect ttrpc.protobuf -r "$captures/ttrpc.pcap" -Y protobuf -T fields -e frame.number \
		-e protobuf.message.name -e protobuf.field.name -e protobuf.field.value.string \
		-o "uat:protobuf_search_paths:\"$here/protos\",\"TRUE\""

	for name in gvproxy gvproxy-troubles; do
		expect "$name.fields" -r "$captures/$name.pcap" -Y gvproxy $gvproxy
		expect "$name.info" -r "$captures/$name.pcap" -Y 'gvproxy.length || gvproxy.connect' \
			-T fields -e frame.number -e _ws.col.Protocol -e _ws.col.Info
		expect "$name.experts" -r "$captures/$name.pcap" -Y 'gvproxy && _ws.expert' \
			-T fields -e frame.number -e _ws.expert.message
	done
	expect gvproxy.tcp -r "$captures/gvproxy.pcap" -q -z conv,tcp
}
expect gvproxy.dense -r "$captures/gvproxy-dense.pcap" -q \
	-z 'io,stat,0,COUNT(arp.opcode)arp.opcode'
# Foreign bytes on the same ports are nobody's here.
expect foreign -r "$captures/ttrpc-troubles.pcap" -Y 'frame.number > 11 && (ttrpc || gvproxy)'
expect api -r "$captures/gvproxy-troubles.pcap" -Y 'frame.number > 20 && (ttrpc || gvproxy)'

rm -f "$output"
exit "$failed"
