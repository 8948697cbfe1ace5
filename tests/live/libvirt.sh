#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/identity: virtual machines that libvirt starts have the names that virsh gives them, also
# where libvirt chooses the CID.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

patience=240
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
