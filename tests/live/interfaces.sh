#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/interfaces.c, pcap-vsockmon/persistent.c, findalldevs.c.
#
# Interfaces are listed, created and deleted.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

want_status 0 vsockdump -D
want out '^1\.vsockmon0'

want_status 0 vsockdump --create-interface tap7
want <(vsockmon_links) 'tap7.*UP'
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
