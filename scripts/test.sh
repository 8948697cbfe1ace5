#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs missing packages, builds, and runs every test twice: with gcc, and with clang under
# AddressSanitizer and UndefinedBehaviorSanitizer. The two compilers find different mistakes. Tests
# that boot a kernel or only look at sources run once. The inputs that fuzzing found run a third
# time, under MemorySanitizer. That sanitizer needs every library built with it, so the other tests
# cannot use it. The tests with threads run a third time, under ThreadSanitizer.
#
# 	scripts/test.sh [--allow-skipped TEST]...
#
# A skipped test counts as a failure, unless --allow-skipped names it. The last lines say how many
# tests of each group ran in all four builds.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

build=${BUILD_DIR:-$top/build-test}
results=()
status=0

# run_tests BUILD CTEST-OPTION...
run_tests() {
	local dir=$build/$1
	shift
	say "Testing in $dir"
	rm -f "$dir/results.xml"
	ctest --test-dir "$dir" --output-on-failure --output-junit "$dir/results.xml" \
		-j "$(nproc)" "$@" || status=1
	results+=("$dir/results.xml")
}

install_missing "$top"/scripts/packages/{build,bpf,dissector,test,demo,fleet} "$top/tests/vm/packages"
refresh_package_lists

say "Building with gcc"
build "$build/gcc" -DCMAKE_C_COMPILER=gcc -DVSOCKDUMP_WERROR=ON -DVSOCKDUMP_ALL_TESTS=ON
say "Building with clang and sanitizers"
build "$build/clang" -DCMAKE_C_COMPILER=clang -DVSOCKDUMP_WERROR=ON -DVSOCKDUMP_SANITIZE=ON \
	-DVSOCKDUMP_ALL_TESTS=ON

say "Building with clang and MemorySanitizer"
cmake -S "$top" -B "$build/memory" -DCMAKE_C_COMPILER=clang -DVSOCKDUMP_WERROR=ON \
	-DVSOCKDUMP_MEMORY_SANITIZE=ON >&2
cmake --build "$build/memory" -j "$(nproc)" --target fuzz-targets >&2

say "Building with clang and ThreadSanitizer"
cmake -S "$top" -B "$build/thread" -DCMAKE_C_COMPILER=clang -DVSOCKDUMP_WERROR=ON \
	-DVSOCKDUMP_THREAD_SANITIZE=ON >&2
cmake --build "$build/thread" -j "$(nproc)" --target thread-targets >&2

run_tests gcc
run_tests clang --label-exclude '^once$'
run_tests memory --tests-regex '^fuzz-'
run_tests thread --tests-regex \
	'^(golden-(read-ahead|threads)|records-threads|unit-(capture-file-reader|pcap-vsockmon-misuse))$'

say "Result"
"$top/scripts/report-tests" "$@" "${results[@]}" || exit 1
[ $status = 0 ] || die "ctest failed"
