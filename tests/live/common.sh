# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For the scripts that `each` runs in the VM. A script ends at the first thing that is not as it
# should be, and says which.
set -euo pipefail

trap 'echo "failed at line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND"' ERR
# What a script leaves running would disturb the next.
trap 'kill $(jobs -p) 2>/dev/null || :; wait' EXIT

fail() {
	echo "FAIL: $*"
	for f in out err; do
		[ ! -e $f ] || sed "s/^/  $f: /" $f | head -n 60
	done
	exit 1
}

# until_true SECONDS COMMAND...: tries again and again.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# want FILE PATTERN...: each extended pattern stands in FILE.
want() {
	local file=$1 pattern
	shift
	for pattern; do
		grep -qE -- "$pattern" "$file" || fail "no /$pattern/ in $file"
	done
}

# What vsockdump is started by: nothing, or what `nobody_with` sets.
as=()

# nobody_with CAPABILITIES: from now on vsockdump runs as nobody, with these ("+net_raw,+net_admin")
# and no more.
nobody_with() {
	local caps=-all${1:+,$1}
	as=(setpriv --reuid=65534 --regid=65534 --clear-groups
		--inh-caps="$caps" --ambient-caps="$caps" --bounding-set="$caps")
}

# want_status STATUS vsockdump ARG...: runs with output to out and err.
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
	until_true 10 grep -q 'listening on' err
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

# listen PORT: an echo server, for as long as the script runs.
listen() {
	socat -t 20 "VSOCK-LISTEN:$1,fork" EXEC:cat &
	until_true 10 listening "$1"
}

# There is no way to see a listener but to ask; this is done before anything is captured.
listening() {
	socat -u OPEN:/dev/null "VSOCK-CONNECT:1:$1" 2>/dev/null
}

# echo_bytes PORT COUNT [CID]: sends COUNT bytes, gets them back, compares.
echo_bytes() {
	head -c "$2" /dev/urandom >sent
	socat -t 20 - "VSOCK-CONNECT:${3:-1}:$1" <sent >received
	cmp sent received || fail "the echo differs from what was sent"
}

refused() {
	! socat -u OPEN:/dev/null "VSOCK-CONNECT:1:$1" 2>/dev/null || fail "port $1 answered"
}
