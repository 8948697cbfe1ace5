#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/interfaces.c, pcap-vsockmon/persistent.c, findalldevs.c.
#
# Interfaces are listed, created, deleted, and completed by a shell.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

want_status 0 vsockdump -D
want out '^1\.vsockmon0'

want_status 0 vsockdump --create-interface tap7
want <(vsockmon_links) 'tap7.*UP'
want <(bash -c '. "$BUILD/tool/completion/vsockdump.bash"; _vsockdump_interfaces') '^tap7$'
want_status 0 vsockdump -D
want out '^1\.tap7.*Up'
capture -l -c 1 -i 1
want err 'listening on tap7'
refused 9999
wait "$capture"

want_status 1 vsockdump --create-interface tap7
want err 'tap7'
want_status 4 vsockdump --create-interface lo
want err 'lo' 'loopback|another kind|no vsockmon|not a vsockmon'
want_status 4 vsockdump --delete-interface lo
want err 'lo'
want_status 0 vsockdump --delete-interface tap7
[ -z "$(vsockmon_links)" ] || fail "still there: $(vsockmon_links)"
want_status 4 vsockdump --delete-interface tap7
want err 'tap7'
want_status 4 vsockdump -i lo
want err 'lo' 'vsockmon'

# A mistake makes no interface; "any" is what the default makes.
want_status 4 vsockdump -i eth9
want err 'eth9: there is no such interface'
want_status 2 vsockdump -i vsockmon0,lo
want err 'type -i vsockmon0$'
[ -z "$(vsockmon_links)" ] || fail "there is one: $(vsockmon_links)"

# Packets of loopback go in both directions. The first is skipped, the second is shown, and SIGUSR2
# ends nothing.
for direction in in out; do
	capture -l -n -t --skip 1 -Q $direction -i any
	refused 9999
	until_true grep -q RST out
	kill -USR2 "$capture"
	end_capture INT
	[ "$capture_status" = 0 ] || fail "exit status $capture_status"
	[ "$(grep -c ' > ' out)" = 1 ] || fail "-Q $direction --skip 1 shows not one packet"
	want err '^1 packet captured$' '^2 packets received by filter$'
done
