# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Usage: . common.sh
# Shared by the scripts of this folder, which set $work before they call a function.

work=${work:?}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # the scripts read it
patches=$(cd "$here/../../docs/upstream" && pwd)

fail() {
	echo "upstream: FAILED: $*"
	exit 1
}

# quiet NAME COMMAND...: writes its output to a file, and prints the end of it only if it fails.
quiet() {
	local log=$work/$1.log
	shift
	"$@" >"$log" 2>&1 || {
		tail -n 40 "$log"
		fail "$*"
	}
}

# fetch_source PACKAGE: unpacks Debian 12's source package in $work/PACKAGE. The lists of sources are
# private, so the machine's own sources stay as they are. apt checks the signatures.
fetch_source() {
	local apt=$work/apt package=$1 keys=/usr/share/keyrings/debian-archive-keyring.gpg
	local options=(-o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root)
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$work/sources"
	if [ ! -e "$apt/updated" ]; then
		cat >"$apt/sources.list" <<-END
			deb-src [signed-by=$keys] http://deb.debian.org/debian bookworm main
			deb-src [signed-by=$keys] http://deb.debian.org/debian-security bookworm-security main
		END
		quiet apt-update apt-get "${options[@]}" -o Acquire::Check-Valid-Until=false update
		touch "$apt/updated"
	fi
	(cd "$work/sources" &&
		quiet "fetch-$package" apt-get "${options[@]}" --download-only source "$package")
	rm -rf "${work:?}/$package"
	quiet "unpack-$package" dpkg-source --no-copy -x "$work/sources/$package"_*.dsc "$work/$package"
}

# version_of PACKAGE: the version of the sources that were fetched.
version_of() {
	dpkg-parsechangelog -l "$work/$1/debian/changelog" -S Version
}
