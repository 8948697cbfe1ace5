#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers signals and pipes without data. A FIFO plays the part of a live capture.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# start ARG...: the program on a FIFO that stays open and has delivered three packets.
start() {
	rm -f fifo
	mkfifo fifo
	: >out
	: >err
	"$vsockdump" -r fifo "$@" >out 2>err &
	program=$!
	exec 9>fifo
	cat three.pcap >&9
	await err 'reading from file'
}

# await FILE PATTERN: until a line matches, or 10 seconds.
await() {
	local i
	for ((i = 0; i < 200; i++)); do
		grep -q -- "$2" "$1" && return
		sleep 0.05
	done
	not_ok "no '$2' in $1 after 10 seconds" "$(cat "$1")"
}

# reap: the status of the program, which must end by itself. Without the shell's word about how.
reap() {
	local i
	for ((i = 0; i < 200; i++)); do
		kill -0 $program || break
		sleep 0.05
	done
	if kill -9 $program; then not_ok "does not end"; fi
	wait $program
	status=$?
	exec 9>&-
} 2>/dev/null

# What was read before a signal is shown and written.
for signal in INT TERM HUP; do
	start -n
	sleep 0.2
	kill -$signal $program
	reap
	expect 0 '' "SIG$signal"
	equal 3 "$(lines out)" "lines before SIG$signal"

	start -w written.pcap
	sleep 0.2
	kill -$signal $program
	reap
	expect 0 '' "SIG$signal with -w"
	check "SIG$signal: the capture is not whole" cmp -s three.pcap written.pcap
done

# With -l lines come at once; without, and in the file, within a second or two.
start -n -l
await out RW
kill -TERM $program
reap
start -n
await out RW
kill -TERM $program
reap
start -w written.pcap
for _ in {1..60}; do
	cmp -s three.pcap written.pcap && break
	sleep 0.05
done
check "-w: the file is not brought up to date" cmp -s three.pcap written.pcap
# Even when there is no chance to clean up.
kill -KILL $program
reap
equal 137 "$status" 'SIGKILL'
check "SIGKILL: the capture is not whole" cmp -s three.pcap written.pcap

# SIGUSR1 tells where things stand, and goes on.
start -n --flows
sleep 0.2
kill -USR1 $program
await err '^3 packets read$'
await out ' established '
equal 2 "$(lines out)" 'table on SIGUSR1'
exec 9>&-
reap
expect 0 '' 'after SIGUSR1'
equal 5 "$(lines out)" 'both tables'

# SIGUSR2 writes out what is buffered, and goes on.
start -n
kill -USR2 $program
await out RW
kill -USR2 $program
sleep 0.2
check "SIGUSR2 ends the program" kill -0 $program
exec 9>&-
reap
expect 0 '' 'after SIGUSR2'
equal 3 "$(lines out)" 'lines after SIGUSR2'

# A writer that goes away in mid-record is an input cut short, and told.
start -n
head -c 60 three.pcap | tail -c 36 >&9
exec 9>&-
reap
expect 5 'vsockdump: fifo: cut short.*' 'a writer that goes away'
equal 3 "$(lines out)" 'lines before a writer goes away'

# The reader of the output goes away while nothing comes: no need to wait for a packet.
rm -f fifo
mkfifo fifo
{
	timeout 20 "$vsockdump" -n -l -r fifo 2>err
	echo $? >code
} | head -n 1 >out &
exec 9>fifo
cat three.pcap >&9
for _ in {1..100}; do
	[ -s code ] && break
	sleep 0.05
done
status=$(cat code)
expect 0 '' '| head -n 1 on a silent capture'
equal 1 "$(lines out)" '| head -n 1 on a silent capture'
exec 9>&-
wait

# A reader that stopped, but keeps the pipe: the first signal waits for it, a later one does not.
cp three.pcap many.pcap
for _ in {1..12}; do
	tail -c +25 many.pcap >once
	cat once >>many.pcap
done
rm -f fifo
mkfifo fifo
exec 8<>fifo
: >err
"$vsockdump" -n -r many.pcap >fifo 2>err &
program=$!
await err 'reading from file'
sleep 0.3
kill -TERM $program
sleep 2.2
check "the first signal left output behind" kill -0 $program
kill -TERM $program
reap
exec 8<&-
equal 143 "$status" 'the second signal, reader stopped'

# Before the capture has begun there is nothing to end cleanly.
rm -f fifo
mkfifo fifo
"$vsockdump" -r fifo >out 2>err &
program=$!
sleep 0.3
kill -TERM $program
reap
equal 143 "$status" 'SIGTERM before the header'

finish
