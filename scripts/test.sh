#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what is missing, builds, and runs every test: twice, because gcc and clang see
# different mistakes, and the second time under AddressSanitizer and
# UndefinedBehaviorSanitizer. Tests that boot a kernel or only look at sources run once.
# What fuzzing has found is replayed a third time, under MemorySanitizer, which would take other
# libraries built with it for the rest.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

build=${BUILD_DIR:-$top/build-test}

install_missing "$top"/scripts/packages/{build,dissector,test,demo} "$top/tests/vm/packages"
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

say "Testing"
ctest --test-dir "$build/gcc" --output-on-failure -j "$(nproc)"
ctest --test-dir "$build/clang" --output-on-failure -j "$(nproc)" --label-exclude 'once'
ctest --test-dir "$build/memory" --output-on-failure -j "$(nproc)" --tests-regex '^fuzz-'
