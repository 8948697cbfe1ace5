#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers README.md: what it types as root, except for packages and the build.
#
# The captures run until there is a packet. The group is made by the commands of the README, and
# a member of it captures.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
modprobe vsockmon

# The lines "    # COMMAND" of the README, without comments behind them.
sed -n 's/^    # //p' "$LIVE/../../README.md" | sed 's/  *# .*//' >commands
[ "$(grep -c '^vsockdump' commands)" -ge 3 ] || fail 'few captures in the README'
grep -q '^groupadd' commands || fail 'no group in the README'

while read -r -u 3 command; do
	case $command in
	vsockdump*)
		$command >out 2>err &
		capture=$!
		until_true grep -q 'listening on' err
		refused 9999
		sleep 1
		kill -INT "$capture"
		wait "$capture" || [[ "$command $?" == *--diagnose*10 ]] || fail "$command"
		[ -s out ] || fail "$command prints nothing"
		;;
	esac
done 3<commands
[ -s vsock.pcap ] || fail 'no vsock.pcap'

cp "$(command -v vsockdump)" /usr/local/bin/vsockdump
while read -r -u 3 command; do
	case $command in
	groupadd* | chgrp* | chmod* | setcap*)
		$command || fail "$command"
		;;
	esac
done 3<commands
group=$(getent group vsockdump | cut -d: -f3)

# Without the group: not even --version.
nobody_with ''
if "${as[@]}" /usr/local/bin/vsockdump --version >out 2>err; then
	fail "everybody may run it: $(stat -c '%A %U %G' /usr/local/bin/vsockdump)"
fi
setpriv --reuid=65534 --regid=65534 --groups="$group" --inh-caps=-all --ambient-caps=-all \
	/usr/local/bin/vsockdump -l -c 1 >out 2>err &
capture=$!
until_true grep -q 'listening on' err
refused 9999
wait "$capture" || fail 'a member of the group cannot capture'
want out 'REQUEST'
groupdel vsockdump
