#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Input files that are not what they should be: what is good in them is shown, the rest is told.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# bad_input LINES PATTERN FILE: so many packets, a message, status 5; and -w keeps them all.
bad_input() {
	vsd -nr "$3"
	expect 5 "vsockdump: $2" "$3"
	equal "$1" "$(lines out)" "lines of $3"
	[ "$1" -gt 0 ] || return
	vsd -r "$3" -w kept.pcap
	expect 5 "vsockdump: $2" "$3 with -w"
	vsd --count -r kept.pcap
	expect 0 '' "what was kept of $3"
	equal "$1 packet$([ "$1" = 1 ] || echo s)" "$(cat out)" "packets kept of $3"
}

bad_input 0 'missing.pcap: .*No such file or directory.*' missing.pcap
bad_input 0 "\.: .*" .
: >empty.pcap
bad_input 0 'empty.pcap: empty.*' empty.pcap
head -c 23 three.pcap >header.pcap
bad_input 0 'header.pcap: too short.*' header.pcap
echo 'This is a letter, not a capture.' >letter.txt
bad_input 0 'letter.txt: not a pcap or pcapng capture.*' letter.txt
gzip -c three.pcap >three.pcap.gz
bad_input 0 'three.pcap.gz: compressed with gzip.*' three.pcap.gz
{
	pcap_header 1 0xa1b2c3d4
	exchange
} >ethernet.pcap
bad_input 0 'ethernet.pcap: .*EN10MB.*' ethernet.pcap

# A file that is cut: whole packets are shown. tests/unit/lib/capture-file/test-reader.c cuts at each
# byte. The records end at 116, 208 and 305.
for length in 24 25 40 115 116 117 208 304 305; do
	head -c $length three.pcap >cut.pcap
	vsd --count -r cut.pcap
	whole=$(((length >= 116) + (length >= 208) + (length >= 305)))
	if [[ " 24 116 208 305 " == *" $length "* ]]; then
		expect 0 '' "cut at $length, between records"
	else
		expect 5 'vsockdump: cut.pcap: cut short.*' "cut at $length"
	fi
	equal "$whole packet$([ $whole = 1 ] || echo s)" "$(cat out)" "packets when cut at $length"
done
head -c 150 three.pcap >cut.pcap
bad_input 1 'cut.pcap: cut short.*' cut.pcap

# Lengths that cannot be: more than the file, more than any packet, all bits.
for length in 200 2000000 2147483648 4294967295; do
	{
		pcap_header 271 0xa1b2c3d4
		record 1700000000 0 3 1024 2 80 1 ''
		le32 1700000000
		le32 0
		le32 "$length"
		le32 "$length"
		frame 3 1024 2 80 1 ''
	} >length.pcap
	bad_input 1 'length.pcap: .*' length.pcap
done

# The same through a pipe, which cannot be seeked.
timeout 20 "$vsockdump" -nr - <three.pcap >out 2>err
status=$?
expect 0 '' '-r -'
equal 3 "$(lines out)" '-r -'
head -c 150 three.pcap | timeout 20 "$vsockdump" -nr - >out 2>err
status=$?
expect 5 'vsockdump: standard input: cut short.*' 'a pipe cut short'
equal 1 "$(lines out)" 'a pipe cut short'
timeout 20 "$vsockdump" -r - <&- >out 2>err
status=$?
expect 5 'vsockdump: standard input: .*' 'standard input closed'
vsd -r -
expect 5 'vsockdump: standard input: empty.*' 'nothing on standard input'

# Bytes from a packet or a name do not reach a terminal as they are.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1024 2 80 5 $'\033[2J\007bell'
} >escape.pcap
for option in -A -X -x --json; do
	vsd $option -r escape.pcap
	expect 0 '' "escapes with $option"
	refute "control characters with $option" env LC_ALL=C grep -q '[^[:print:][:space:]]' out
done
vsd -r $'no\033[2Jfile'
expect 5 'vsockdump: no\?\[2Jfile: .*' 'control characters in a name'

finish
