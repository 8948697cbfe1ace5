#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Input files with faults: their good part is shown, and the fault is reported.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# bad_input LINES PATTERN FILE: checks the number of packets, a message, and status 5. -w must keep
# all packets.
bad_input() {
	vsd -nr "$3"
	expect 5 "vsockdump: $2" "$3"
	equal "$1" "$(lines out)" "lines of $3"
	[ "$1" -gt 0 ] || return
	vsd -r "$3" -w kept.pcap
	expect 5 "vsockdump: $2" "$3 with -w"
	vsd --count -r kept.pcap
	expect 0 '' "the packets of $3 that -w kept"
	equal "$1 packet$([ "$1" = 1 ] || echo s)" "$(cat out)" "packets kept of $3"
}

bad_input 0 'missing.pcap: .*No such file or directory.*' missing.pcap
bad_input 0 "\.: is a directory; .*" .
: >empty.pcap
bad_input 0 'empty.pcap: empty.*' empty.pcap
head -c 23 three.pcap >header.pcap
bad_input 0 'header.pcap: too short.*' header.pcap
echo 'This is a letter, not a capture.' >letter.txt
bad_input 0 'letter.txt: not a pcap or pcapng capture.*' letter.txt
printf 'BZh91AY&SY' >three.pcap.bz2
bad_input 0 'three.pcap.bz2: compressed with bzip2; .*: bzip2 -dc three.pcap.bz2 \| .*' three.pcap.bz2
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

# Impossible lengths: more than the file, more than any packet, all bits.
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

# Captures on "any": frames of vsockmon, with a cooked header, among others.
cooked() { # LINKTYPE HARDWARE
	if [ "$1" = 276 ]; then
		printf '\0\0\0\0\0\0\0\7%b\0\0\0\0\0\0\0\0\0\0' "$2"
	else
		printf '\0\0%b\0\0\0\0\0\0\0\0\0\0\0\0' "$2"
	fi
}
cooked_record() { # LINKTYPE HARDWARE MICROSECONDS FRAME...
	local length linktype=$1 hardware=$2 microseconds=$3
	shift 3
	{
		cooked "$linktype" "$hardware"
		frame "$@"
	} >frame.bin
	length=$(wc -c <frame.bin)
	le32 1700000000
	le32 "$microseconds"
	le32 "$length"
	le32 "$length"
	cat frame.bin
}
vsockmon='\x03\x3a'
loopback='\x03\x04'
for linktype in 113 276; do
	{
		pcap_header $linktype 0xa1b2c3d4
		cooked_record $linktype $vsockmon 0 3 1024 2 80 1 ''
		cooked_record $linktype $vsockmon 1000 2 80 3 1024 2 ''
		cooked_record $linktype $vsockmon 2000 3 1024 2 80 5 'hello'
		cooked_record $linktype $loopback 2500 3 1024 2 80 1 ''
		cooked_record $linktype $loopback 3500 2 80 3 1024 2 ''
	} >any.pcap
	{
		pcap_header 271 0xa1b2c3d4
		record 1700000000 0 3 1024 2 80 1 ''
		record 1700000000 1000 2 80 3 1024 2 ''
		record 1700000000 2000 3 1024 2 80 5 'hello'
	} >same.pcap
	for options in -n -nv '-n -X' '--count' '--json' '--flows' '--diagnose' \
		'-n port 1024' '--follow 0.client --raw'; do
		# shellcheck disable=SC2086
		vsd -r same.pcap $options
		mv out same
		# shellcheck disable=SC2086
		vsd -r any.pcap $options
		expect 0 '' "link type $linktype, $options"
		# An interface index names a capture point, which is in the uid.
		sed -i 's/"uid":"[^"]*","point":[^,]*/"uid":null,"point":null/' out same
		check "link type $linktype with $options is as without" cmp out same
	done
	check 'the link type is reported' grep -q 'link-type LINUX_SLL' err
	check 'the others are counted' grep -q '2 packets of other link types' err
	vsd -r any.pcap -w kept.pcap
	expect 0 '' "link type $linktype with -w"
	vsd -nr kept.pcap
	equal 3 "$(lines out)" 'packets kept of a cooked capture'
	check 'frames of vsock are written' grep -q 'link-type VSOCK' err
done
{
	pcap_header 276 0xa1b2c3d4
	cooked_record 276 $loopback 0 3 1024 2 80 1 ''
} >any.pcap
bad_input 0 'any.pcap: no vsock in it: its link type is LINUX_SLL2 \(276\), but .*' any.pcap

# Odd files: one warning each, and no false findings. warned PATTERN FILE: a warning on a separate
# line, and status 0.
warned() {
	vsd -nr "$2"
	expect 0 '' "$2"
	equal 1 "$(grep -c '^warning:' err)" "warnings about $2"
	check "the warning about $2" grep -Eqx "warning: $2: $1" err
}
size=$(stat -c %s three.pcap)
{
	cat three.pcap
	head -c 4096 /dev/zero
} >zeros.pcap
bad_input 3 "zeros.pcap: zero bytes from byte $size on: .*; all 3 whole records .*" zeros.pcap
cat three.pcap three.pcap >joined.pcap
bad_input 3 "joined.pcap: another capture begins at byte $size; .*" joined.pcap
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 345 3 1024 2 80 1 ''
	record 1700000000 3000345 2 80 3 1024 2 ''
	record 1700000000 6000345 3 1024 2 80 5 'hello'
} >odd.pcap
warned 'packet 2 has a time of 3000345 microseconds after a full second: .*' odd.pcap
check 'a time of nanoseconds' grep -q '^22:13:20.003000' out
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 700000 3 1024 2 80 1 ''
	record 1700000000 0 2 80 3 1024 2 ''
} >back.pcap
warned 'time goes back by 0.7 s at packet 2; .* reordercap' back.pcap
timeout 20 "$vsockdump" -nr - <back.pcap >out 2>err
check 'the warning from a pipe' grep -q '^warning: standard input: time goes back' err

# A transfer in text mode puts a CR before each LF, or removes it.
text_mode='[a-z.]*: damaged by a transfer in text mode, which changed line breaks .*'
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 10 3 10 2 80 1 ''
	record 1700000000 150 2 80 3 10 2 ''
	record 1700000001 0 3 10 2 80 5 $'GET / HTTP/1.0\r\nHost: a\r\n\r\n'
	record 1700000001 2570 2 80 3 10 5 $'one\ntwo\n'
} >lines.pcap
LC_ALL=C sed 's/$/\r/' lines.pcap >text.pcap
bad_input 0 "$text_mode" text.pcap
gzip -c text.pcap >text.gz
bad_input 0 "$text_mode" text.gz
vsd -r lines.pcap -w lines.pcapng
LC_ALL=C sed 's/$/\r/' lines.pcapng >text.pcapng
bad_input 0 "$text_mode" text.pcapng
LC_ALL=C sed 's/\r$//' lines.pcapng >text.pcapng
bad_input 0 "$text_mode" text.pcapng
# A capture whose line breaks are all CR LF is good, and may be damaged in another way.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 100 3 1024 2 80 5 $'GET / HTTP/1.0\r\nHost: a\r\n\r\n'
	record 1700000000 150 3 1024 2 80 5 $'x\r\n'
} >lines.pcap
vsd -nr lines.pcap
expect 0 '' 'lines of CR LF'
equal 2 "$(lines out)" 'lines of CR LF'
{
	cat lines.pcap
	le64 1
	le64 -1
} >damaged.pcap
bad_input 2 'damaged.pcap: damaged at byte .*' damaged.pcap

# A capture without packets.
{
	pcap_header 271 0xa1b2c3d4
} >none.pcap
for options in '' --diagnose --flows --count '-w kept.pcap' 'port 80'; do
	# shellcheck disable=SC2086
	vsd -r none.pcap $options
	expect 0 '' "no packets, $options"
	check "no packets, $options" grep -qx 'none.pcap: no packets in it' err
done
vsd -r three.pcap port 7777
refute 'packets that a filter left out' grep -q 'no packets in it' err

# A file where a filter is expected. A word of the filter may have the name of a file.
for name in three.pcap ./three.pcap "$PWD/three.pcap" 'a file.pcap' 3.pcap; do
	[ -e "$name" ] || cp three.pcap "$name"
	vsd "$name"
	expect 2 "vsockdump: $name is a file: to read it, type -r $name" "the file $name as a filter"
	vsd -r three.pcap 'port 80' or "$name"
	expect 2 "vsockdump: $name is a file: to read it, type -r $name" "$name after a filter"
done
: >./80
vsd -nr three.pcap port 80
expect 0 '' 'a filter with the name of a file'
vsd -nr three.pcap prot 80
expect 2 'vsockdump: filter: .*' 'a filter that is wrong elsewhere'

# The same through a pipe, which cannot seek.
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

# Bytes from a packet or a name are escaped for a terminal.
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
