# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The tests here source this file. Their argument is the program to test. It works in a new folder,
# which is removed at the end. A test ends with `finish`.
set -u

vsockdump=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/vsockdump-cli-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# No CID names of the user, and no color. Times are in UTC.
export XDG_CONFIG_HOME=$work/config TZ=UTC0
unset NO_COLOR

checks=0
failures=0

ok() {
	checks=$((checks + 1))
}

not_ok() {
	checks=$((checks + 1))
	failures=$((failures + 1))
	printf 'FAILED: %s\n' "$1"
	shift
	[ $# -eq 0 ] || printf '    %s\n' "$@"
}

finish() {
	printf '%d checks, %d failed\n' "$checks" "$failures"
	[ "$checks" -gt 0 ] && [ "$failures" -eq 0 ]
	exit
}

# vsd ARG...: runs the program; leaves its status in $status, its output in files out and err.
# A program that hangs is status 124.
vsd() {
	timeout 20 "$vsockdump" "$@" >out 2>err </dev/null
	status=$?
}

# expect STATUS PATTERN WHAT...: checks the status of the last vsd, and its message. PATTERN is an
# extended regular expression that must match a whole line of err. '' means that no line begins with
# "vsockdump:".
expect() {
	local wanted=$1 pattern=$2
	shift 2
	if [ "$status" -ne "$wanted" ]; then
		not_ok "$*: exit status $status, not $wanted" "$(cat err)"
	elif [ -z "$pattern" ] && grep -q '^vsockdump:' err; then
		not_ok "$*: unexpected message" "$(cat err)"
	elif [ -n "$pattern" ] && ! grep -Eqx "$pattern" err; then
		not_ok "$*: no message matches $pattern" "$(cat err)"
	else
		ok
	fi
}

# equal WANTED GOT WHAT
equal() {
	if [ "$1" = "$2" ]; then ok; else not_ok "$3" "wanted: $1" "got:    $2"; fi
}

# check WHAT COMMAND...: the command must succeed; refute: must fail.
check() {
	local what=$1
	shift
	if "$@"; then ok; else not_ok "$what"; fi
}

refute() {
	local what=$1
	shift
	if "$@"; then not_ok "$what"; else ok; fi
}

# lines FILE: the number of its lines.
lines() {
	wc -l <"$1" | tr -d ' '
}

# Numbers in little-endian byte order. Without a subshell: files have hundreds of them.
le16() {
	local bytes
	printf -v bytes '\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255))
	printf '%b' "$bytes"
}

le32() {
	le16 $(($1 & 65535))
	le16 $(($1 >> 16 & 65535))
}

le64() {
	le32 "$1"
	le32 0
}

# pcap_header LINKTYPE MAGIC
pcap_header() {
	le32 $(($2))
	le16 2
	le16 4
	le32 0
	le32 0
	le32 262144
	le32 "$1"
}

# frame SRC_CID SRC_PORT DST_CID DST_PORT OP TEXT: headers and payload. $flags are those of a SHUTDOWN;
# $claimed is what the header says, by default that of the text.
frame() {
	local monitor_op=(0 1 1 2 2 4 3 3)
	le64 "$1"
	le64 "$3"
	le32 "$2"
	le32 "$4"
	le16 "${monitor_op[$5]}"
	le16 2
	le16 44
	le16 0
	le64 "$1"
	le64 "$3"
	le32 "$2"
	le32 "$4"
	le32 "${claimed-${#6}}"
	le16 1
	le16 "$5"
	le32 "${flags-0}"
	le32 262144
	le32 0
	printf '%s' "$6"
}

# record SECOND FRACTION FRAME_ARGUMENT...: a frame with its record header.
record() {
	local length=$((76 + ${#8}))
	le32 "$1"
	le32 "$2"
	le32 $length
	le32 $length
	shift 2
	frame "$@"
}

# A guest (3) asks the host's port 80 for something: three packets.
exchange() {
	record 1700000000 1 3 1024 2 80 1 ''
	record 1700000000 150 2 80 3 1024 2 ''
	record 1700000001 0 3 1024 2 80 5 'GET /'
}

{
	pcap_header 271 0xa1b2c3d4
	exchange
} >three.pcap
