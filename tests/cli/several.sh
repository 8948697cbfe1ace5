#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers several files at once: -r more than once, and lists of files (-V).
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# pcap FILE RECORDS...: "SECOND SRC_CID SRC_PORT DST_CID DST_PORT OP TEXT" each.
pcap() {
	local file=$1 second rest
	shift
	{
		pcap_header 271 0xa1b2c3d4
		for packet in "$@"; do
			read -r second rest <<<"$packet"
			# shellcheck disable=SC2086
			record $((1700000000 + second)) 0 $rest ''
		done
	} >"$file"
}

pcap even.pcap '0 3 1024 2 80 1' '2 3 1024 2 80 5 a' '4 3 1024 2 80 5 a'
pcap odd.pcap '1 4 1024 2 80 1' '3 4 1024 2 80 5 a' '5 4 1024 2 80 5 a'

# Packets come, and are numbered, in the order of time.
printf '%s\n' '    1  3.1024' '    2  4.1024' '    3  3.1024' '    4  4.1024' '    5  3.1024' \
	'    6  4.1024' >wanted
for files in '-r even.pcap -r odd.pcap' '-r odd.pcap -r even.pcap' '-V list' '-V list -n' \
	'-r odd.pcap -V list2'; do
	printf 'even.pcap\nodd.pcap\n' >list
	printf '\neven.pcap\r\n\n' >list2
	# shellcheck disable=SC2086
	vsd $files -n -t '-#'
	expect 0 '' "$files"
	sed 's/^ *\([0-9]*\)  \([34]\):1024 .*/    \1  \2.1024/' out >got
	check "the order with $files" cmp wanted got
	check 'the number of files' grep -q '^reading from 2 files, link-type VSOCK' err
done
timeout 20 "$vsockdump" -n -t '-#' -V - <list >out 2>err
status=$?
expect 0 '' '-V -'
equal 6 "$(lines out)" '-V -'
timeout 20 "$vsockdump" -n -t '-#' -r even.pcap -r - <odd.pcap >out 2>err
status=$?
expect 0 '' 'a file and a pipe'
equal 6 "$(lines out)" 'a file and a pipe'
{
	head -c 150 odd.pcap
	sleep 0.3
	tail -c +151 odd.pcap
} | timeout 20 "$vsockdump" -n -t '-#' -r even.pcap -r - >out 2>err
sed 's/^ *\([0-9]*\)  \([34]\):1024 .*/    \1  \2.1024/' out >got
check 'the order with a slow pipe' cmp wanted got
vsd -r even.pcap -r odd.pcap --count port 1024 and cid 4
equal '3 packets' "$(cat out)" 'a filter on two files'
vsd -r even.pcap -r odd.pcap -c 4 --count
equal '4 packets' "$(cat out)" '-c with two files'
printf 'odd.pcap\n' >list
vsd -V list --count
equal '3 packets' "$(cat out)" 'a list of one file'
check 'a list of one file' grep -q '^reading from file odd.pcap' err

# Mistakes.
vsd -V missing
expect 2 'vsockdump: missing: No such file or directory' 'no list'
: >list
vsd -V list
expect 2 'vsockdump: list: names no capture file' 'an empty list'
head -c 5000 /dev/zero | tr '\0' x >list
vsd -V list
expect 2 'vsockdump: list: has a line that is too long for a path' 'a long line'
vsd -r - -r -
expect 2 'vsockdump: -r -: standard input can be read only once' 'standard input twice'
printf 'even.pcap\n' >list
timeout 20 "$vsockdump" -V - -r - <list >out 2>err
status=$?
expect 2 'vsockdump: -V - and -r -: standard input can be read only once' 'a list and a capture on standard input'
yes even.pcap | head -n 257 >list
vsd -V list
expect 2 'vsockdump: more than 256 capture files\. Join some of them first with mergecap' '257 files'
yes even.pcap | head -n 256 >list
vsd -V list --count
expect 0 '' '256 files'
equal '768 packets' "$(cat out)" '256 files'
vsd -r even.pcap -r missing.pcap
expect 5 'vsockdump: missing.pcap: cannot open: .*' 'a file that is missing'
vsd -r even.pcap -r odd.pcap -w odd.pcap
expect 2 'vsockdump: odd.pcap: is also the input: writing would destroy it' 'an input as the output'
equal 6 "$("$vsockdump" -nr even.pcap -r odd.pcap 2>/dev/null | wc -l)" 'the input that was kept'

# Files that are cut or damaged: the others are read, and each is reported.
head -c 150 odd.pcap >cut.pcap
vsd -n -r cut.pcap -r even.pcap
expect 5 'vsockdump: cut.pcap: cut short .*; the one whole record before it was read' 'one file cut'
equal 4 "$(lines out)" 'one file cut'
head -c 60 odd.pcap >cut2.pcap
vsd -n -r cut.pcap -r even.pcap -r cut2.pcap
expect 5 'vsockdump: cut2?.pcap: cut short .*' 'two files cut'
equal 2 "$(grep -c 'cut short' err)" 'messages about two files'
{
	pcap_header 271 0xa1b2c3d4
} >none.pcap
vsd -n -r none.pcap -r none.pcap
expect 0 '' 'two files without packets'
check 'two files without packets' grep -qx 'no packets in these files' err

# The files of a ring are one capture, in any order. The flow continues from one to the next.
pcap whole.pcap '0 3 1024 2 80 1' '1 2 80 3 1024 2' '2 3 1024 2 80 5 a' '3 3 1024 2 80 5 b' \
	'4 3 1024 2 80 4' '5 2 80 3 1024 3'
for format in pcap pcapng; do
	mkdir $format
	vsd -r whole.pcap -w $format/ring --packets-per-file 2 --file-format $format
	equal 3 "$(find $format -type f | wc -l)" 'files of a ring'
	vsd -r whole.pcap -n --flows
	mv out wanted
	vsd -n --flows -r $format/ring2 -r $format/ring -r $format/ring1
	expect 0 '' "a ring, $format"
	check "a ring, $format" cmp wanted out
done

# The counters of a ring continue from file to file: here each has the same.
{
	le32 $((0x0a0d0d0a))
	le32 28
	le32 $((0x1a2b3c4d))
	le32 1
	le64 0
	le32 28
	le32 1
	le32 32
	le32 271
	le32 0
	le16 2
	le16 3
	printf 'tap\0'
	le32 0
	le32 32
	le32 5
	le32 40
	le32 0
	le64 0
	le16 7
	le16 8
	le64 7
	le32 0
	le32 40
	for second in 1 2 3 4; do
		le32 6
		le32 108
		le32 0
		le32 0
		le32 $((second * 1000000))
		le32 76
		le32 76
		frame 3 1024 2 80 5 ''
		le32 108
	done
} >counted.pcapng
mkdir counted
vsd -r counted.pcapng -w counted/ring --packets-per-file 2 --file-format pcapng
vsd -n -r counted/ring -r counted/ring1
expect 0 '' 'counters of a ring'
equal 4 "$(grep -c RW out)" 'packets of a counted ring'
check 'counters of a ring' grep -q '^7 packets were dropped by the kernel' err
vsd -n -r counted.pcapng -r counted.pcapng
check 'counters of two captures' grep -q '^14 packets were dropped by the kernel' err

# Two captures of the same packets, on host and guest: each packet is shown once.
cp whole.pcap copy.pcap
vsd -r whole.pcap -n --flows
mv out wanted
vsd -r whole.pcap -r copy.pcap -n --flows
expect 0 '' 'two captures of the same packets'
check 'two captures of the same packets' cmp wanted out
check 'the copies are reported' grep -q 'in these files twice (interfaces whole.pcap and copy.pcap)' err
vsd -r whole.pcap -r copy.pcap -n --count -i copy.pcap
equal '6 packets' "$(cat out)" '-i with a file'

# A file that ends while a connection is opened does not prove that nobody answered, even if another
# file continues. The same in one file does.
opened='0 3 1024 2 80 1,1 2 80 3 1024 2,2 3 1024 2 80 3,3 3 1025 2 80 1'
IFS=, read -ra opened <<<"$opened"
later=('1 4 1024 2 80 1' '2 2 80 4 1024 2' '20 4 1024 2 80 5 a' '30 4 1024 2 80 5 a')
pcap ends.pcap "${opened[@]}"
pcap goes-on.pcap "${later[@]}"
pcap both.pcap "${opened[@]}" '20 4 1024 2 80 1' '21 2 80 4 1024 2' '30 4 1024 2 80 5 a'
vsd -n --diagnose -r both.pcap
check 'a REQUEST without an answer in one file' grep -q connect-timeout out
vsd -n --diagnose -r ends.pcap -r goes-on.pcap
refute 'a REQUEST at the end of one of two files' grep -q connect-timeout out
check 'it waits' grep -q waiting out

# With a filter, modes for whole flows read all files twice.
for file in ends goes-on; do
	gzip -c $file.pcap >$file.gz
done
vsd -n -r ends.gz -r goes-on.gz --flows cid 4
expect 0 '' 'flows of two compressed files'
equal 1 "$(grep -c ' STREAM ' out)" 'flows of two compressed files'
vsd -n -r ends.gz -r goes-on.gz --follow 1 cid 4 and op rw
expect 0 '' 'a flow of two compressed files'

finish
