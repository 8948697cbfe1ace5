#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers pcap-vsockmon/open.c, pcap-vsockmon/interface.c.
#
# An existing vsockmon is used, set up if it is down, and left in place.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

ip link add type vsockmon
ip link set vsockmon0 up
for option in '-i vsockmon0' ''; do
	# shellcheck disable=SC2086 # no option, or two words
	capture -l -c 2 $option
	refused 9999
	wait "$capture"
	want out 'REQUEST' 'RST'
	! grep -q private err || fail "made another one"
	want <(vsockmon_links) 'vsockmon0.*UP'
done

# vsockdump sets an interface up that is down, and reports it.
ip link set vsockmon0 down
capture -l -c 2 -i vsockmon0
want err 'raised|was down'
refused 9999
wait "$capture"
want out 'REQUEST'
want <(vsockmon_links) 'vsockmon0'

# The interface disappears during the capture: an error, not silence.
capture -l -i vsockmon0
refused 9999
ip link del vsockmon0
status=0
wait "$capture" || status=$?
[ $status = 1 ] || fail "exit status $status when the interface went away"
want err 'vsockmon0'
want out 'REQUEST' 'RST'
[ -z "$(vsockmon_links)" ] || fail "still there: $(vsockmon_links)"
