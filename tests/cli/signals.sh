#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers signals and pipes without data. A FIFO replaces a live capture.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# start ARG...: starts the program on a FIFO that stays open and has delivered three packets.
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

# await FILE PATTERN: waits until a line matches, or 10 seconds.
await() {
	local i
	for ((i = 0; i < 200; i++)); do
		grep -q -- "$2" "$1" && return
		sleep 0.05
	done
	not_ok "no '$2' in $1 after 10 seconds" "$(cat "$1")"
}

# reap: waits until the program ends without help, and takes its status. Hides the shell's message.
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

# Packets that were read before a signal are shown and written.
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

# With -l, lines come at once. Without it, and in the file, they come within two seconds.
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
check "-w: the file does not have the latest packets" cmp -s three.pcap written.pcap
# SIGKILL leaves no chance to clean up.
kill -KILL $program
reap
equal 137 "$status" 'SIGKILL'
check "SIGKILL: the capture is not whole" cmp -s three.pcap written.pcap

# SIGUSR1 shows the present state. The capture continues.
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

# SIGUSR2 flushes the buffers. The capture continues.
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

# A writer that ends in the middle of a record: the input is cut short, which is reported.
start -n
head -c 60 three.pcap | tail -c 36 >&9
exec 9>&-
reap
expect 5 'vsockdump: fifo: cut short.*' 'a writer that goes away'
equal 3 "$(lines out)" 'lines before a writer goes away'

# The reader of the output ends while no packet comes: vsockdump ends without waiting for one.
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

# The reader stopped, but keeps the pipe open. One signal ends the program soon: it drops the rest
# of the output, finishes -w, and reports both.
{
	cat three.pcap
	for i in {0..4095}; do record $((1700000002 + i)) 0 3 1024 2 80 5 'some more to read'; done
} >many.pcap
# fill: a pipe without a reader, which is full after 64 KiB.
fill() {
	rm -f full
	mkfifo full
	exec 8<>full
}
fill
# ended_by SIGNAL: the program ends within some seconds.
ended_by() {
	local before=$SECONDS
	sleep 0.5
	kill "-$1" $program
	reap
	check "SIG$1 took $((SECONDS - before)) seconds" [ $((SECONDS - before)) -le 8 ]
}
lost='vsockdump: standard output: nobody read it for a second after the signal to end; the rest is lost'
for signal in TERM HUP INT; do
	: >err
	"$vsockdump" -n -r many.pcap >full 2>err &
	program=$!
	await err 'reading from file'
	ended_by $signal
	expect 6 "$lost" "SIG$signal, reader stopped"
done
# A capture that continues and is also written.
rm -f fifo
mkfifo fifo
: >err
"$vsockdump" -n -r fifo --print -w beside.pcapng >full 2>err &
program=$!
exec 9>fifo
cat many.pcap >&9 2>/dev/null &
await err 'reading from file'
ended_by TERM
expect 6 "$lost" 'SIGTERM, reader stopped, with -w'
vsd --count -r beside.pcapng
expect 0 '' 'the packets that -w wrote while the reader stopped'
check '-w wrote nothing while the reader stopped' [ "$(cut -d ' ' -f 1 out)" -gt 3 ]
# The capture itself goes into the pipe; messages do, too.
fill
: >err
"$vsockdump" -r many.pcap -w - >full 2>err &
program=$!
await err 'reading from file'
ended_by TERM
expect 6 'vsockdump: standard output: nobody read it for a second after the signal to end: [0-9]+ packets? written before (is|are) readable' 'SIGTERM, -w -, reader stopped'
fill
"$vsockdump" -n -r many.pcap >full 2>&1 &
program=$!
ended_by TERM
equal 6 "$status" 'SIGTERM, reader of the messages stopped'
exec 8<&-
# The program waits for a slow reader.
rm -f slow
mkfifo slow
: >err
"$vsockdump" -n -r many.pcap >slow 2>err &
program=$!
exec 7<slow
await err 'reading from file'
sleep 0.5
kill -TERM $program
for _ in {1..6}; do
	sleep 0.4
	head -c 8192 <&7 >/dev/null
done
cat <&7 >/dev/null &
reap
exec 7<&-
expect 0 '' 'SIGTERM, slow reader'
# On a terminal somebody may read the output in a pager, and can press ^C again.
cat >pager <<-END
	exec 8<>full
	"$vsockdump" -n -r many.pcap >full &
	program=\$!
	sleep 1.5
	kill -INT \$program
	sleep 2.2
	kill -0 \$program && echo waits
	kill -INT \$program
	wait \$program
	echo status \$?
END
script -qec 'bash pager' /dev/null </dev/null >out 2>&1
check 'SIGINT on a terminal does not wait for the reader' grep -q waits out
check 'the second SIGINT on a terminal' grep -q 'status 130' out

# Before the capture begins, a signal kills the program.
rm -f fifo
mkfifo fifo
"$vsockdump" -r fifo >out 2>err &
program=$!
sleep 0.3
kill -TERM $program
reap
equal 143 "$status" 'SIGTERM before the header'

finish
