#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers output that cannot be written: the error, its exit status, and the output before it.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# Enough packets that every buffer on the way is full more than once.
{
	pcap_header 271 0xa1b2c3d4
	exchange >once
	for _ in {1..100}; do cat once; done >hundred
	for _ in {1..50}; do cat hundred; done
} >many.pcap
packets=15000

vsd -r many.pcap --count
equal "$packets packets" "$(cat out)" 'the large capture'

for mode in -n --json --flows '--flows --json' --count -nX; do
	# shellcheck disable=SC2086 # the modes are lists of options
	timeout 20 "$vsockdump" $mode -r many.pcap 2>err >/dev/full
	status=$?
	expect 6 'vsockdump: standard output: No space left on device' "$mode >/dev/full"

	# shellcheck disable=SC2086
	timeout 20 "$vsockdump" $mode -r many.pcap 2>err >&-
	status=$?
	expect 6 'vsockdump: standard output: Bad file descriptor' "$mode, standard output closed"
done

# A reader that closes the pipe is a normal end.
for mode in -n --json -nX; do
	timeout 20 "$vsockdump" $mode -r many.pcap 2>err | head -n 1 >out
	status=${PIPESTATUS[0]}
	expect 0 '' "$mode | head -n 1"
	equal 1 "$(lines out)" "$mode | head -n 1"
done

vsd -r many.pcap -w /dev/full
expect 6 'vsockdump: /dev/full: No space left on device' '-w /dev/full'
vsd -r three.pcap -w missing/out.pcap
expect 6 'vsockdump: missing/out.pcap: No such file or directory' '-w into no folder'
vsd -r three.pcap -w .
expect 6 'vsockdump: \.: Is a directory' '-w onto a folder'

# A capture file to a closed pipe is an error: the reader's file is cut.
timeout 20 "$vsockdump" -r many.pcap -w - 2>err | head -c 100 >/dev/null
status=${PIPESTATUS[0]}
expect 6 'vsockdump: standard output: Broken pipe.*' '-w - to a closed pipe'

# The disk is full: as many packets as the message says, all of them readable.
for limit in 1 2 64 300; do
	(
		ulimit -f $limit
		timeout 20 "$vsockdump" -r many.pcap -w limited.pcap 2>err
	)
	status=$?
	expect 6 'vsockdump: limited.pcap: File too large: [0-9]+ packets written before are readable' \
		"-w, file size limit $limit"
	told=$(sed -n 's/.*: \([0-9]*\) packets written before.*/\1/p' err)
	vsd --count -r limited.pcap
	expect 0 '' "what limit $limit left"
	equal "$told packets" "$(cat out)" "packets that limit $limit left"
	check "limit $limit: no packets" [ "${told:-0}" -gt 0 ]
done

# The same if the disk is full only for the rest in the buffer.
for _ in {1..6}; do cat once; done >six
{
	pcap_header 271 0xa1b2c3d4
	cat six
} >few.pcap
(
	ulimit -f 1
	timeout 20 "$vsockdump" -r few.pcap -w limited.pcap 2>err
)
status=$?
expect 6 'vsockdump: limited.pcap: File too large: 10 packets written before are readable' \
	'-w, the last write fails'
vsd --count -r limited.pcap
equal '10 packets' "$(cat out)" 'packets that the last write left'

# The input is never overwritten, under any name.
ln -s many.pcap link.pcap
ln many.pcap hard.pcap
for name in many.pcap ./many.pcap link.pcap hard.pcap; do
	vsd -r many.pcap -w $name
	expect 2 "vsockdump: .*: is also the input: writing would destroy it" "-r many.pcap -w $name"
done
# shellcheck disable=SC2094 # vsockdump must refuse this
timeout 20 "$vsockdump" -r - -w many.pcap <many.pcap 2>err
status=$?
expect 2 'vsockdump: .*: is also the input: .*' '-w onto standard input'
# shellcheck disable=SC2094 # likewise
timeout 20 "$vsockdump" -r many.pcap -w - >>many.pcap 2>err
status=$?
expect 2 'vsockdump: .*: is also the input: .*' 'standard output onto the input'
vsd --count -r many.pcap
equal "$packets packets" "$(cat out)" 'the input after all that'

# vsockdump writes no capture file to a terminal. script(1) makes a terminal.
script -qec "'$vsockdump' -r three.pcap -w -" /dev/null >out 2>&1 </dev/null
status=$?
tr -d '\r' <out >err
expect 2 'vsockdump: a capture file is not for a terminal: .*' '-w - to a terminal'

# A terminal gets color, except a dumb one, or with NO_COLOR.
# shellcheck disable=SC2317 # called by check and refute
coloured() {
	env TERM=xterm "$@" script -qec "'$vsockdump' -nr three.pcap" /dev/null </dev/null | grep -q $'\033'
}
check "no color on a terminal" coloured
refute "color in spite of NO_COLOR" coloured NO_COLOR=1
check "no color with an empty NO_COLOR" coloured NO_COLOR=
refute "color on a dumb terminal" coloured TERM=dumb

# Only root can read root's files. For other users the umask decides.
umask 022
vsd -r three.pcap -w mode.pcap
if [ "$(id -u)" = 0 ]; then mode=600; else mode=644; fi
equal $mode "$(stat -c %a mode.pcap)" 'mode of a file'

# vsockdump does not fail if it cannot write to standard error.
timeout 20 "$vsockdump" -nr three.pcap >out 2>/dev/full
status=$?
: >err
expect 0 '' 'standard error full'
equal 3 "$(lines out)" 'standard error full'
timeout 20 "$vsockdump" -nr three.pcap -w copy.pcap >out 2>&-
status=$?
expect 0 '' 'standard error closed'
check "standard error closed: messages in the capture" cmp -s three.pcap copy.pcap

finish
