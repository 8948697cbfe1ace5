#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs scripts/test.sh, and then the tests that take too long for every change. It takes hours. At
# its end it says for each step whether it passed and how long it took.
#
#	scripts/test-all.sh [STEP]...
#
# With arguments, only these steps run. --list prints them.
set -uo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

build=${BUILD_DIR:-$top/build-test}

# The steps: NAME, and what the step tests. A step is the function step_NAME, with - as _.
steps="
test             everything that scripts/test.sh runs
kernels          live captures on twelve of Debian's kernels, from 6.1 to the newest
bpf              captures by BPF on five kernels, and of a host and its guest on three
compare          captures of a host and its guest on three kernels, compared, in a VM
hybrid           the UNIX sockets of vhost-device-vsock, with two guests, in a VM
libvirt          the names of virtual machines that libvirt starts, in a VM
platforms        the build and the tests on Debian 12, 13 and sid, and for i386, arm64 and s390x
container        the container image, and the pod of docs/kubernetes.md in a VM
fleet            records and metrics in rsyslog, PostgreSQL, DuckDB, Dask and Prometheus
report           pages of --report in a browser, as wide as a screen and as a phone
records          a record of each of 10,000 connections a second, for a minute
screen           the screen of --top, with 10,000 flows a second for 75 seconds
static           vsockdump as one file without libraries, in an empty system
profile          vsockdump that is optimized for what a first build of it did
service          vsockdump.service in a small system that systemd boots
packages         the packages of Debian 12, 13 and sid: built, installed, used and purged
fuzz             an hour of fuzzing, shared by all targets
oss-fuzz         the build for a fuzzing service, and a second of each of its targets
mutations        100,000 captures with random errors in Wireshark
upstream         the patches for libpcap and Wireshark, built into Debian's sources
soak             an hour of connections, each followed and counted
valgrind         memcheck over every capture and mode
coverage         90 % of the lines of core/ and lib/capture-file/
instructions     no row of the benchmark executes more than 5 % more than \$VSOCKDUMP_BASE
"

step_test() {
	"$top/scripts/test.sh"
}

step_kernels() {
	local results=$build/gcc/tests/live/kernel-test failed=0
	"$top/tests/vm/matrix" "$build/gcc" || failed=1
	# The kernel's own test, on the newest.
	"$top/tests/live/boot" "$build/gcc" "$results" '--kernel;newest' kernel-test
	"$top/tests/live/verdict" "$results" kernel-test || failed=1
	return $failed
}

# tests/live/CMakeLists.txt has the reasons for these options.
step_bpf() {
	local build_gcc=$build/gcc failed=0 kernel results
	local scripts=(bpf bpf-rights bpf-filter bpf-confined process)
	for kernel in '' 6.12.88+deb12-amd64 6.12 6.18.15+deb13-amd64 newest; do
		results=$build_gcc/tests/live/bpf-all/${kernel:-current}
		VM_KERNEL=$kernel "$top/tests/live/boot" "$build_gcc" "$results" \
			'--without-module;vsockmon;--cpus;1' "${scripts[@]}" || failed=1
		VM_KERNEL=$kernel "$top/tests/live/boot" "$build_gcc" "$results-both" '--cpus;1' \
			bpf-payload || failed=1
		for script in "${scripts[@]}"; do
			"$top/tests/live/verdict" "$results" "$script" || failed=1
		done
		"$top/tests/live/verdict" "$results-both" bpf-payload || failed=1
	done
	for kernel in '' 6.12 7.2; do
		results=$build_gcc/tests/live/bpf-all/${kernel:-current}-nested
		VM_KERNEL=$kernel "$top/tests/live/boot" "$build_gcc" "$results" \
			'--without-module;vsockmon;--memory;2G;--cpus;1' bpf-nested || failed=1
		"$top/tests/live/verdict" "$results" bpf-nested || failed=1
	done
	return $failed
}

step_compare() {
	local failed=0 kernel results
	for kernel in '' 6.12 7.2; do
		results=$build/gcc/tests/live/compare-${kernel:-current}
		VM_KERNEL=$kernel "$top/tests/live/boot" "$build/gcc" "$results" \
			'--memory;2G;--cpus;1' compare-nested || failed=1
		"$top/tests/live/verdict" "$results" compare-nested || failed=1
	done
	return $failed
}

# The kernel of apt: with newer ones, this has not passed yet.
step_hybrid() {
	local results=$build/gcc/tests/live/hybrid-nested
	install_missing "$top/tests/vm/packages"
	"$top/tests/live/boot" "$build/gcc" "$results" '--memory;3G;--cpus;1' hybrid-nested || return 1
	"$top/tests/live/verdict" "$results" hybrid-nested
}

step_libvirt() {
	local results=$build/gcc/tests/live/libvirt
	install_missing "$top"/scripts/packages/libvirt "$top/tests/vm/packages"
	"$top/tests/live/boot" "$build/gcc" "$results" '--memory;2G' libvirt || return 1
	"$top/tests/live/verdict" "$results" libvirt
}

step_platforms() {
	local failed=0 command
	install_missing "$top/scripts/packages/systems"
	rm -rf "$build/platforms"
	mkdir -p "$build/platforms"
	for command in 'run bookworm' 'run trixie' 'run sid' 'run bookworm i386' 'cross arm64' 'cross s390x'; do
		# shellcheck disable=SC2086 # a script and its arguments
		"$top/tests/platforms/"$command 2>&1 | tee "$build/platforms/${command// /-}.log" ||
			failed=1
	done
	"$top/scripts/report-platforms" "$build/platforms"/*.log
	return $failed
}

step_container() {
	install_missing "$top"/scripts/packages/{container,systems} "$top/tests/vm/packages"
	"$top/tests/container/run" "$build/container"
}

step_fleet() {
	install_missing "$top"/scripts/packages/{test,fleet,fleet-all}
	"$top/tests/fleet/run" --install "$build/gcc"
}

step_report() {
	install_missing "$top/scripts/packages/report"
	"$top/tests/golden/report-pictures" "$build/gcc/tool/vsockdump" "$build/gcc/tests/golden/captures"
}

step_upstream() {
	install_missing "$top"/scripts/packages/{build,test,upstream}
	mkdir -p "$build/upstream"
	"$top/tests/upstream/libpcap" "$build/gcc/tool/vsockdump" "$build/gcc/tests/golden/captures" \
		"$build/upstream" && "$top/tests/upstream/wireshark" "$build/upstream"
}

step_static() {
	"$top/tests/package/static" "$build/static" "$build/gcc/tool/vsockdump" \
		"$build/gcc/tests/golden/captures"
}

step_profile() {
	install_missing "$top"/scripts/packages/{build,test}
	"$top/tests/package/profile" "$build/profile" "$build/gcc"
}

step_service() {
	install_missing "$top/scripts/packages/systems"
	"$top/tests/package/service" "$build/gcc"
}

step_packages() {
	local suite failed=0
	install_missing "$top/scripts/packages/systems"
	for suite in bookworm trixie sid; do
		"$top/tests/package/debian" $suite "$build/debian/$suite" || failed=1
	done
	return $failed
}

step_fuzz() {
	"$top/scripts/fuzz.sh" 1
}

step_oss_fuzz() {
	"$top/tests/fuzz/oss-fuzz/check" 1
}

step_screen() {
	"$top/tests/screen/top" "$build/gcc/tests/screen/player" 75
}

step_records() {
	"$top/tests/records/load" "$build/gcc/tests/records/record-load" 60
}

step_mutations() {
	"$top/tests/dissector/mutations" "$build/gcc/dissector/vsock.so" \
		"$build/gcc/tests/golden/captures" "$build/gcc/tests/dissector/payloads" 100000
}

step_soak() {
	"$top/tests/vm/run" --memory 2G "$top/tests/live/soak" "$build/gcc" 3600
}

step_valgrind() {
	"$top/tests/valgrind/captures" "$build/gcc/tool/vsockdump" "$build/gcc/tests/golden/captures"
}

step_coverage() {
	"$top/tests/coverage"
}

# Needs another build: VSOCKDUMP_BASE is the build folder of the version to compare with.
step_instructions() {
	[ -n "${VSOCKDUMP_BASE-}" ] || die "set VSOCKDUMP_BASE to the build folder to compare with"
	"$top/tests/bench/run" --compare "$VSOCKDUMP_BASE" --instructions --limit 5 "$build/gcc"
}

if [ "${1-}" = --list ]; then
	echo "$steps" | sed '/^$/d'
	exit
fi
wanted=${*:-$(awk 'NF { print $1 }' <<<"$steps")}
for step in $wanted; do
	declare -F "step_${step//-/_}" >/dev/null || die "no step $step; --list prints the steps"
done

# Every step except the first uses the build that scripts/test.sh leaves.
if [ ! -x "$build/gcc/tool/vsockdump" ] && ! grep -qw test <<<"$wanted"; then
	wanted="test $wanted"
fi

failed=0
results=()
for step in $wanted; do
	say "$step"
	begin=$SECONDS
	if ("step_${step//-/_}"); then
		result=passed
	else
		result=FAILED
		failed=$((failed + 1))
	fi
	results+=("$(printf '%-14s %-7s %6d s' "$step" "$result" $((SECONDS - begin)))")
done

say "Result"
printf '%s\n' "${results[@]}"
[ $failed = 0 ] || die "$failed of $(wc -w <<<"$wanted") steps failed"
