# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by the scripts of this folder. `each` runs them in the VM. A script ends at the first
# error, and reports it.
set -euo pipefail

trap 'echo "failed at line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND"' ERR
# A program that still runs would disturb the next script.
trap 'kill $(jobs -p) 2>/dev/null || :; wait' EXIT

fail() {
	echo "FAIL: $*"
	for f in out err; do
		[ ! -e $f ] || sed "s/^/  $f: /" $f | head -n 60
	done
	exit 1
}

# The time limit for things that take a second on an idle machine.
patience=60

# until_true COMMAND...: tries again until the command succeeds.
until_true() {
	local end=$((SECONDS + patience))
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# want FILE PATTERN...: fails unless each extended pattern matches a line of FILE.
want() {
	local file=$1 pattern
	shift
	for pattern; do
		grep -qE -- "$pattern" "$file" || fail "no /$pattern/ in $file"
	done
}

# as_pattern TEXT: prints an extended pattern that matches just this text.
as_pattern() {
	printf '%s' "$1" | sed 's/[][\\.*^$+?(){}|]/\\&/g'
}

# The command that starts vsockdump: empty, or the one of `nobody_with`.
as=()

# nobody_with CAPABILITIES: makes vsockdump run as nobody, with only these capabilities
# ("+net_raw,+net_admin").
nobody_with() {
	local caps=-all${1:+,$1}
	as=(setpriv --reuid=65534 --regid=65534 --clear-groups
		--inh-caps="$caps" --ambient-caps="$caps" --bounding-set="$caps")
}

# want_status STATUS vsockdump ARG...: runs it with output to out and err, and checks its exit status.
want_status() {
	local wanted=$1 status=0
	shift
	"${as[@]}" "$@" >out 2>err || status=$?
	[ $status = "$wanted" ] || fail "exit status $status, not $wanted: $*"
}

# capture ARG...: starts vsockdump in the background ($capture), and waits until it listens.
capture() {
	"${as[@]}" vsockdump "$@" >out 2>err &
	capture=$!
	until_true grep -q 'listening on' err
}

# end_capture SIGNAL: stops it; its exit status is $capture_status.
end_capture() {
	kill -"$1" "$capture"
	capture_status=0
	# shellcheck disable=SC2034 # the scripts read it
	wait "$capture" || capture_status=$?
}

vsockmon_links() {
	ip -o link show type vsockmon
}

# The kernel counts one use of the module for each vsockmon that is up, in any namespace.
taps() {
	cat /sys/module/vsockmon/refcnt
}

no_taps() {
	[ "$(taps)" = 0 ]
}

# listen PORT: starts an echo server that runs as long as the script.
listen() {
	socat -t $patience "VSOCK-LISTEN:$1,fork" EXEC:cat &
	until_true listening "$1"
}

# The kernel lists its listeners. A connection that asks for one would still be closing when the
# capture begins.
listening() {
	ss --vsock -l -n | grep ":$1 " >/dev/null
}

# not_connected PORT: the kernel has no connection of this port any more.
not_connected() {
	! ss --vsock -n | grep -E ":$1( |\$)" >/dev/null
}

# echo_bytes PORT COUNT: sends COUNT bytes, gets them back, compares them, and waits until the
# connection is closed on both sides.
echo_bytes() {
	head -c "$2" /dev/urandom >sent
	socat -t $patience - "VSOCK-CONNECT:1:$1" <sent >received
	cmp sent received || fail "the echo differs from what was sent"
	until_true not_connected "$1"
}

# refused PORT: connects to a port without a listener.
refused() {
	! socat -u OPEN:/dev/null "VSOCK-CONNECT:1:$1" 2>/dev/null || fail "port $1 answered"
}
