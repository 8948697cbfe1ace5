#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/confine/confine.c, privileges.c, sandbox*.c, tool/run/live.c; bpf-confined.sh runs it for
# tool/run/live-bpf.c.
#
# A capture has no privileges of root while it reads packets, and all outputs work without them.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
tap=${tap:-vsockmon0}
if [ "$tap" = vsockmon0 ]; then
	modprobe vsockmon
else
	no_taps() { :; } # a BPF program ends with its process
fi

# status_is FIELD VALUE: what /proc says about the running capture.
status_is() {
	local value
	value=$(sed -n "s/^$1:[[:space:]]*//p" "/proc/$capture/status")
	[ "$value" = "$2" ] || fail "$1 is '$value', not '$2'"
}

# confined UID: the running capture has only the privileges that it needs.
confined() {
	status_is Uid "$1	$1	$1	$1"
	status_is Groups ''
	status_is NoNewPrivs 1
	status_is Seccomp 2
	local set
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do status_is $set 0000000000000000; done
	want "/proc/$capture/limits" 'Max core file size  *0  *0 '
	[ "$(stat -c %u "/proc/$capture/mem")" = 0 ] || fail 'a debugger may look into the capture'
}

nobody=$(id -u nobody)
default=$(id -u vsockdump 2>/dev/null || id -u tcpdump 2>/dev/null || id -u nobody)

# The user by default, the one of -Z, and root without capabilities.
capture -l -i "$tap"
confined "$default"
refused 9999
until_true grep -q RST out
kill -USR1 "$capture"
until_true grep -q 'received by filter' err
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGINT"
want err 'packets? captured' '0 packets dropped'
until_true no_taps

capture -Z nobody -w nobody.pcap -i "$tap"
confined "$nobody"
refused 9998
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGTERM"
[ "$(stat -c %U:%a nobody.pcap)" = root:600 ] || fail "nobody.pcap: $(stat -c %U:%a nobody.pcap)"
vsockdump -r nobody.pcap >again 2>/dev/null
want again 'REQUEST' 'RST'

capture -Z root -w /dev/null -i "$tap"
status_is Uid '0	0	0	0'
status_is CapEff 0000000000000000
status_is CapBnd 0000000000000000
status_is Seccomp 2
end_capture TERM

# The user does not exist: vsockdump creates no interface and writes no file.
want_status 2 vsockdump -Z no-such-user -i "$tap" -w never.pcap
want err 'no-such-user'
[ ! -e never.pcap ] || fail 'never.pcap was made'
until_true no_taps

# Without the sandbox vsockdump drops its privileges too, and reports that the sandbox is missing.
capture --no-sandbox -i "$tap"
want err 'no sandbox'
status_is Uid "$default	$default	$default	$default"
status_is CapEff 0000000000000000
status_is Seccomp 0
end_capture TERM

# Every kind of output, and every kind of end: by a signal, by a count, by a closed pipe.
listen 4000
try_output() {
	capture "$@" -i "$tap"
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
try_output --follow 0
try_output --export exported -w beside.pcap
[ "$(stat -c %u exported)" = "$default" ] || fail "exported belongs to $(stat -c %U exported)"
cmp sent exported/0.client || fail 'exported/0.client differs from what was sent'
cmp sent exported/0.server || fail 'exported/0.server differs from what was sent'

vsockdump -l -i "$tap" 2>err | head -n 1 >first &
pipe=$!
until_true grep -q 'listening on' err
refused 9999
wait "$pipe"
want first 'REQUEST'
until_true no_taps

# vsockdump reports at once that a folder belongs to another user.
mkdir roots
want_status 6 vsockdump -Z nobody --export roots -i "$tap"
want err 'roots: .* as user nobody, who may not create files there .*-Z'
capture -Z root --export roots -i "$tap"
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status with -Z root"
until_true no_taps

# The interface may disappear during the capture.
if [ "$tap" = vsockmon0 ]; then
	ip link add vsockmon0 type vsockmon
	ip link set vsockmon0 up
	capture -i vsockmon0
	confined "$default"
	ip link del vsockmon0
	capture_status=0
	wait "$capture" || capture_status=$?
	[ "$capture_status" = 1 ] || fail "exit status $capture_status when the interface went"
	want err 'vsockmon0 went (away|down)'
fi

# The sandbox itself, on a kernel that supports every part of it.
want <(dmesg) 'landlock: Up and running'
"$BUILD/tests/unit/test-confine-sandbox" >out 2>&1 || fail 'test-confine-sandbox'
