#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers the command line: each option does what its help says, and usage errors.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

usage_error() {
	local pattern=$1
	shift
	vsd "$@"
	expect 2 "vsockdump: $pattern" "$*"
	equal 1 "$(lines err)" "lines of the message after $*"
	equal 0 "$(lines out)" "standard output after $*"
}

usage_error "unknown option '-R'. Type vsockdump --help to see all" -R
usage_error "unknown option '--diagnoze'. Did you mean --diagnose\\?" --diagnoze
usage_error "-r needs an argument: FILE" -r
usage_error "-c x: not a number from 1 to [0-9]+" -r three.pcap -c x
usage_error "-F three.pcap and 'port': only one filter at a time" -r three.pcap -F three.pcap port 80
usage_error "-w - and printed text cannot share standard output" -r three.pcap -w - --print

vsd --help
expect 0 '' --help
check "--help: no usage" grep -q '^Usage: vsockdump' out
equal '' "$(awk 'length > 80' out)" "--help is 80 columns wide"

# -h fits a terminal of 24 lines and 80 columns, and has nothing that --help does not have.
cp out help
vsd -h
expect 0 '' -h
check "-h is longer than 24 lines" test "$(lines out)" -le 24
equal '' "$(awk 'length > 80' out)" "-h is 80 columns wide"
equal 3 "$(grep -c '^  vsockdump ' out)" "examples of -h"
for option in $(grep -Eo '(^|[ ,])--?[a-zA-Z]+' out | tr -d ' ,' | sort -u); do
	check "--help lists $option, as -h does" grep -Eq -- "[ ;]$option( |,|:|\$)" help
done

vsd --version
expect 0 '' --version
check "--version: own version" grep -Eqx 'vsockdump [0-9]+\.[0-9]+\.[0-9]+' out
for library in pcap-vsockmon 'libpcap version' libnl; do
	check "--version: $library" grep -q "^$library [0-9]" out
done

for option in --help --version -D; do
	timeout 20 "$vsockdump" $option >/dev/full 2>err
	status=$?
	expect 6 'vsockdump: standard output: No space left on device' "$option >/dev/full"
done

vsd -nnvr three.pcap
expect 0 '' -nnvr
equal 3 "$(lines out)" "lines of -nnvr"
equal '22:13:20.000001 3:1024 > 2:80 REQUEST, buf_alloc 262144, fwd_cnt 0' "$(head -n 1 out)" -nnvr
check "banner of -r" grep -Fqx 'reading from file three.pcap, link-type VSOCK (Linux vsock), snapshot length 262144' err

vsd -n -t -c 2 -r three.pcap
expect 0 '' -c
equal '2:80 > 3:1024 RESPONSE' "$(tail -n 1 out)" "-c 2"
equal 2 "$(lines out)" "-c 2"

vsd --count -r three.pcap
expect 0 '' --count
equal '3 packets' "$(cat out)" --count
vsd --count -c 1 -r three.pcap
equal '1 packet' "$(cat out)" '--count -c 1'

# --skip leaves out packets that match; the others keep their numbers, and -c counts from there.
vsd -n -t -# --skip 1 -c 1 -r three.pcap
equal '    2  2:80 > 3:1024 RESPONSE' "$(cat out)" '--skip 1 -c 1'
vsd -n -t --skip 1 -r three.pcap src cid 3
equal '3:1024 > 2:80 RW, length 5' "$(cat out)" '--skip with a filter'
vsd --count --skip 2 -r three.pcap
equal '1 packet' "$(cat out)" '--count --skip 2'
vsd --skip 2 -r three.pcap -w rest.pcap
vsd -n -t -r rest.pcap
equal '3:1024 > 2:80 RW, length 5' "$(grep -v '^	' out)" '--skip -w'
vsd --skip 3 -r three.pcap
equal 0 "$(lines out)" '--skip of all packets'
vsd --skip 2 -n --flows -r three.pcap
check "--skip hides the packet before from the analysis" grep -q 'established' out

vsd -net -c 1 -r three.pcap
equal '3:1024 > 2:80 REQUEST, monitor CONNECT, transport VIRTIO, transport header 44' "$(cat out)" -e
vsd -neqt -c 1 -r three.pcap
equal '3:1024 > 2:80 REQUEST, monitor CONNECT, transport VIRTIO, transport header 44' "$(cat out)" -eq
vsd -nevvvt -c 1 -r three.pcap
equal 1 "$(grep -o 'monitor CONNECT' out | wc -l)" '-e -vvv'

vsd -tt --nano -c 1 -nr three.pcap
equal '1700000000.000001000 3:1024 > 2:80 REQUEST' "$(cat out)" --nano

# A file with nanoseconds shows them, unless --micro.
{
	pcap_header 271 0xa1b23c4d
	record 1700000000 123456789 3 1024 2 80 1 ''
} >nano.pcap
vsd -tt -nr nano.pcap
equal '1700000000.123456789 3:1024 > 2:80 REQUEST' "$(cat out)" 'nanoseconds of a file'
vsd -tt -nr nano.pcap --micro
equal '1700000000.123456 3:1024 > 2:80 REQUEST' "$(cat out)" --micro

# What is written is what was read.
for file in three.pcap nano.pcap; do
	vsd -r $file -w copy.pcap
	expect 0 '' "-r $file -w"
	equal 0 "$(lines out)" "-w prints nothing"
	check "-w: the copy of $file differs" cmp -s $file copy.pcap
done
vsd -r three.pcap -w copy.pcap --print
equal 3 "$(lines out)" "-w --print"
check "-w --print: the copy differs" cmp -s three.pcap copy.pcap
vsd -r three.pcap -w copy.pcap --flows
equal 2 "$(lines out)" "-w --flows"
vsd -r three.pcap -w one.pcap -c 1
vsd -r one.pcap --count
equal '1 packet' "$(cat out)" '-w -c 1'

vsd -r three.pcap -w -
check "-w -" cmp -s out three.pcap
timeout 20 "$vsockdump" -r - -w - <three.pcap >out 2>err
check "-r - -w -" cmp -s out three.pcap

# -s keeps the length, and shortens the payload.
vsd -r three.pcap -s 77 -w short.pcap
expect 0 '' '-s -w'
vsd -A -t -nr short.pcap
equal '3:1024 > 2:80 RW, length 5 [1 of 5 bytes captured]' "$(grep RW out)" "after -s 77"
equal $'\tG' "$(tail -n 1 out)" "payload after -s 77"
vsd -A -t -n -s 77 -r three.pcap
equal $'\tG' "$(tail -n 1 out)" "payload with -s 77"

# Names: files, then --name. With -n there are no names.
printf '3 web # comment\n2 box\n' >names
vsd -t --names-file names --name 2=desk -c 1 -r three.pcap
equal 'web:1024 > desk:80 REQUEST' "$(cat out)" 'names'
vsd -t -n --names-file names -c 1 -r three.pcap
equal '3:1024 > 2:80 REQUEST' "$(cat out)" 'names with -n'
mkdir -p config/vsockdump
printf '3 mine\n' >config/vsockdump/cids
vsd -t -c 1 -r three.pcap
equal 'mine:1024 > host:80 REQUEST' "$(cat out)" "the user's file of names"
printf '4 four\nthree web\n' >config/vsockdump/cids
vsd -t -c 1 -r three.pcap
expect 0 "vsockdump: warning: .*/vsockdump/cids:2: a CID is a number .*" "a bad default file"
equal '3:1024 > host:80 REQUEST' "$(cat out)" "output with a bad default file"
vsd -t -c 1 --names-file /dev/null -r three.pcap
expect 0 '' "no default files beside --names-file"
rm -r config
usage_error ".*/missing: No such file or directory" --names-file "$work/missing" -r three.pcap

# Color: not in a file, except with --color=always.
vsd -r three.pcap
refute "color into a file" grep -q $'\033' out
vsd --color -r three.pcap
check "no color with --color" grep -q $'\033' out
vsd --color=never -r three.pcap
refute "color with --color=never" grep -q $'\033' out

vsd -D
expect 0 '' -D
check "-D: no list" grep -Eq '^1\.' out
vsd -D -r three.pcap
expect 2 'vsockdump: -D is not for use with -r or -w' '-D -r'
vsd -i lo
expect 4 'vsockdump: .*lo .*' '-i lo'
vsd -i 99
expect 4 'vsockdump: -i 99: no interface has that number; see vsockdump -D' '-i 99'
vsd -i eth99
expect 4 'vsockdump: -i eth99: there is no such interface, and vsockdump makes only .*' '-i eth99'
vsd -i vsockmon0,lo
expect 2 'vsockdump: -i vsockmon0,lo: .* type -i vsockmon0' '-i with a list'
vsd -i a/b
expect 2 "vsockdump: an interface name cannot have '/' in it .*" '-i a/b'
vsd -i $'a\033b'
expect 2 "vsockdump: an interface name cannot have the byte 0x1b in it .*" '-i with an escape'
vsd -i lo
expect 4 'vsockdump: interface lo is no vsockmon, .*\. Leave -i out .*' '-i lo'
vsd --delete-interface lo
expect 4 'vsockdump: interface lo is no vsockmon, .* Only a vsockmon interface can be deleted' '--delete-interface lo'
vsd --create-interface lo
if [ "$(id -u)" != 0 ]; then
	expect 3 'vsockdump: cannot make interface lo: .* lacks CAP_NET_ADMIN.*' '--create-interface lo'
else
	expect 4 'vsockdump: interface lo is no vsockmon, .* Choose another name .*' '--create-interface lo'
fi
check "-i made an interface" test ! -e /sys/class/net/eth99
vsd --create-interface this-name-is-far-too-long
expect 2 'vsockdump: .*too long.*' '--create-interface with a long name'

# --- Options of findings: a wrong value, and the effect of a right one.

# A handshake of 149 microseconds, and a sender that waits a second for credit: see three.pcap.
usage_error '-# takes no argument' -r three.pcap --number=1
vsd -r three.pcap --number -t
expect 0 '' --number
equal '    1  3:1024 > host:80 REQUEST' "$(head -n 1 out)" --number
vsd -r three.pcap '-#' -t
equal '    1  3:1024 > host:80 REQUEST' "$(head -n 1 out)" '-#'

time_range='not a time above 0 and up to 3600s, with us, ms or s, such as 100ms or 2.5s'
for wrong in 5 0s 2h 1.5.5s -1s 3601s; do
	usage_error "--slow-handshake $wrong: $time_range" -r three.pcap --slow-handshake "$wrong"
	usage_error "--stall $wrong: $time_range" -r three.pcap --stall "$wrong"
done
vsd -r three.pcap --slow-handshake 149us
refute '--slow-handshake: one that is as fast' grep -q slow-handshake out
vsd -r three.pcap --slow-handshake 148us
check '--slow-handshake: one that is slower' grep -q 'slow-handshake: host:80 took 149 us ' out

# The server has a buffer of 262144 bytes. The client fills it and waits 900 ms for credit.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1024 2 80 1 ''
	record 1700000000 1 2 80 3 1024 2 ''
	block=$(printf '%032768d' 0)
	for i in {2..9}; do record 1700000000 "$i" 3 1024 2 80 5 "$block"; done
	record 1700000000 900009 2 80 3 1024 6 ''
} >stall.pcap
vsd -r stall.pcap --stall 950ms
refute '--stall: a shorter one' grep -q credit-stall out
vsd -r stall.pcap --stall 500ms
check '--stall: a longer one' grep -q 'credit-stall: 3:1024 could not send for 900 ms: ' out

usage_error '--fail-on bad: not one of information, suspicious, certain' -r three.pcap --fail-on bad
vsd -r three.pcap --diagnose --slow-handshake 1us
expect 0 '' 'information'
vsd -r three.pcap --diagnose --slow-handshake 1us --fail-on information
expect 10 '' '--fail-on information'

# Records and metrics.
usage_error '--flow-log and --flows: only one at a time' -r three.pcap --flow-log - --flows
usage_error '--flow-log or --metrics is not for use with --json' -r three.pcap --flow-log - --json
usage_error '--notable is for use with --flow-log' -r three.pcap --notable
usage_error '--service is not for use with --flows' -r three.pcap --flows --service 80=web
usage_error '--metrics-by-vm is for use with --metrics' -r three.pcap --flow-log - --metrics-by-vm
usage_error '--notable, --log-size and --log-time are for use with --flow-log' \
	-r three.pcap --metrics m.prom --notable
usage_error '--interval: at least 1 second with --flow-log' -r three.pcap --flow-log - --interval 0.5
usage_error '-w - and --flow-log - cannot share standard output' -r three.pcap --flow-log - -w -
for wrong in 80 80= =web x=web 4294967296=web '80=a"b' '80=a b'; do
	usage_error "--service $wrong: not a port and a name of letters, digits and . _ - : /, such as \
1024=agent" -r three.pcap --flow-log - --service "$wrong"
done
usage_error '--service 80=other: "other" is the name of all ports that have none' \
	-r three.pcap --flow-log - --service 80=other
usage_error '--host-id a b: not 1 to 32 letters, digits and . _ - : /' \
	-r three.pcap --flow-log - --host-id 'a b'
usage_error '--redact=absent: No such file or directory' -r three.pcap --flow-log - --redact=absent
usage_error '--log-size 0: not a number of millions of bytes, or a number with K, M or G' \
	-r three.pcap --flow-log . --log-size 0
mkdir -m 777 records
usage_error '--metrics three.pcap: the node exporter reads only files whose names end with .prom' \
	-r three.pcap --metrics three.pcap
cp three.pcap four.pcap
vsd -r three.pcap --flow-log four.pcap
expect 6 'vsockdump: four.pcap: it exists, and is no file of records. Name another file' \
	'--flow-log, over a capture'
check '--flow-log: a capture has changed' cmp -s three.pcap four.pcap
vsd -r three.pcap --flow-log records/one.ndjson --metrics records/m.prom
expect 0 '' '--flow-log and --metrics together'
check '--flow-log: no record' grep -q '"kind":"flow"' records/one.ndjson
check '--metrics: no counter' grep -q '^vsockdump_captured_packets_total 3$' records/m.prom

# Without free descriptors, the message names the reason, though libnl has no message for it. The
# number of descriptors before that point depends on those that the tests have open.
status=0
for limit in {4..12}; do
	(
		ulimit -n "$limit"
		timeout 20 "$vsockdump" -c 1 2>err
	)
	status=$?
	if grep -q netlink err; then break; fi
done
expect 1 'vsockdump: cannot ask the kernel about interfaces \(netlink\): Too many open files' \
	'a capture with few descriptors'

finish
