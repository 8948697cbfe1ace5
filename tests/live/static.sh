#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers VSOCKDUMP_STATIC in CMakeLists.txt, with a build that scripts/build-static.sh made.
#
# In a system that has nothing but the program, it captures, and reads what it captured.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

mkdir root
cp "$BUILD/tool/vsockdump" root
PATH=/:$PATH
as=(chroot root)

listen 1234
capture -n -i vsockmon0 --print -w /packets.pcapng
want err 'vsockmon0' 'private'
echo_bytes 1234 6000
refused 9999
until_true grep -q ':9999 > .*RST' out
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGINT"
want err '^0 packets dropped by kernel'
until_true no_taps

want_status 0 vsockdump -n -r /packets.pcapng --diagnose
want out '1:9999 refused 1 connection from CID 1' '1 of 2 connections healthy, 1 refused'
