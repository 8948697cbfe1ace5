#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/identity, tool/run/vm-names.c, tool/check/machines.c.
#
# Real processes of QEMU have the names and CIDs of machines, which do not need to run for that.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

patience=240
modprobe vhost_vsock

# machine NAME DEVICE OPTION...: starts a machine whose processor never runs.
machine() {
	local name=$1 device=$2
	shift 2
	qemu-system-x86_64 -S -nodefaults -display none -machine q35 -m 32M "$@" -name "$name" \
		${device:+-device "$device"} >"qemu.${name//[^a-z]/}" 2>&1 &
}

# program NAME-OR-CID: the filter's program, which has the number.
program() {
	"${as[@]}" vsockdump -d src cid "$1" >out 2>err
}

# means NAME CID: waits until the machine has its CID, and then the name means it.
means() {
	program "$2" || fail "the number $2 has no program"
	mv out expected
	until_true program "$1" || fail "$(cat qemu.*)"
	cmp out expected || fail "$1 is not $2"
}

unknown() {
	! program "$1" || fail "$1 is known"
}

machine web vhost-vsock-pci,guest-cid=42
machine guest=json,debug-threads=on '{"driver":"vhost-vsock-pci","guest-cid":43}'
printf '[device "qemu_vsock"]\ndriver = "vhost-vsock-pci"\nguest-cid = "44"\n' >qemu.conf
machine file '' -readconfig "$PWD/qemu.conf"
sid=1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c
machine "sandbox-$sid" vhost-vsock-pci,guest-cid=3703888052
machine host vhost-vsock-pci,guest-cid=45
means web 42
means json 43
means file 44
means kata-1f3a5b7c 3703888052
vsockdump --check >out
want out "^        web\(42\) +QEMU \(pid [0-9]+\), seen$" "^        kata-1f3a5b7c\(3703888052\) +QEMU"
# A capture file keeps the names, which it has even if their machines send nothing.
capture -w file.pcapng
refused 9999
sleep 1
end_capture INT
strings -n 8 file.pcapng >out
want out '^vsockdump vm cid=42 name=web$' '^vsockdump vm cid=3703888052 name=kata-1f3a5b7c$'
vsockdump -r file.pcapng -w copy.pcapng
strings -n 8 copy.pcapng >out
want out '^vsockdump vm cid=42 name=web$'
capture -n -w file.pcapng
refused 9999
sleep 1
end_capture INT
! grep -q 'vsockdump vm' file.pcapng || fail '-n writes names'

# The name of a machine does not take the place of a well-known one.
program host
mv out host
program 2
cmp out host

# A process that only has the text.
mkfifo never
(exec -a qemu-system-x86_64 bash -c 'read -r <never' - -name fake -device vhost-vsock-pci,guest-cid=50) &
until_true grep -qs fake "/proc/$!/cmdline"
unknown fake

# The user's name comes first, and -n turns all of them off.
vsockdump --name 42=mine -d src cid mine >out
program 42
unknown mine
! vsockdump -n -d src cid web >out 2>err || fail '-n looks for machines'

# An ordinary user cannot see who has the device, but the program is QEMU.
as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
means web 42
as=()

# Where /proc hides the processes of others, there are no names, and no error.
nobody_sees_nothing() {
	unshare --mount bash -c 'mount -o remount,hidepid=2 /proc &&
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"' - "$@"
}
! nobody_sees_nothing vsockdump -d src cid web >out 2>err || fail 'hidepid hides nothing'
want err 'web'

# A machine that has ended has no name.
kill %1
until_true bash -c '! vsockdump -d src cid web 2>err'
