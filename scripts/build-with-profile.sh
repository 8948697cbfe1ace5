#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds vsockdump twice, for packagers: the first build counts what it does with some captures, and
# the second one is optimized for that. docs/benchmarks.md has the gain.
#
#	scripts/build-with-profile.sh BUILD [CMAKE-OPTION]...
#
# Then `cmake --install BUILD` installs it. It needs gcc, and what the tests need, because one of
# their programs makes the captures.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

[ $# -gt 0 ] || die "usage: build-with-profile.sh BUILD [CMAKE-OPTION]..."
build=$(realpath -m "$1")
shift
captures=$(mktemp -d)
trap 'rm -rf "$captures"' EXIT

configure() { # FLAGS CMAKE-OPTION...
	local flags=$1
	shift
	cmake -S "$top" -B "$build" -DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS="${CFLAGS-} $flags" "$@" >&2
}

# The program writes its counts when it ends. The sandbox and another user could not do that. Status
# 10 only says that it found something.
train() {
	local status=0
	"$build/tool/vsockdump" --no-sandbox -Z "$(id -un)" "$@" >/dev/null || status=$?
	[ $status = 0 ] || [ $status = 10 ] || die "vsockdump $*: status $status"
}

# Counts of an earlier run may be those of other sources.
[ ! -d "$build" ] || find "$build" -name '*.gcda' -delete
say "Building with counters"
configure '-fprofile-generate -fprofile-update=atomic' -DBUILD_TESTING=ON "$@"
cmake --build "$build" -j "$(nproc)" --target vsockdump bench-captures >&2

say "Counting"
"$build/tests/bench/bench-captures" "$captures" 10
train -r "$captures/small.pcap" -w "$captures/small.pcapng"
for capture in small.pcap small.pcapng flows-100k.pcap messages.pcap lossy.pcap full.pcap; do
	for mode in -n -v --flows '--flows --json' --json --diagnose '--count port 22 or op rst'; do
		# shellcheck disable=SC2086 # the mode is several words
		train -r "$captures/$capture" $mode
	done
done
[ -n "$(find "$build" -name '*.gcda' -print -quit)" ] || die "the first build counted nothing"

say "Building with the counts"
configure '-fprofile-use -fprofile-partial-training -Wno-missing-profile' "$@" -DBUILD_TESTING=OFF
cmake --build "$build" -j "$(nproc)" >&2
