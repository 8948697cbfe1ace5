#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a process without all capabilities can do, and that it is told which one is missing.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
modprobe vsockmon

# None at all.
nobody_with ''
want_status 3 vsockdump -i vsockmon0
want err 'CAP_NET_ADMIN|CAP_NET_RAW'
want_status 3 vsockdump --create-interface tap7
want err 'CAP_NET_ADMIN'

# All but the packet socket's, all but the interface's.
nobody_with +net_admin
want_status 3 vsockdump -i vsockmon0
want err 'CAP_NET_RAW'
nobody_with +net_raw
want_status 3 vsockdump -i vsockmon0
want err 'CAP_NET_ADMIN'
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"

# Without CAP_SYS_ADMIN there is no namespace to hide in: the interface is visible, then removed.
nobody_with +net_raw,+net_admin
capture -l -i vsockmon0
want <(vsockmon_links) 'vsockmon0'
refused 9999
until_true 10 grep -q RST out
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGTERM"
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"

# An interface that is up needs no more than the packet socket; one that is down needs raising.
ip link add vsockmon0 type vsockmon
nobody_with +net_raw
want_status 3 vsockdump -i vsockmon0
want err 'vsockmon0' 'down' 'CAP_NET_ADMIN'
ip link set vsockmon0 up
capture -l -c 1 -i vsockmon0
refused 9999
wait "$capture"
want out 'REQUEST'
ip link del vsockmon0
