#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/service/vsockdump.apparmor.in, as a package installs it. tests/package/debian starts it.
#
# Under the profile everything works that vsockdump is for, and the kernel denies the rest.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

profile=/etc/apparmor.d/usr.bin.vsockdump
[ "$(cat /sys/module/apparmor/parameters/enabled)" = Y ] || fail 'the kernel has no AppArmor'
grep -qx 'vsockdump (enforce)' /sys/kernel/security/apparmor/profiles ||
	fail 'the profile was not loaded when the system booted'
denials() { dmesg | grep 'apparmor="DENIED".*profile="vsockdump"' || :; }

# A capture into a home, with an interface in its own namespace.
modprobe vsockmon
listen 1234
capture -n -w /root/vsock.pcapng --print -i vsockmon0
[ "$(cat "/proc/$capture/attr/current")" = 'vsockdump (enforce)' ] ||
	fail "the capture is $(cat "/proc/$capture/attr/current")"
want err 'private'
echo_bytes 1234 300000
refused 9999
until_true grep -q ':9999 > .*RST' out
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
until_true no_taps

# A ring elsewhere. Without CAP_SYS_ADMIN, another process removes the interface.
mkdir -m 777 /srv/ring
as=(setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin)
capture -w /srv/ring/vsock.pcapng -C 100K -W 5 -i vsockmon0
echo_bytes 1234 800000
end_capture TERM
[ "$capture_status" = 0 ] || fail "exit status $capture_status of a ring"
[ -z "$(vsockmon_links)" ] || fail "left behind: $(vsockmon_links)"
as=()
want_status 0 vsockdump --create-interface tap7
want_status 0 vsockdump --delete-interface tap7

# Files are read and written, also by another user.
chmod 644 /root/vsock.pcapng && cp /root/vsock.pcapng /tmp/vsock.pcapng
echo '1 here' >/srv/names && echo 'port 1234' >/srv/filter
nobody_with ''
want_status 0 vsockdump --flows -r /tmp/vsock.pcapng --names-file /srv/names -F /srv/filter
want out 'here:1234.* 300000 +300000 '
want_status 0 vsockdump -r /tmp/vsock.pcapng --export /var/tmp/export
[ "$(stat -c %s /var/tmp/export/*.client | sort -n | tail -n 1)" = 300000 ] ||
	fail "$(ls -l /var/tmp/export)"
want_status 0 vsockdump -r /tmp/vsock.pcapng -w /tmp/copy.pcap
want_status 0 vsockdump --count -r /tmp/copy.pcap
as=()
[ -z "$(denials)" ] || fail "denied: $(denials)"

# forbidden STATUS PATH ARG...: vsockdump cannot do this, because the profile denies the path.
forbidden() {
	local status=$1 path=$2
	shift 2
	want_status "$status" vsockdump "$@"
	want err 'Permission denied'
	denials | grep -q "name=\"$path\"" || fail "no denial of $path: $(denials)"
}
mkdir -p /root/.ssh
cp /root/vsock.pcapng /root/.ssh/vsock.pcapng
attempts() {
	"$1" 6 /etc/vsock.pcap -r /root/vsock.pcapng -w /etc/vsock.pcap
	"$1" 6 /usr/bin/vsock.pcap -r /root/vsock.pcapng -w /usr/bin/vsock.pcap
	"$1" 5 /root/.ssh/vsock.pcapng -r /root/.ssh/vsock.pcapng
}
attempts forbidden
forbidden 5 /etc/shadow -r /root/vsock.pcapng -F /etc/shadow
[ ! -e /etc/vsock.pcap ] || fail 'it wrote into /etc'

# Without the profile, root may do all of that: it was the profile.
allowed() {
	shift 2
	want_status 0 vsockdump "$@"
}
apparmor_parser -R "$profile"
attempts allowed
rm /etc/vsock.pcap /usr/bin/vsock.pcap
apparmor_parser -a "$profile"
