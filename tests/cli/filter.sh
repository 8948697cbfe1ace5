#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers filter expressions on the command line and in files (-F), and messages about mistakes.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# count NUMBER WORD...: this many packets of three.pcap match.
count() {
	local wanted=$1
	shift
	vsd -r three.pcap --count "$@"
	expect 0 '' "$*"
	equal "$wanted packet$([ "$wanted" = 1 ] || echo s)" "$(cat out)" "packets that match '$*'"
}

# mistake COLUMN PATTERN WORD...: refused, with a mark below the mistake.
mistake() {
	local column=$1 pattern=$2
	shift 2
	vsd -r three.pcap "$@"
	expect 2 "vsockdump: filter: column $column: $pattern" "$*"
	equal "  $(printf "%*s^" $((column - 1)) '')" "$(tail -n 1 err)" "the mark below '$*'"
}

count 3 ''
count 3 not op credit_request
count 0 port 1
count 0 'port 1 or port 2'
equal 3 "$(($(vsd -r three.pcap --count op request; sed 's/ .*//' out) +
	$(vsd -r three.pcap --count 'not op request'; sed 's/ .*//' out)))" "a filter and its opposite"

printf 'not op credit_request\n\tand not port 1\n' >expression
vsd -r three.pcap --count -F expression
expect 0 '' "-F expression"
equal '3 packets' "$(cat out)" "packets by -F"
vsd -r three.pcap -F missing
expect 5 'vsockdump: missing: No such file or directory' '-F missing'
printf 'port 1\0or port 2' >null
vsd -r three.pcap -F null
expect 5 'vsockdump: null: holds a null byte.*' '-F null'

mistake 6 'expected .*found "x"' port x
mistake 1 '.*' nonsense
mistake 9 '.*' 'len >> 5'

# -w writes the packets that match.
vsd -r three.pcap -w some.pcap 'op request'
expect 0 '' '-w with a filter'
vsd -r three.pcap --count 'op request'
mv out wanted
vsd -r some.pcap --count
equal "$(cat wanted)" "$(cat out)" "packets written"

# The user's names work in filters.
vsd --name 7=web -d cid web
expect 0 '' '-d cid web'
equal ret "$(tail -n 1 out | awk '{print $2}')" "the end of a program"
mv out named
vsd -d cid 7
check "cid web and cid 7 are one program" cmp -s named out
vsd -dd cid 7
check "-dd is C" grep -q '^{ 0x' out
vsd -ddd cid 7
equal "$(($(lines out) - 1))" "$(head -n 1 out)" "-ddd begins with the number of instructions"
vsd -d cid web
expect 2 'vsockdump: filter: column 5: .*' 'an unknown name'
vsd -O -d cid 7
expect 0 '' '-O'

# A packet that is cut in the file after each number of bytes: -O changes nothing, and a test of
# bytes that were cut off rejects the packet.
{
	pcap_header 271 0xa1b2c3d4
	frame 3 1024 2 80 5 'GET /' >one-frame
	for length in $(seq 0 81); do
		le32 1700000000
		le32 "$length"
		le32 "$length"
		le32 81
		head -c "$length" one-frame
	done
} >cut.pcap
# cut_packets WANTED EXPRESSION: so many of them pass.
cut_packets() {
	vsd -r cut.pcap --count "$2"
	equal "$1" "$(cut -d ' ' -f 1 out)" "cut packets that pass '$2'"
	vsd -r cut.pcap -O --count "$2"
	equal "$1" "$(cut -d ' ' -f 1 out)" "cut packets that pass '$2' with -O"
}
cut_packets 82 ''
cut_packets 50 'port 80 or 1 = 1'
cut_packets 50 'port 80 or not port 80'
cut_packets 50 'src port 1024 or dst port 80'
cut_packets 22 'len > 0 or not len > 0'
cut_packets 18 'port 22 or op rw or len = 6'
cut_packets 0 'len = 6'
cut_packets 22 'not len = 6'
cut_packets 50 'port 22 or port 80 or op rst'
cut_packets 18 'port 22 or op rst or port 80'
cut_packets 5 'payload[0] <= 255'
cut_packets 1 'payload startswith "GET /"'
cut_packets 1 'not payload startswith "PUT /"'
cut_packets 50 'not payload[5] = 1'

# Verdicts say that they judge only a part.
vsd -r three.pcap --flows op request
check "--flows with a filter says so" grep -q 'matches the filter' out
finish
