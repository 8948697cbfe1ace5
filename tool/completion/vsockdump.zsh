#compdef vsockdump
# SPDX-License-Identifier: GPL-2.0-or-later
# Completes the command line of vsockdump in zsh.

# The vsockmon interfaces, and other words that are given. The kernel has a number for this type.
_vsockdump_interfaces() {
	local -a names=("$@")
	local type

	shift $#
	for type in /sys/class/net/*/type(N); do
		[[ "$(<$type)" != 826 ]] || names+=(${type:h:t})
	done 2>/dev/null
	compadd -a names
}

# A ring adds numbers to the name of a capture.
_vsockdump_captures() {
	_files -g '*.pcap(|ng)[0-9-]#(|.gz|.xz|.zst)(-.)'
}

local -a codes options

# OPTIONS
_arguments -s -S : "${options[@]}"
