# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by demo.sh, test.sh and test-all.sh, which source it after `set -euo pipefail`.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

say() {
	printf '\n== %s\n' "$*" >&2
}

# install_missing LIST...: installs the packages in these files that are not installed yet. If all
# are installed, this costs one dpkg-query and no network.
install_missing() {
	local wanted missing=() package
	wanted=$(sed 's/#.*//' "$@" | sort -u)
	for package in $wanted; do
		dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' ||
			missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0

	if [ "$(id -u)" != 0 ]; then
		die "these packages are missing; as root: apt-get install ${missing[*]}"
	fi
	say "Installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q >&2
	# tshark's dialog would create the group "wireshark", which no test needs.
	apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
}

# apt fetches the kernel of tests/vm, so its lists must be up to date.
refresh_package_lists() {
	[ "$(id -u)" != 0 ] || apt-cache policy linux-image-amd64 2>/dev/null |
		grep -q 'Candidate: [0-9]' || apt-get update -q >&2
}

# build DIR CMAKE-OPTION...: configures and builds the project in DIR.
build() {
	local dir=$1
	shift
	cmake -S "$top" -B "$dir" "$@" >&2
	cmake --build "$dir" -j "$(nproc)" >&2
}
