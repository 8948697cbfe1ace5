#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers progress (tool/run/progress.c): one line on a terminal, which is removed at the end.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

exchange >once
for _ in {1..100}; do cat once; done >hundred
for _ in {1..20}; do cat hundred; done >many
mkfifo fifo

# feed: 12000 packets into the FIFO, the second half long after the first.
feed() {
	{
		pcap_header 271 0xa1b2c3d4
		cat many
		sleep 1
		cat many
	} >fifo &
}

# on_terminal ARG...: prints the output on a terminal of script(1). Carriage returns become dollars.
on_terminal() {
	feed
	script -qec "TERM=dumb '$vsockdump' -r fifo $*" /dev/null </dev/null | tr '\r' '$' >screen
	wait
}

pattern='\$[0-9]+\.[0-9] MB, [0-9]+ packets, [0-9]+\.[0-9] MB/s'
for mode in --count --flows --diagnose '-n --no-findings >lines'; do
	on_terminal "$mode"
	check "$mode: no progress on a terminal" grep -Eq "$pattern" screen
	# Blanks between two carriage returns have erased the line.
	check "$mode: progress is left on the terminal" grep -Eq "$pattern"'.*\$ +\$' screen
done
equal 12000 "$(lines lines)" 'lines beside the progress'
on_terminal --count
equal '12000 packets$' "$(tail -n 1 screen | sed 's/.*\$ *\$\(.*\$\)$/\1/')" 'what is left on the screen'

# Among lines on the same terminal it would disturb.
on_terminal -n
refute "progress between lines" grep -Eq "$pattern" screen

# Standard error is no terminal.
feed
timeout 20 "$vsockdump" --count -r fifo >out 2>err
wait
equal 'reading from file fifo, link-type VSOCK (Linux vsock), snapshot length 262144' "$(grep -v '^warning: .*: time goes back' err)" \
	'standard error that is no terminal'

# A short read shows no progress.
script -qec "'$vsockdump' --count -r three.pcap" /dev/null </dev/null >screen
refute "progress of a small file" grep -q MB screen

finish
