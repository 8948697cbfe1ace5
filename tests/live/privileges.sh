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

# Rights by the file, as a package sets them: what the capture keeps of them is nothing.
cp "$(command -v vsockdump)" /usr/local/bin/with-caps
setcap cap_net_raw,cap_net_admin+ep /usr/local/bin/with-caps

: >out && : >err
setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --ambient-caps=-all \
	/usr/local/bin/with-caps -l -i vsockmon0 >out 2>err &
capture=$!
until_true 10 grep -q 'listening on vsockmon0 .made for this capture, removed when it ends' err
for set in CapInh CapPrm CapEff CapAmb; do
	grep -q "^$set:	0000000000000000" "/proc/$capture/status" || fail "$set is not empty"
done
grep -q '^NoNewPrivs:	1' "/proc/$capture/status" || fail 'could gain privileges'
grep -q '^Seccomp:	2' "/proc/$capture/status" || fail 'no filter'
refused 9999
until_true 10 grep -q RST out

# A child has the one capability that removing the interface takes, and no more.
keeper=$(pgrep -P "$capture")
grep -q "^CapEff:	$(printf '%016x' $((1 << 12)))" "/proc/$keeper/status" ||
	fail "the keeper has $(grep CapEff "/proc/$keeper/status")"

# SIGINT comes to both, as from a terminal.
kill -INT "$capture" "$keeper"
capture_status=0
wait "$capture" || capture_status=$?
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGINT"
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"
[ ! -e "/proc/$keeper" ] || fail 'the keeper stays'

# Killed, it leaves no interface.
nobody_with +net_raw,+net_admin
mkdir -m 777 writable
capture -U -w writable/killed.pcap -i vsockmon0
want <(vsockmon_links) 'vsockmon0'
kill -KILL "$capture"
no_links() { [ -z "$(vsockmon_links)" ]; }
until_true 10 no_links
wait "$capture" || :

# Whose keeper is killed says that the interface stays.
capture -i vsockmon0
pkill -KILL -P "$capture"
end_capture TERM
[ "$capture_status" = 1 ] || fail "exit status $capture_status without a keeper"
want err 'process that removes the interface was killed'
ip link del vsockmon0

# Root of a user namespace: no other user to become, and no need for any.
unshare --user --map-root-user --net vsockdump -l -c 1 -i vsockmon0 >out 2>err &
capture=$!
until_true 10 grep -q 'listening on' err
want err 'cannot become user .*going on as user 0, without capabilities'
grep -q '^CapEff:	0000000000000000' "/proc/$(pgrep -P "$capture" || echo "$capture")/status" ||
	fail 'root of a user namespace keeps capabilities'
refused 9999
wait "$capture"
want out 'REQUEST'

# Nor may it be set-user-ID.
cp "$(command -v vsockdump)" /usr/local/bin/with-setuid
chmod u+s /usr/local/bin/with-setuid
nobody_with ''
want_status 3 /usr/local/bin/with-setuid -r /etc/passwd
want err 'set-user-ID'
