# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# To be sourced by `captures` and `live`. A run with an error of memcheck ends with 99.

# Sets $vsockdump_under to vsockdump under memcheck. Memory that is reachable at the end is not a
# leak: the C library keeps some. A sandbox would not let valgrind work.
set_up() { # VSOCKDUMP
	vsockdump_under=(valgrind --quiet --error-exitcode=99 --leak-check=full
		"--show-leak-kinds=definite,possible" "--errors-for-leak-kinds=definite,possible" "$1")
	if "$1" --help | grep -q -- --no-sandbox; then
		vsockdump_under+=(--no-sandbox)
	fi
}
