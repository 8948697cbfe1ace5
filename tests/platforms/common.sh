# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Usage: . common.sh SUITE ARCH
# Shared by run and cross: a new system of Debian, in which an ordinary user builds and tests a copy of
# the sources.

suite=$1 arch=$2
platforms=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$platforms/../.." && pwd)
vm=$top/tests/vm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
system=$work/system
environment=() # of the user, besides HOME

fail() {
	echo "platform $suite $arch: FAILED: $*"
	exit 1
}
inside() { "$vm/inside" "$system" "$@"; }
as_user() {
	inside setpriv --reuid=user --regid=user --init-groups \
		env HOME=/home/user "${environment[@]}" "$@"
}

# logged FAILURE COMMAND...: prints the command's output only if it fails, without make's progress.
logged() {
	local failure=$1
	shift
	"$@" >"$work/log" 2>&1 && return
	{ grep -vE '^\[ *[0-9]+%\]' "$work/log" || :; } | tail -n 60
	fail "$failure"
}

# make_system ARCH: one of debootstrap, with the sources in the home of the user.
make_system() {
	"$vm/root" --arch "$1" "$suite" "$system" >/dev/null
	cp /etc/resolv.conf "$system/etc/"
	echo force-unsafe-io >"$system/etc/dpkg/dpkg.cfg.d/unsafe-io"
	# A snapshot of a mirror may be old.
	cat >"$system/etc/apt/apt.conf.d/90test" <<-'END'
		Acquire::Check-Valid-Until "false";
		Acquire::Languages "none";
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
	END
	inside useradd -m user
	mkdir "$system/home/user/vsockdump"
	# The files of the work tree, also those that are not committed yet.
	(cd "$top" && git ls-files -z --cached --others --exclude-standard | tar -c --null -T -) |
		tar -x -C "$system/home/user/vsockdump" --no-same-owner
	inside chown -R user: /home/user
}

# install PACKAGE...
install() {
	logged 'apt-get update' inside apt-get update -q
	logged 'apt-get install' inside apt-get install -q -y "$@"
}

# build COMPILER OPTION...: builds in build-COMPILER, with warnings as errors.
build() {
	local compiler=$1
	shift
	echo "== $suite $arch: $compiler"
	# shellcheck disable=SC2016 # the inner shell expands these
	logged "build with $compiler" as_user sh -ec 'cd ~/vsockdump
		cmake -B "build-$1" -DVSOCKDUMP_WERROR=ON "$@"
		cmake --build "build-$1" -j "$(nproc)"' sh "$compiler" "$@"
}

# run_tests OPTION...: ctest, for what gcc built. Sets `passed` to how many tests passed.
run_tests() {
	# shellcheck disable=SC2016
	as_user sh -c 'cd ~/vsockdump
		ctest --test-dir build-gcc -j "$(nproc)" --output-on-failure "$@"' sh "$@" \
		>"$work/log" 2>&1 || { grep -vE ' Passed | Start ' "$work/log" && fail 'tests'; }
	passed=$(sed -n 's/^100% tests passed, 0 tests failed out of //p' "$work/log")
	[ "${passed:-0}" -gt 30 ] || { cat "$work/log" && fail "only ${passed:-0} tests ran"; }
	! grep -E '\*\*\*(Skipped|Not Run)' "$work/log" || fail 'tests were skipped'
}

# version COMMAND...: the first number with a dot that the command prints in the system.
version() { as_user "$@" 2>/dev/null | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1; }
