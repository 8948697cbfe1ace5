#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/confine/privileges.c, keeper.c, pcap-vsockmon/open.c, error.c.
#
# vsockdump works with few capabilities, and names a missing one.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"
modprobe vsockmon

# No capability at all.
nobody_with ''
want_status 3 vsockdump -i vsockmon0
want err 'CAP_NET_ADMIN|CAP_NET_RAW'
want_status 3 vsockdump --create-interface tap7
want err 'CAP_NET_ADMIN'

# Without the capability for the packet socket; without the one for the interface.
nobody_with +net_admin
want_status 3 vsockdump -i vsockmon0
want err 'CAP_NET_RAW'
nobody_with +net_raw
want_status 3 vsockdump -i vsockmon0
want err 'CAP_NET_ADMIN'
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"

# Without CAP_SYS_ADMIN there is no namespace to hide in: the interface is visible, then removed. A
# user may name itself with -Z.
nobody_with +net_raw,+net_admin
capture -l -i vsockmon0 -Z nobody
want <(vsockmon_links) 'vsockmon0'
refused 9999
until_true grep -q RST out
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGTERM"
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"

# An interface that is up needs only the packet socket. Setting it up needs the other capability.
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

# A package gives the capabilities to the file. The capture keeps none of them.
cp "$(command -v vsockdump)" /usr/local/bin/with-caps
setcap cap_net_raw,cap_net_admin+ep /usr/local/bin/with-caps

: >out && : >err
setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --ambient-caps=-all \
	/usr/local/bin/with-caps -l -i vsockmon0 >out 2>err &
capture=$!
until_true grep -q 'listening on vsockmon0 .made for this capture, removed when it ends' err
for set in CapInh CapPrm CapEff CapAmb; do
	grep -q "^$set:	0000000000000000" "/proc/$capture/status" || fail "$set is not empty"
done
grep -q '^NoNewPrivs:	1' "/proc/$capture/status" || fail 'could gain privileges'
grep -q '^Seccomp:	2' "/proc/$capture/status" || fail 'no filter'
refused 9999
until_true grep -q RST out

# keeper_is UID BOUNDING: a child ($keeper) removes the interface. It is as confined as the capture,
# has one capability, and has nothing of the packets: no packet socket, and not its ring, which
# would be in its memory.
keeper_is() {
	local field fds
	keeper=$(pgrep -P "$capture")
	for field in "Uid:	$1	$1	$1	$1" "CapInh:	0000000000000000" \
		"CapPrm:	0000000000001000" "CapEff:	0000000000001000" "CapBnd:	$2" \
		"CapAmb:	0000000000000000" "NoNewPrivs:	1" "Seccomp:	2"; do
		grep -qx "$field" "/proc/$keeper/status" ||
			fail "keeper: $(grep "^${field%%:*}:" "/proc/$keeper/status"), not $field"
	done
	! grep -q 'socket:' "/proc/$keeper/maps" || fail "keeper: $(grep socket: "/proc/$keeper/maps")"
	grep -q 'socket:' "/proc/$capture/maps" || fail 'the capture has no ring: what is it called?'
	fds=$(find "/proc/$keeper/fd" -type l -printf '%f %l\n' | sort | sed 's/\[.*//' | tr '\n' ,)
	[ "$fds" = '0 socket:,1 /dev/null,2 /dev/null,' ] || fail "the keeper has open: $fds"
	want "/proc/$keeper/limits" 'Max core file size  *0  *0 '
	[ "$(stat -c %u "/proc/$keeper/mem")" = 0 ] || fail 'a debugger may look into the keeper'
}
keeper_is 65534 "$(sed -n 's/^CapBnd:	//p' /proc/self/status)"

# A terminal sends SIGINT to both.
kill -INT "$capture" "$keeper"
capture_status=0
wait "$capture" || capture_status=$?
[ "$capture_status" = 0 ] || fail "exit status $capture_status after SIGINT"
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"
[ ! -e "/proc/$keeper" ] || fail 'the keeper stays'

# After SIGKILL no interface is left.
nobody_with +net_raw,+net_admin
mkdir -m 777 writable
capture -U -w writable/killed.pcap -i vsockmon0
want <(vsockmon_links) 'vsockmon0'
kill -KILL "$capture"
no_links() { [ -z "$(vsockmon_links)" ]; }
until_true no_links
wait "$capture" || :

# When its keeper is killed, vsockdump reports that the interface stays.
capture -i vsockmon0
pkill -KILL -P "$capture"
end_capture TERM
[ "$capture_status" = 1 ] || fail "exit status $capture_status without a keeper"
want err 'process that removes the interface was killed'
ip link del vsockmon0

# Root without CAP_SYS_ADMIN needs a keeper, too, and that is not root.
unprivileged=$(id -u vsockdump 2>/dev/null || id -u tcpdump 2>/dev/null || id -u nobody)
as=(setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin)
capture -i vsockmon0
keeper_is "$unprivileged" 0000000000000000
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status of root without CAP_SYS_ADMIN"
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"
capture -i vsockmon0
kill -KILL "$capture"
until_true no_links
wait "$capture" || :

# An interface in a namespace of its own needs no keeper.
as=()
capture -i vsockmon0
[ -z "$(pgrep -P "$capture")" ] || fail 'a keeper without a task'
end_capture TERM

# Root of a user namespace can become no other user, and need not.
unshare --user --map-root-user --net vsockdump -l -c 1 -i vsockmon0 >out 2>err &
capture=$!
until_true grep -q 'listening on' err
want err 'cannot become user .*continues as user 0, without capabilities'
grep -q '^CapEff:	0000000000000000' "/proc/$(pgrep -P "$capture" || echo "$capture")/status" ||
	fail 'root of a user namespace keeps capabilities'
refused 9999
wait "$capture"
want out 'REQUEST'

# vsockdump refuses to run as a set-user-ID program.
cp "$(command -v vsockdump)" /usr/local/bin/with-setuid
chmod u+s /usr/local/bin/with-setuid
nobody_with ''
want_status 3 /usr/local/bin/with-setuid -r /etc/passwd
want err 'set-user-ID'

# It refuses first of all: a file of names would be read with the rights of root.
echo 'secret words of root' >secret
chmod 600 secret
want_status 3 /usr/local/bin/with-setuid --names-file secret -r /etc/passwd
want err 'set-user-ID'
! grep -q 'secret' err || fail 'a file of root was read'
ip link add vsockmon0 type vsockmon
want_status 3 /usr/local/bin/with-setuid --delete-interface vsockmon0
want err 'set-user-ID'

# Capabilities of the file are for captures. Interfaces that stay are the business of root.
as=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --ambient-caps=-all)
want_status 3 /usr/local/bin/with-caps --delete-interface vsockmon0
want err 'delete-interface vsockmon0: .*captures only'
want_status 3 /usr/local/bin/with-caps --create-interface vsockmon1
want err 'create-interface vsockmon1: .*captures only'
[ "$(vsockmon_links | wc -l)" = 1 ] || fail "interfaces: $(vsockmon_links)"
as=()
want_status 0 vsockdump --delete-interface vsockmon0
