#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/live-status.c, tool/run/passed.c, tool/status-line.c.
#
# A person on a terminal sees the progress of a capture, and a clean line after ^C. At the end
# vsockdump says whether the filter or the machine is the reason for silence. A dollar sign in a
# pattern is a carriage return.
# shellcheck disable=SC2016
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

mkfifo keys

# on_terminal ARG...: starts vsockdump on a new terminal, whose screen goes to `screen`.
on_terminal() {
	rm -f screen
	script -qefc "TERM=xterm COLUMNS=80 NO_COLOR=1 vsockdump $*" screen <keys >/dev/null &
	terminal=$!
	exec 3>keys
	until_true grep -qs 'listening on' screen
}

# press_ctrl_c: presses it, and waits for the end. Carriage returns become dollars.
press_ctrl_c() {
	printf '\003' >&3
	wait $terminal || :
	exec 3>&-
	tr '\r' '$' <screen >out
}

listen 1234

on_terminal -w got.pcap
echo_bytes 1234 6
until_true grep -q 'Got [1-9]' screen
press_ctrl_c
# Blanks have erased the line, and the ^C after it.
want out '\$Got [0-9]+\^C\$ +\$[0-9]+ packets captured'

on_terminal --diagnose -n
echo_bytes 1234 6
until_true grep -Eq '[0-9]+ s, [1-9][0-9]* packets?, 1 flow, 0 findings. \^C ends and reports' screen
press_ctrl_c
want out '\^C\$ +\$nothing wrong: 1 of 1 connection healthy'

on_terminal -n --flows
echo_bytes 1234 6
until_true grep -Eq '[0-9]+ s, [1-9][0-9]* packets?, 1 flow' screen
press_ctrl_c
want out '\^C\$ +\$flow  client'

# Packets leave no room for a status: ^C gets its own row.
on_terminal -n
echo_bytes 1234 6
until_true grep -q REQUEST screen
press_ctrl_c
want out '\^C\$$'

# The kernel counted packets, so the filter is the reason for silence: in the capture's namespace,
# and in this one.
for place in private existing; do
	[ $place = private ] || { ip link add vsockmon0 type vsockmon && ip link set vsockmon0 up; }
	capture -n port 9
	echo_bytes 1234 6
	sleep 1
	end_capture INT
	[ "$capture_status" = 0 ] || fail "exit status $capture_status with a filter"
	want err '^[1-9][0-9]* packets passed, none matched the filter'
	! grep -q Firecracker err || fail "packets were seen"
	# Nothing passes at all.
	capture -n port 9
	end_capture INT
	want err '^no packet seen: guests of Firecracker'
done
ip link del vsockmon0
