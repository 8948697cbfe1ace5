#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers pcap-vsockmon/*.c.
#
# Usage: tests/vm/run tests/live/library.sh [OPEN-CLOSE]
# Tests the capture library on a kernel with vsockmon; the output is TAP. It runs as root, and
# creates and deletes interfaces, so it is not for a machine that has another use.
# OPEN-CLOSE is the program built from open-close.c, by default the one of the build folder BUILD.
# shellcheck disable=SC2317 # shellcheck cannot see ok call the tests
set -uo pipefail
program=${1:-${BUILD:?}/tests/live/open-close}
modprobe_path=$(cat /proc/sys/kernel/modprobe)

number=0 failed=0
ok() { # ok NAME COMMAND...: one test, passed if COMMAND succeeds
	number=$((number + 1))
	if output=$("${@:2}" 2>&1); then
		printf 'ok %d - %s\n' "$number" "$1"
	else
		printf 'not ok %d - %s\n' "$number" "$1"
		printf '%s\n' "$output" | sed 's/^/# /'
		failed=1
	fi
}

# run STATUS PATTERN ARG...: the program ends with STATUS and prints what matches PATTERN.
run() {
	local text status
	text=$($as "$program" "${@:3}" 2>&1)
	status=$?
	echo "$text"
	[ "$status" -eq "$1" ] || { echo "status $status, not $1" && return 1; }
	# A glob pattern matches the whole text, newlines included.
	# shellcheck disable=SC2053
	[[ $text == $2 ]] || { echo "no match for: $2" && return 1; }
}
as=
# with CAPABILITIES COMMAND...: as a user who has only these ("+net_raw,+net_admin").
with() {
	local caps=-all${1:+,$1}
	local as="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=$caps --ambient-caps=$caps"
	"${@:2}"
}

links() { ip -o link show type vsockmon | cut -d: -f2 | tr -d ' '; }
no_link() { [ -z "$(links)" ] || { ip link && return 1; }; }
is_up() { ip link show dev "$1" | head -1 | grep -q '[<,]UP[,>]'; }
uses() { cat /sys/module/vsockmon/refcnt; }
# The kernel removes namespaces in the background.
uses_become() {
	for _ in $(seq 600); do
		[ "$(uses)" = "$1" ] && return
		sleep 0.1
	done
	echo "vsockmon is used $(uses) times, not $1"
	return 1
}
remove_all() { for link in $(links); do ip link delete "$link"; done; }

exchange() { # an echo over loopback
	socat -t 60 VSOCK-LISTEN:1234 EXEC:cat &
	for _ in $(seq 600); do
		ss --vsock -l -n | grep -q ':1234 ' && break
		sleep 0.1
	done
	[ "$(echo hello | socat -t 60 - VSOCK-CONNECT:1:1234)" = hello ]
	wait $!
}

# start ARG...: starts the program in the background, and returns when the capture is open.
start() {
	log=$(mktemp)
	"$program" open "$@" >"$log" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		grep -q '^open: ' "$log" && return
		sleep 0.1
	done
	cat "$log"
	return 1
}

no_kernel() {
	echo /bin/false >/proc/sys/kernel/modprobe
	run 1 'open: NO_KERNEL: *vsockmon0*CONFIG_VSOCKMON*VHOST_VSOCK*modprobe vsockmon*' open
	local first=$?
	run 1 'create: NO_KERNEL: *monitor7*' create monitor7
	local second=$?
	echo "$modprobe_path" >/proc/sys/kernel/modprobe
	[ "$first" -eq 0 ] && [ "$second" -eq 0 ] && no_link
}
bad_options() {
	run 1 'open: ERROR: snap length -1 *' open -s -1 &&
		run 1 'open: ERROR: buffer size -1 *' open -B -1 &&
		run 1 'open: ERROR: timeout -1 *' open -t -1 && no_link
}

private() {
	start -I -u RST && no_link || return 1
	[ "$(uses)" = 1 ] || { echo "used $(uses) times" && return 1; }
	exchange
	wait "$pid" || { cat "$log" && return 1; }
	cat "$log"
	for op in REQUEST RESPONSE RW CREDIT_UPDATE SHUTDOWN RST; do
		grep -q "^packets:.* $op" "$log" || { echo "no $op" && return 1; }
	done
	grep -q '^open: vsockmon0 PRIVATE warning 0, VSOCK, snaplen 262144' "$log" &&
		grep -q '^close: OK$' "$log" && uses_become 0
}
packets_go_out() { # the tap marks them PACKET_OUTGOING
	start -I -d out -c 4 && exchange && wait "$pid" && cat "$log" &&
		grep -q '^packets: REQUEST RESPONSE ' "$log" || return 1
	start -I -d in -c 1 -w 3 && exchange && wait "$pid" && cat "$log" &&
		grep -q '^packets:$' "$log"
}
default_timeout() { # without options packets come, if not at once
	start -c 4 && exchange && wait "$pid" && cat "$log" &&
		grep -q '^packets: REQUEST RESPONSE ' "$log"
}
killed() {
	start -I -c 1000 && [ "$(uses)" = 1 ] && kill -KILL "$pid"
	wait "$pid"
	uses_become 0 && no_link
}
closed_in_child() { # the parent's capture continues, and so does the interface
	start -I -f -c 4 && exchange && wait "$pid" && cat "$log" &&
		grep -q '^packets: REQUEST RESPONSE ' "$log" && uses_become 0 &&
		with +net_admin,+net_raw run 0 'open: vsockmon0 SHARED*close: OK' open -f && no_link
}
named_private() { run 0 'open: mine PRIVATE*close: OK' open -i mine && no_link; }
all_options() {
	run 0 'open: * nano, snaplen 128,*close: OK' open -N -s 128 -B 8388608 -t 50 -I
}
many_threads() { run 0 'threads: 0 failed' threads 16 && uses_become 0 && no_link; }
many_times() {
	for _ in $(seq 20); do run 0 'open: * PRIVATE*close: OK' open || return 1; done
	uses_become 0
}

shared() {
	with +net_admin,+net_raw run 0 'open: vsockmon0 SHARED*close: OK' open && no_link
}
shared_is_seen() {
	log=$(mktemp)
	setpriv --bounding-set=-sys_admin --inh-caps=-all "$program" open -I -c 4 >"$log" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		grep -q '^open: ' "$log" && break
		sleep 0.1
	done
	[ "$(links)" = vsockmon0 ] && is_up vsockmon0 && exchange && wait "$pid" && cat "$log" &&
		grep -q '^packets: REQUEST RESPONSE ' "$log" && no_link
}
shared_not_left() { # made, but may not be captured on
	with +net_admin run 1 'open: NO_PERMISSION: *lacks CAP_NET_RAW;*' open && no_link
}
gone_before_close() {
	log=$(mktemp)
	setpriv --bounding-set=-sys_admin --inh-caps=-all "$program" open -I -c 9 >"$log" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		grep -q '^open: ' "$log" && break
		sleep 0.1
	done
	ip link delete vsockmon0 && ip link add vsockmon0 type vsockmon
	wait "$pid"
	cat "$log"
	grep -q '^close: OK$' "$log" && [ "$(links)" = vsockmon0 ]
	local status=$?
	remove_all
	return "$status"
}

missing_both() {
	with '' run 1 'open: NO_PERMISSION: cannot make interface vsockmon0: this process lacks CAP_NET_ADMIN and CAP_NET_RAW; *setcap cap_net_admin,cap_net_raw+ep *' open
}
missing_admin() {
	with +net_raw run 1 'open: NO_PERMISSION: *lacks CAP_NET_ADMIN;*' open &&
		with +net_raw,+sys_admin run 1 'open: NO_PERMISSION: *lacks CAP_NET_ADMIN;*' open
}
missing_raw() {
	with +net_admin,+sys_admin run 1 'open: NO_PERMISSION: *lacks CAP_NET_RAW;*' open
}
all_there_still_refused() { # CAP_NET_RAW of a user namespace does not count outside
	ip link add vsockmon0 up type vsockmon
	as='setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user --map-root-user'
	run 1 'open: NO_PERMISSION: *although this process has CAP_NET_RAW;*user namespace*' open
	local status=$?
	as=
	remove_all
	return "$status"
}

existing() {
	ip link add monitor5 type vsockmon && ip link set monitor5 up &&
		run 0 'open: monitor5 EXISTING warning*close: OK' open &&
		run 0 'open: monitor5 EXISTING warning*' open -i monitor5 &&
		with +net_raw run 0 'open: monitor5 EXISTING warning*' open &&
		[ "$(links)" = monitor5 ] && is_up monitor5
}
existing_unprivileged() {
	with '' run 1 'open: NO_PERMISSION: cannot capture on interface monitor5: *lacks CAP_NET_RAW;*' open
}
existing_down() {
	ip link set monitor5 down &&
		with +net_raw run 1 'open: DOWN: interface monitor5 is down*CAP_NET_ADMIN*ip link set monitor5 up' open &&
		! is_up monitor5
}
not_left_raised() { # raised, but may not be captured on
	with +net_admin run 1 'open: NO_PERMISSION: *lacks CAP_NET_RAW;*' open && ! is_up monitor5
}
raised() {
	run 0 'open: monitor5 EXISTING raised *close: OK' open && is_up monitor5
}
lowest_index() {
	ip link add a-later-one type vsockmon && run 0 'open: monitor5 *' open &&
		run 0 $'monitor5: up, *\na-later-one: not up, *\nlist: OK' list
	local status=$?
	remove_all
	return "$status"
}
listed() {
	run 0 $'vsockmon0: not up, *made when opened*\nlist: OK' list &&
		with '' run 0 $'vsockmon0: not up, *\nlist: OK' list
}
raised_alternative_name() {
	ip link add monitor6 type vsockmon && ip link property add dev monitor6 altname other6 &&
		run 0 'open: monitor6 EXISTING raised *close: OK' open -i other6
	local status=$?
	remove_all
	return "$status"
}

wrong_kind() {
	run 1 'open: WRONG_KIND: interface lo is no vsockmon, its kind is loopback;*' open -i lo &&
		ip link add vsockmon0 type dummy || return 1
	run 1 'open: WRONG_KIND: *vsockmon0*dummy*' open -i vsockmon0 &&
		run 1 'create: WRONG_KIND: *vsockmon0*dummy*' create vsockmon0 &&
		run 1 'delete: WRONG_KIND: *vsockmon0*dummy*' delete vsockmon0 &&
		run 0 'open: vsockmon0 PRIVATE*' open &&
		with +net_admin,+net_raw run 1 'open: WRONG_KIND: *vsockmon0*dummy*' open
	local status=$?
	ip link delete vsockmon0
	return "$status"
}
reserved_by_libpcap() {
	run 1 'open: ERROR: *any*' open -i any && no_link &&
		with +net_admin,+net_raw run 1 'open: ERROR: *any*' open -i any && no_link
}
persistent() {
	run 0 'create: OK' create stays && [ "$(links)" = stays ] && is_up stays &&
		run 1 'create: EXISTS: *stays*' create stays &&
		with +net_raw run 1 'create: NO_PERMISSION: *lacks CAP_NET_ADMIN;*' create new &&
		with +net_raw run 1 'delete: NO_PERMISSION: *lacks CAP_NET_ADMIN;*' delete stays &&
		run 0 'open: stays EXISTING *' open && run 0 'delete: OK' delete stays &&
		run 1 'delete: NO_SUCH_DEVICE: *stays*' delete stays && no_link
}

ok 'a kernel without vsockmon is reported' no_kernel
ok 'the kernel loads its module, though the user could not' with +net_admin,+net_raw run 0 'open: *' open
ok 'impossible options are refused' bad_options
ok 'a private interface captures, is invisible, and disappears' private
ok 'packets are marked as outgoing' packets_go_out
ok 'the default options deliver packets' default_timeout
ok 'a child that closes its copy does not end the capture' closed_in_child
ok 'a private interface disappears when its process is killed' killed
ok 'a private interface can be named' named_private
ok 'all options reach libpcap' all_options
ok 'threads open at the same time' many_threads
ok 'open and close leave nothing behind' many_times
ok 'without CAP_SYS_ADMIN the interface is shared, and removed' shared
ok 'a shared interface captures, and is seen' shared_is_seen
ok 'a shared interface does not outlive a failure' shared_not_left
ok 'somebody else removed the shared interface' gone_before_close
ok 'no capability at all' missing_both
ok 'no CAP_NET_ADMIN' missing_admin
ok 'no CAP_NET_RAW' missing_raw
ok 'refused in spite of capabilities' all_there_still_refused
ok 'an existing interface is used, and left' existing
ok 'an existing interface, no capability' existing_unprivileged
ok 'an interface that is down, and that this user may not raise' existing_down
ok 'a failure takes the raise back' not_left_raised
ok 'an interface that is down is raised, and stays up' raised
ok 'the interface with the lowest index comes first' lowest_index
ok 'an interface is found by its alternative name' raised_alternative_name
ok 'the interface that would be created is listed, also without privileges' listed
ok 'interfaces of another kind are not touched' wrong_kind
ok 'names that libpcap keeps for itself are refused' reserved_by_libpcap
ok 'interfaces that stay' persistent
ok 'nothing is in use at the end' uses_become 0
printf '1..%d\n' "$number"
exit $failed
