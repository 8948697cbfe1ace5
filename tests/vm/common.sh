# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Shared by the scripts on the host: how they fail, and where they keep files.

# This exit status means that the VM failed, not the script in it. env(1), timeout(1) and others use
# it for their own failures.
VM_FAILED=125

# shellcheck disable=SC2034 # read by the scripts that source this file
vm_cache=${VSOCKDUMP_VM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vsockdump-vm}

die() {
	printf 'vm: %s\n' "$*" >&2
	exit "$VM_FAILED"
}

# need COMMAND PACKAGE: if the command is missing, says which package to install.
need() {
	# Some of them live in sbin, which an ordinary user's PATH may lack.
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ||
		die "$1 is missing: install the Debian package $2"
}
