#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Captures with errors in their bytes: mutations.sh PLUGIN CAPTURES PAYLOADS COUNT [SEED]. At least
# COUNT mutated captures are dissected in one pass and in two, many joined in a file, as starting
# tshark takes longer than a small capture. In the suite it is 1000; by hand, 100000 take hours.
#
# The plugin may be one built with sanitizers, by gcc or clang: tshark is not, so the runtime is
# loaded before it, and Wireshark's memory pools are replaced by malloc, which it watches.
set -u
here=$(cd "$(dirname "$0")" && pwd)
plugin=$1
captures=$2
payloads=$3
count=$4
seed=${5:-1}
# shellcheck source=tests/dissector/common.sh
. "$here/common.sh"
work=$wireshark_home/work
mkdir -m 777 "$work"

preload=
environment=(NO_SANITIZER=1)
if nm -D --undefined-only "$plugin" | grep -q __asan_init; then
	preload=$(ldd "$plugin" | awk '/lib(asan|ubsan)/ { print $3 }' | tr '\n' ' ')
	[ -n "$preload" ] || preload=$(clang -print-file-name="libclang_rt.asan-$(uname -m).so")
	environment=(ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
		WIRESHARK_DEBUG_WMEM_OVERRIDE=simple)
	echo "with sanitizers: $preload"
fi

# One of each kind; the large ones would only be more of the same.
originals=()
for file in "$captures"/*.pcap "$captures"/streams/*.pcap "$payloads"/*.pcap; do
	[ "$(stat -c %s "$file")" -gt 20000 ] || originals+=("$file")
done
echo "${#originals[@]} captures to mutate"
[ "${#originals[@]}" -ge 30 ] || exit 1
mergecap -a -F nsecpcap -w "$work/originals" "${originals[@]}" || exit 1

# dissect FILE ARG...: fails when tshark does, or something in its output is a bug.
bad='Dissector bug|STATUS_|ASSERT|assertion|AddressSanitizer|runtime error|\*\* \(|malloc'
# Wireshark's own dissectors have theirs, which they name: "./epan/dissectors/packet-grpc.c:346"; the
# same one has GLib complain about a string that is NULL.
not_ours='\./epan/dissectors/packet-|g_str_has_prefix'
dissect() {
	local file=$1 status
	shift
	(
		export "${environment[@]}"
		[ -z "$preload" ] || export LD_PRELOAD="$preload"
		run_tshark -r "$file" "$@" -V 2>&1
		echo "status $?"
	) >"$work/output"
	status=$(tail -n 1 "$work/output")
	grep -aE "$bad" "$work/output" | grep -avE "$not_ours" >"$work/bad"
	if [ "$status" != 'status 0' ] || [ -s "$work/bad" ]; then
		sort "$work/bad" | uniq -c | head -n 5
		tail -n 3 "$work/output"
		return 1
	fi
}

failed=0
done=0
probabilities=(0.05 0.01 0.002 0.0005)
while [ "$done" -lt "$count" ]; do
	probability=${probabilities[seed % 4]}
	editcap -F nsecpcap -E "$probability" --seed "$seed" "$work/originals" "$work/mutated" \
		2>/dev/null || exit 1
	chmod a+r "$work/mutated"
	for passes in '' -2; do
		# shellcheck disable=SC2086 # no argument where it is empty
		dissect "$work/mutated" $passes && continue
		echo "FAIL: seed $seed, probability $probability ${passes:-one pass}"
		cp "$work/mutated" "${TMPDIR:-/tmp}/mutated-$seed.pcap"
		failed=1
	done
	done=$((done + ${#originals[@]}))
	seed=$((seed + 1))
done
echo "$done mutated captures"
exit "$failed"
