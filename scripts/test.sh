#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what is missing, builds, and runs every test: twice, because gcc and clang see
# different mistakes, and the second time under AddressSanitizer and
# UndefinedBehaviorSanitizer. Tests that boot a kernel or only look at sources run once.
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

say "Testing"
ctest --test-dir "$build/gcc" --output-on-failure -j "$(nproc)"
ctest --test-dir "$build/clang" --output-on-failure -j "$(nproc)" --label-exclude 'once'
