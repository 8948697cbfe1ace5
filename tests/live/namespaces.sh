#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/vsock-namespace.c, tool/run/live.c.
#
# Since Linux 7.0 vsock addresses can be local to a network namespace. A capture says so for the
# namespace where it was started, not for the private one that it makes.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

modes=/proc/sys/net/vsock

# capture_of_one FILE: captures a connect that is refused, in this namespace.
capture_of_one() {
	capture -w "$1"
	refused 9999
	end_capture INT
	[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGINT"
}

capture_of_one global.pcapng
! grep 'namespace' err || fail 'a global namespace is worth no line'
! grep -a 'ns_mode' global.pcapng || fail 'the file names a mode'

if [ ! -e $modes/child_ns_mode ]; then
	[[ "$(uname -r)" != 7.[1-9]* ]] || fail "no $modes/child_ns_mode"
	echo 'this kernel has no vsock namespaces'
	exit 0
fi

# A namespace whose children will have separate addresses.
echo local >$modes/child_ns_mode
capture_of_one child.pcapng
want err 'warning: new network namespaces .*\(child_ns_mode is local\)'
grep -aq 'of the machine; child_ns_mode local' child.pcapng || fail 'the file does not name the mode'

# Such a child. It sees the packets of the first namespace, too.
: >err
unshare -n vsockdump -c 2 -w local.pcapng 2>err &
capture=$!
until_true grep -q 'listening on' err
refused 9999
wait "$capture" || fail "exit status $? in a namespace that is local"
want err 'warning: vsock addresses are local to this network namespace \(ns_mode is local\)'
grep -aq 'of the machine; ns_mode local, child_ns_mode' local.pcapng ||
	fail 'the file does not name the modes'
vsockdump -n -r local.pcapng >out 2>/dev/null
want out ' 1:[0-9]+ > 1:9999 REQUEST' ' 1:9999 > 1:[0-9]+ RST'
