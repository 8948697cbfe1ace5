#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is left of root's rights while packets are read, and that all outputs work without them.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
modprobe vsockmon

# status_is FIELD VALUE: as /proc tells of the running capture.
status_is() {
	local value
	value=$(sed -n "s/^$1:[[:space:]]*//p" "/proc/$capture/status")
	[ "$value" = "$2" ] || fail "$1 is '$value', not '$2'"
}

# confined UID: the running capture has nothing but what it is about.
confined() {
	status_is Uid "$1	$1	$1	$1"
	status_is Groups ''
	status_is NoNewPrivs 1
	status_is Seccomp 2
	local set
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do status_is $set 0000000000000000; done
	want "/proc/$capture/limits" 'Max core file size  *0  *0 '
}

nobody=$(id -u nobody)
default=$(id -u vsockdump 2>/dev/null || id -u tcpdump 2>/dev/null || id -u nobody)

# By default, by -Z, and as root without capabilities.
capture -l -i vsockmon0
confined "$default"
refused 9999
until_true 10 grep -q RST out
kill -USR1 "$capture"
until_true 10 grep -q 'received by filter' err
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGINT"
want err 'packets? captured' '0 packets dropped'
until_true 5 no_taps

capture -Z nobody -w nobody.pcap -i vsockmon0
confined "$nobody"
refused 9998
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGTERM"
[ "$(stat -c %U:%a nobody.pcap)" = root:600 ] || fail "nobody.pcap: $(stat -c %U:%a nobody.pcap)"
vsockdump -r nobody.pcap >again 2>/dev/null
want again 'REQUEST' 'RST'

capture -Z root -w /dev/null -i vsockmon0
status_is Uid '0	0	0	0'
status_is CapEff 0000000000000000
status_is CapBnd 0000000000000000
status_is Seccomp 2
end_capture TERM

# Nobody by that name: nothing is made and nothing written.
want_status 2 vsockdump -Z no-such-user -i vsockmon0 -w never.pcap
want err 'no-such-user'
[ ! -e never.pcap ] || fail 'never.pcap was made'
until_true 5 no_taps

# Without the sandbox the privileges go all the same, and it is said.
capture --no-sandbox -i vsockmon0
want err 'no sandbox'
status_is Uid "$default	$default	$default	$default"
status_is CapEff 0000000000000000
status_is Seccomp 0
end_capture TERM

# Every kind of output, of traffic and of an end by a signal, by a count, by a closed pipe.
listen 4000
try_output() {
	capture "$@" -i vsockmon0
	echo_bytes 4000 100000
	refused 9999
	kill -USR1 "$capture"
	sleep 0.5
	end_capture TERM
	[ "$capture_status" = 0 ] || [ "$capture_status" = 10 ] ||
		fail "exit status $capture_status: $*"
	! grep -E '^vsockdump:|Bad system call' err || fail "complains: $*"
}
try_output -vvv -X -tttt
want out 'REQUEST'
try_output --json -x
want out '"op":"rw"'
try_output --flows
want out 'refused'
try_output --json --flows
want out '"state":"refused"'
try_output --diagnose
want out 'refused'
try_output --json --diagnose
want out '"verdict"'
try_output --count
try_output --follow 1
try_output --export exported -w beside.pcap
[ "$(stat -c %u exported)" = "$default" ] || fail "exported belongs to $(stat -c %U exported)"
cmp sent exported/1.client || fail 'exported/1.client differs from what was sent'
cmp sent exported/1.server || fail 'exported/1.server differs from what was sent'

vsockdump -l -i vsockmon0 2>err | head -n 1 >first &
pipe=$!
until_true 10 grep -q 'listening on' err
refused 9999
wait "$pipe"
want first 'REQUEST'
until_true 10 no_taps

# A folder that is not the user's is told of at once.
mkdir roots
want_status 6 vsockdump -Z nobody --export roots -i vsockmon0
want err 'roots: user .* may not make files there .*-Z'
capture -Z root --export roots -i vsockmon0
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status with -Z root"
until_true 10 no_taps

# The interface may go meanwhile.
ip link add vsockmon0 type vsockmon
ip link set vsockmon0 up
capture -i vsockmon0
confined "$default"
ip link del vsockmon0
capture_status=0
wait "$capture" || capture_status=$?
[ "$capture_status" = 1 ] || fail "exit status $capture_status when the interface went"
want err 'vsockmon0 went (away|down)'

# The sandbox itself, on a kernel that is known to have all of it.
want <(dmesg) 'landlock: Up and running'
"$BUILD/tests/unit/test-confine-sandbox" >out 2>&1 || fail 'test-confine-sandbox'
