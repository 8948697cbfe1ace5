#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzzes every target of tests/fuzz for HOURS in all, each for the same time.
#
#	scripts/fuzz.sh HOURS [TARGET]...
#
# HOURS may be a fraction such as 0.5, or 0, which only prints the counts. With targets, only these
# run. The folder build-fuzz (or $BUILD_DIR) keeps each corpus, so the next call continues where
# this one ends. It also keeps how many inputs each target ran so far, which is printed at the end.
# If a target finds something, the others still run.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

[[ ${1-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "usage: scripts/fuzz.sh HOURS [TARGET]..."
hours=$1
shift
build=${BUILD_DIR:-$top/build-fuzz}
counts=$build/executions
if [ $# = 0 ]; then
	mapfile -t targets < <(basename -s .c "$top"/tests/fuzz/fuzz-*.c | sed 's/^fuzz-//')
else
	targets=("$@")
fi
seconds=$(awk -v hours="$hours" -v n=${#targets[@]} 'BEGIN { print int(hours * 3600 / n) }')
mkdir -p "$counts"

# so_far TARGET: how many inputs it ran, in all calls.
so_far() { cat "$counts/$1" 2>/dev/null || echo 0; }

failed=()
for target in "${targets[@]}"; do
	[ "$seconds" != 0 ] || break
	say "$target, $seconds s"
	output=$("$top/tests/fuzz/run" "$target" "$seconds") || failed+=("$target")
	echo "$output"
	new=$(sed -n 's/^stat::number_of_executed_units: *//p' <<<"$output")
	echo $(($(so_far "$target") + ${new:-0})) >"$counts/$target"
done

say "Executions so far"
for target in "${targets[@]}"; do
	printf '%-12s %15d\n' "$target" "$(so_far "$target")"
done
[ ${#failed[@]} = 0 ] || die "found something in: ${failed[*]}"
