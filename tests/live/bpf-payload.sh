#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/bpf-tap/tap.bpf.c.
#
# The same as payload.sh, captured by BPF: the bytes are right on every kernel, and nothing is marked
# or warned of. This includes packets in several pieces of memory, and those of MSG_ZEROCOPY.
# shellcheck disable=SC2034 # payload.sh reads them
tap=bpf facts=bpf-payload.facts
# shellcheck source=tests/live/payload.sh
. "$LIVE/payload.sh"
! grep -Ev ': (exact|-)$' "$facts" || fail 'not all bytes are in the capture'
! grep -l 'warning' -- */export.err || fail 'a warning about payload that is right'
want err '^0 packets dropped by kernel$'
! grep 'could not be read' err || fail 'payload could not be read'
