#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/extcap: tshark captures with vsockdump as the interface "vsock".
#
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

# Wireshark ignores the folder if root runs it.
folder=$(mktemp -d)
chmod 755 "$folder"
mkdir -m 777 "$folder/home"
cp "$(command -v vsockdump)" "$folder"
# as_user CAPABILITIES: how the next tshark runs.
as_user() {
	nobody_with "$1"
	as+=(env HOME="$folder/home" WIRESHARK_EXTCAP_DIR="$folder" TMPDIR="$folder/home")
}

# listed FILTER OPTION...: what tshark shows of two refused connections; the rest of the traffic may
# not match. Nothing is on standard error but tshark's own line and its count.
listed() {
	local filter=$1
	shift
	"${as[@]}" tshark -n -l -i vsock -f "$filter" -a duration:30 -c 2 \
		-T fields -e frame.number -e vsock.src_port -e vsock.dst_port -e vsock.op "$@" >out 2>err &
	tshark=$!
	until_true refused_and_seen
	wait $tshark || fail "tshark ended with $?"
	! grep -v -e '^Capturing on' -e '^ *[0-9]* packets\? captured' -e MESSAGE -e '^\(tshark: \)\?$' err || fail 'words on standard error'
}

refused_and_seen() {
	refused 9999
	refused 7777
	sleep 0.5
	[ "$(wc -l <out)" -ge 2 ]
}

as_user +net_raw,+net_admin
listed 'port 7777'
[ "$(awk '$2 == 7777 || $3 == 7777' out | wc -l)" = 2 ] || fail 'not the packets of port 7777'
listed 'port 7777' -o extcap.vsock.source:private
listed '' -o extcap.vsock.snapshotlength:76

# An interface that exists.
ip link add type vsockmon
ip link set vsockmon0 up
vsockdump --extcap-config --extcap-interface vsock >out
want out '^value \{arg=0\}\{value=vsockmon0\}\{display=vsockmon0\}'
listed 'port 9999' -o extcap.vsock.source:vsockmon0
ip link del vsockmon0

# Without rights: one sentence that says what to do.
as_user ''
! timeout 60 "${as[@]}" tshark -i vsock -c 1 >out 2>err || fail 'a capture without rights'
want err 'Error by extcap pipe: vsockdump: cannot make interface .*setcap'
until_true no_taps
