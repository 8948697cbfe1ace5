#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers pcap-vsockmon/error.c.
#
# On a kernel without vsockmon, the message says what the kernel lacks and how to get it.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

want_status 4 vsockdump -i vsockmon0
want err 'CONFIG_VSOCKMON' 'VHOST_VSOCK' 'modprobe vsockmon'
want_status 4 vsockdump --create-interface tap7
want err 'CONFIG_VSOCKMON'
want_status 0 vsockdump --version
