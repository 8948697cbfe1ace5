#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/identity: virtual machines that libvirt starts have the names that virsh gives them, also
# where libvirt chooses the CID, which is 3. Beside them run a machine of QEMU alone, and two of
# vhost-device-vsock, which have CID 3, too: they are not taken for each other.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

patience=100
modprobe vhost_vsock

# The session of an ordinary user needs no network and no other service.
chmod 666 /dev/vhost-vsock
home=$(mktemp -d)
mkdir "$home/run"
chown -R 65534:65534 "$home"
as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups
	env HOME="$home" XDG_RUNTIME_DIR="$home/run" "PATH=$PATH:/usr/sbin")
"${as_user[@]}" libvirtd >libvirtd.log 2>&1 &

session() {
	"${as_user[@]}" virsh -q -c qemu:///session "$@"
}

# machine NAME CID: CID is XML.
machine() {
	cat >"$home/$1.xml" <<-END
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>32</memory>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <devices>
		    <emulator>$(command -v qemu-system-x86_64)</emulator>
		    <vsock model='virtio'>$2</vsock>
		  </devices>
		</domain>
	END
	session define "$home/$1.xml" || fail "$1 is not defined: $(cat libvirtd.log)"
	session start --paused "$1" || fail "$1 does not start: $(cat libvirtd.log)"
}

until_true session list >out 2>err || fail "$(cat libvirtd.log)"
machine web "<cid auto='no' address='42'/>"
machine db "<cid auto='yes'/>"
chosen=$(session dumpxml db | sed -n "s/.*<cid auto='yes' address='\([0-9]*\)'.*/\1/p")
[ -n "$chosen" ] || fail "$(session dumpxml db)"

vsockdump --check >out
want out '^        web\(42\) +QEMU \(pid [0-9]+\), seen$' "^        db\\($chosen\\) +QEMU \\(pid [0-9]+\\), seen\$"
vsockdump -d src cid db >by-name
vsockdump -d src cid "$chosen" >by-number
cmp by-name by-number || fail "db is not $chosen"

qemu-system-x86_64 -S -nodefaults -display none -machine q35 -m 32M -name plain \
	-device vhost-vsock-pci,guest-cid=4 >qemu.log 2>&1 &
device=$("$LIVE/../vm/vhost-device-vsock")
for guest in one two; do
	mkdir $guest
	"$device" --vm "guest-cid=3,uds-path=$PWD/$guest/vm.vsock,socket=$PWD/$guest/device" >$guest.log 2>&1 &
	until_true test -S $guest/device
done
named() {
	vsockdump --check >out
	grep -q '^        plain(4) ' out
}
until_true named
want out '^        plain\(4\) +QEMU \(pid [0-9]+\), seen$' '^        web\(42\) +QEMU ' "^        db\\($chosen\\) +QEMU "
[ "$(grep -c 'seen by -i hybrid$' out)" = 2 ] || fail 'not two machines of vhost-device-vsock'
vsockdump -d src cid plain >by-name
vsockdump -d src cid 4 >by-number
cmp by-name by-number || fail 'plain is not 4'

# The tap has the machine of libvirt with CID 3, and hybrid vsock has two. So each source has other
# names.
[ "$chosen" = 3 ] || fail "libvirt chose $chosen"
capture -w tap.pcapng
refused 9999
sleep 1
end_capture INT
strings -n 8 tap.pcapng | grep '^vsockdump vm ' | sort >names
printf 'vsockdump vm cid=%s name=%s\n' 3 db 4 plain 42 web | cmp - names || fail "names: $(cat names)"
hybrid=$(vsockdump --check | sed -n 's/^ *\(vhost-device-vsock-pid[0-9]*\)(3) .*/\1/p' | head -n 1)
[ -n "$hybrid" ] || fail 'no machine of vhost-device-vsock'
for name in db plain "$hybrid"; do
	! vsockdump -i hybrid -d src cid "$name" >out 2>err || fail "$name is a name of hybrid vsock"
done
! vsockdump -d src cid "$hybrid" >out 2>err || fail "$hybrid is a name of the tap"
# When one of the two has ended, the other one has its name.
kill %%
until_true vsockdump -i hybrid -d src cid "$hybrid" >out 2>err
