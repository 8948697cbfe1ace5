# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# To be sourced by `clang-format` and `clang-tidy`. Other versions of these programs lay out and warn
# differently, so a test that used them would fail or pass by chance.

# find_program NAME: sets $program to version 14 of it. Without one, the test is skipped: 77 is the
# exit status that CTest knows as that.
find_program() {
	for program in "$1-14" "$1"; do
		"$program" --version 2>/dev/null | grep -q 'version 14\.' && return
	done
	echo "skipped: needs $1 14"
	exit 77
}
