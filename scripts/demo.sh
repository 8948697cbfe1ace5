#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Demonstrates a live capture: installs missing packages, builds, and captures while programs talk
# over vsock. It uses the running kernel if that has vsockmon. Otherwise it boots Debian's kernel in
# the VM of tests/vm.
#
# 	scripts/demo.sh [CAPTURE-FILE]
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

# Not "build", so that your own build folder does not inherit these options.
build=${BUILD_DIR:-$top/build-demo}
file=$(realpath "${1:-$top/demo.pcap}")

# A vsockmon can be made here, and loopback carries vsock. Tried in a private namespace, which
# leaves nothing behind.
kernel_will_do() {
	[ "$(id -u)" = 0 ] || return 1
	modprobe -a vsockmon vsock_loopback 2>/dev/null || :
	unshare --net ip link add type vsockmon 2>/dev/null && grep -q vsock_loopback /proc/modules
}

install_missing "$top"/scripts/packages/{build,demo}
say "Building"
build "$build" -DBUILD_TESTING=OFF

if kernel_will_do; then
	say "This kernel has vsockmon: capturing on it"
	"$top/scripts/demo-session.sh" "$build/tool/vsockdump" "$file"
else
	say "This kernel has no vsockmon: booting one that has, in a virtual machine"
	install_missing "$top/tests/vm/packages"
	refresh_package_lists
	results=$(mktemp -d)
	trap 'rm -rf "$results"' EXIT
	"$top/tests/vm/run" --results "$results" \
		sh -c "'$top/scripts/demo-session.sh' '$build/tool/vsockdump' \"\$VM_RESULTS/demo.pcap\""
	cp "$results/demo.pcap" "$file"
fi

cat <<END

The packets are in $file. Look at them again with
  $build/tool/vsockdump -r $file
  $build/tool/vsockdump -r $file --flows
or with tcpdump -r, tshark -r, or wireshark.
END
