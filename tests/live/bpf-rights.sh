#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/bpf-tap/attach.c, kernel-symbols.c.
#
# The rights that -i bpf takes are those of the manual. All rights are gone while packets are read.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

# works CAPABILITIES WAY: a capture of nobody with these works, attached in this way, and has none of
# them while it captures.
works() {
	nobody_with "$1"
	capture -l -i bpf
	want err "^listening on bpf \\(a program in the kernel, by ($2)\\)"
	for set in CapInh CapPrm CapEff CapAmb; do
		grep -q "^$set:	0000000000000000" "/proc/$capture/status" || fail "$1: $set is not empty"
	done
	refused 9999
	until_true grep -q RST out
	end_capture INT
	[ "$capture_status" = 0 ] || fail "$1: exit status $capture_status"
}

# names CAPABILITIES: the process is found with these, too.
names() {
	nobody_with "$1"
	capture -l -v -i bpf --process
	! grep 'processes' err || fail "$1: a warning of processes"
	refused 9999
	until_true grep -qE 'REQUEST.*, socat \(pid [0-9]+\) > ' out
	end_capture INT
}

# refuses CAPABILITIES: the message names what is missing.
refuses() {
	nobody_with "$1"
	want_status 3 vsockdump -i bpf
	want err 'cannot attach a BPF program .*CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON'
}

# With kprobe.multi, two capabilities are enough. Without it, that depends on a sysctl: Debian sets 3.
as=()
capture -i bpf
if grep -q 'by kprobe.multi' err; then multi=yes; else multi=no; fi
end_capture INT
echo "kprobe.multi: $multi" | tee "$VM_RESULTS/bpf-rights.facts"

for paranoid in 3 2; do
	echo $paranoid >/proc/sys/kernel/perf_event_paranoid
	refuses ''
	refuses +bpf
	refuses +net_raw,+net_admin
	works +sys_admin 'kprobe.multi|kprobe|fentry'
	want err 'warning: .*CAP_SYSLOG'
	works +sys_admin,+syslog 'kprobe.multi|kprobe|fentry'
	names +sys_admin,+syslog
	! grep 'warning' err || fail 'a warning with CAP_SYSLOG'
	if [ $multi = yes ]; then
		works +bpf,+perfmon kprobe.multi
		names +bpf,+perfmon
		works +bpf,+perfmon,+syslog kprobe.multi
		! grep 'warning' err || fail 'a warning with CAP_SYSLOG'
	elif [ $paranoid = 3 ]; then
		refuses +bpf,+perfmon
	else
		works +bpf,+perfmon kprobe
		names +bpf,+perfmon
	fi
done

# Without CAP_SYSLOG, payload in several pieces of memory is missing, and nothing is invented: the
# first bytes of each packet are right, and the others are gaps.
nobody_with +sys_admin
mkdir -m 777 cut
capture -i bpf -B 32768 -w cut/cut.pcapng
"$BUILD/tests/captures/traffic" -o cut listen 2222 end &
server=$!
until_true listening 2222
"$BUILD/tests/captures/traffic" -o cut -p 42222 connect 1 2222 send=1000000:65536 shut=w end
wait $server
sleep 0.5
end_capture INT
as=()
vsockdump -r cut/cut.pcapng --export cut/export >out 2>err || [ $? = 5 ] || fail 'no export'
[ "$(stat -c %s cut/export/0.client)" = 1000000 ] || fail "$(stat -c %s cut/export/0.client) bytes"
touch cut/export/0.client.gaps
wrong=$({ cmp -l cut/42222-2222.server cut/export/0.client || :; } | awk -v gaps=cut/export/0.client.gaps '
	BEGIN {
		n = at = 0
		while ((getline line <gaps) > 0) {
			split(line, field, " ")
			from[n] = field[1]
			to[n++] = field[1] + field[2]
		}
	}
	{ while (at < n && $1 > to[at]) at++ }
	at >= n || $1 <= from[at] { wrong++ }
	END { print wrong + 0 }')
[ "$wrong" = 0 ] || fail "$wrong wrong bytes outside of gaps"
echo "gaps: $(wc -l <cut/export/0.client.gaps)" | tee -a "$VM_RESULTS/bpf-rights.facts"
