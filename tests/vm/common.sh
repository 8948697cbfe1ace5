# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# What the host-side scripts share: how they fail, and where they keep things.

# The exit status that says the VM, not the script in it, is at fault.
# It is the one env(1), timeout(1) and others use for their own failures.
VM_FAILED=125

# shellcheck disable=SC2034 # read by the scripts that source this file
vm_cache=${VSOCKDUMP_VM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vsockdump-vm}

die() {
	printf 'vm: %s\n' "$*" >&2
	exit "$VM_FAILED"
}

# need COMMAND PACKAGE: complain about a missing command by what to install.
need() {
	# Some of them live in sbin, which an ordinary user's PATH may lack.
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ||
		die "$1 is missing: install the Debian package $2"
}
