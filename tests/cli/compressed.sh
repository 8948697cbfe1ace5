#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers odd compressed captures: cut, damaged, joined, compressed twice, or made to keep their
# reader busy. tests/golden/compressed has good ones.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

pack() { # TOOL FILE: compresses the file to standard output.
	case $1 in
	zstd) zstd -q -c <"$2" ;;
	*) "$1" -c <"$2" ;;
	esac
}

# packets WANTED WHAT: compares the output of --count.
packets() {
	equal "$1 packet$([ "$1" = 1 ] || echo s)" "$(cat out)" "$2"
}

head -c 24 three.pcap >header.pcap
tail -c +25 three.pcap >records.bin
head -c 150 three.pcap >cut.pcap
for tool in gzip xz zstd; do
	# Members, streams and frames may follow each other, also within a record.
	pack $tool three.pcap >whole
	{
		pack $tool header.pcap
		head -c 50 records.bin >part
		pack $tool part
		tail -c +51 records.bin >part
		pack $tool part
	} >joined
	vsd --count -r joined
	expect 0 '' "$tool, joined"
	packets 3 "$tool, joined"

	# A capture that was cut before it was compressed.
	pack $tool cut.pcap >other
	vsd --count -r other
	expect 5 'vsockdump: other: cut short in record 2 at byte 116; .*' "$tool of a cut file"
	packets 1 "$tool of a cut file"

	# All prefixes: vsockdump shows all that can be decompressed, and one message says why it
	# stops.
	size=$(stat -c %s whole)
	for ((length = 6; length < size; length += 7)); do
		head -c $length whole >other
		vsd -n -r other
		expect 5 "vsockdump: other: its $tool data is cut short; .*" "$tool cut at $length"
		equal 1 "$(grep -c -v '^reading' err)" "messages about $tool cut at $length"
	done

	# The checksum is at the end, after all packets.
	{
		cat joined
		printf 'garbage, longer than a header'
	} >other
	vsd --count -r other
	expect 5 "vsockdump: other: its $tool data is damaged near byte [0-9]*; all 3 whole.*" "$tool and garbage"
	packets 3 "$tool and garbage"

	# A member without bytes, and a file with nothing else.
	: >empty
	pack $tool empty >other
	vsd -r other
	expect 5 'vsockdump: other: empty, .*' "$tool of nothing"
	cat whole >>other
	vsd --count -r other
	packets 3 "$tool after nothing"

	# Some other program may have compressed it twice.
	pack gzip whole >other
	vsd -r other
	expect 5 "vsockdump: other: compressed twice, with $tool and then with gzip\. .*: gzip -dc other \| vsockdump -r -" \
		"$tool and gzip"

	# Another kind of file.
	echo 'This is a letter, not a capture.' >letter
	pack $tool letter >other
	vsd -r other
	expect 5 'vsockdump: other: not a pcap or pcapng capture .*' "$tool of a letter"

	# A pipe that is slow.
	{
		head -c 40 whole
		sleep 0.3
		tail -c +41 whole
	} | timeout 20 "$vsockdump" -n -r - >out 2>err
	status=$?
	expect 0 '' "$tool through a slow pipe"
	equal 3 "$(lines out)" "$tool through a slow pipe"
done

# gzip allows zero bytes at the end, as on tapes.
{
	gzip -c three.pcap
	head -c 1000 /dev/zero
} >other
vsd --count -r other
expect 0 '' 'gzip and zero bytes'
packets 3 'gzip and zero bytes'

# A wrong checksum.
gzip -c three.pcap >other
size=$(stat -c %s other)
printf 'XX' | dd of=other bs=1 seek=$((size - 8)) conv=notrunc 2>/dev/null
vsd --count -r other
expect 5 'vsockdump: other: its gzip data is damaged .*; all 3 whole records before it were read' 'gzip check sum'

# A frame that libzstd's own limit refuses: it asks for a window of 1 GiB.
printf '\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00' >other
vsd -r other
expect 5 'vsockdump: other: needs more than 128 MiB of memory .*type zstd -dc other \| vsockdump -r -' 'a large window'

# Bombs: a capture of one packet, then blocks of 16 MiB that are zeros and that a reader skips.
{
	le32 $((0x0a0d0d0a))
	le32 28
	le32 $((0x1a2b3c4d))
	le32 1
	le64 0
	le32 28
	le32 1
	le32 20
	le32 271
	le32 0
	le32 20
	le32 3
	le32 92
	le32 76
	frame 3 1024 2 80 1 ''
	le32 92
} >start
{
	le32 $((0xbad))
	le32 $((16 * 1024 * 1024))
	head -c $((16 * 1024 * 1024 - 12)) /dev/zero
	le32 $((16 * 1024 * 1024))
} >block
for tool in gzip xz zstd; do
	pack $tool block >packed
	pack $tool start >bomb
	for ((i = 0; i < 125; i++)); do
		cat packed
	done >>bomb
	timeout 120 "$vsockdump" --count -r bomb >out 2>err
	status=$?
	expect 5 "vsockdump: bomb: decompresses to more than 1000 times its size, .*; all [0-9]* whole .*\. If you trust the file, type $tool -dc bomb \| vsockdump -r -" \
		"a bomb of $tool"
	packets 1 "before a bomb of $tool"
done

# The same ratio is no bomb below 1 GiB.
pack zstd start >bomb
for ((i = 0; i < 60; i++)); do
	cat packed
done >>bomb
vsd --count -r bomb
expect 0 '' '960 MiB of zeros'

finish
