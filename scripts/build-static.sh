#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds vsockdump as one file that needs no shared library, for a small guest or a rescue system.
#
#	scripts/build-static.sh [BUILD]
#
# The program is BUILD/tool/vsockdump (build-static). Debian's libpcap.a needs libdbus, which has no
# static library of use. So this fetches the source of Debian's libpcap, and builds it without
# D-Bus, USB, Bluetooth and RDMA.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

build=$(realpath -m "${1:-$top/build-static}")
libpcap=$build/libpcap
install_missing "$top"/scripts/packages/{build,static}

# fetch_libpcap: the source, in $libpcap/source. apt gets a private list of sources, because the
# machine's list seldom has sources.
fetch_libpcap() {
	local mirror codename
	# shellcheck disable=SC2016 # apt replaces these
	read -r mirror codename < <(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
		'Created-By: Packages' 'Label: Debian' | head -n 1)
	[ -n "$mirror" ] || die "apt knows no mirror of Debian: run apt-get update"
	mkdir -p "$libpcap"/{state/lists/partial,cache/archives/partial}
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $codename main" \
		>"$libpcap/sources.list"
	: >"$libpcap/installed"
	cat >"$libpcap/apt.conf" <<-END
		Dir::Etc::sourcelist "$libpcap/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::State "$libpcap/state";
		Dir::State::status "$libpcap/installed";
		Dir::Cache "$libpcap/cache";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
	END
	(
		cd "$libpcap" &&
			apt-get -q -c "$libpcap/apt.conf" update &&
			apt-get -q -c "$libpcap/apt.conf" source --download-only libpcap &&
			dpkg-source --no-check -x libpcap_*.dsc source
	) >"$libpcap/log" 2>&1 || { tail "$libpcap/log" >&2 && die "cannot fetch the source of libpcap"; }
}

if [ ! -e "$libpcap/usr/lib/pkgconfig/libpcap.pc" ]; then
	rm -rf "$libpcap"
	say "Fetching libpcap"
	fetch_libpcap
	say "Building libpcap"
	(
		cd "$libpcap/source" &&
			CFLAGS='-O2 -fPIC' ./configure --prefix="$libpcap/usr" --disable-shared \
				--disable-dbus --disable-usb --disable-bluetooth --disable-rdma --without-libnl &&
			make -j "$(nproc)" && make install &&
			# A static program with a path for libraries would end before main().
			sed -i 's/ *-Wl,-rpath,[^ ]*//' "$libpcap/usr/lib/pkgconfig/libpcap.pc"
	) >"$libpcap/log" 2>&1 || { tail "$libpcap/log" >&2 && die "cannot build libpcap"; }
fi

say "Building vsockdump"
PKG_CONFIG_PATH=$libpcap/usr/lib/pkgconfig cmake -S "$top" -B "$build" -DVSOCKDUMP_STATIC=ON \
	-DCMAKE_BUILD_TYPE=Release
cmake --build "$build" -j "$(nproc)" --target vsockdump
strip -o "$build/tool/vsockdump.stripped" "$build/tool/vsockdump"
mv "$build/tool/vsockdump.stripped" "$build/tool/vsockdump"
say "$build/tool/vsockdump: $(stat -c %s "$build/tool/vsockdump") bytes"
