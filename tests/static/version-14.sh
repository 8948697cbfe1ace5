# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# `clang-format` and `clang-tidy` source this. Other versions of these programs format and warn
# differently, so tests with them would fail or pass by chance.

# find_program NAME: sets $program to version 14 of it. If that does not exist, the test is skipped:
# for CTest, exit status 77 means that.
find_program() {
	for program in "$1-14" "$1"; do
		"$program" --version 2>/dev/null | grep -q 'version 14\.' && return
	done
	echo "skipped: needs $1 14"
	exit 77
}
