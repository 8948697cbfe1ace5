#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/options/foreign.c: tries each option of tcpdump.
#
# tcpdump.sh PROGRAM SOURCES. "Options of tcpdump" in vsockdump(8) says what vsockdump does with
# each option: it is the same, accepted, refused, or shows something. The table in foreign.c has the
# same options.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

sources=$2

# All options of tcpdump 4.99 and 5.0, from their manuals and their tables. several.sh tests -V, a
# list of files to read.
letters='AabBcCdDeEfFgGhHiIjJKlLmMnNOpqQrsStTuUvwWxXyYzZ#'
names='absolute-tcp-sequence-numbers buffer-size count debug-filter-parser direction
	dont-verify-checksums fp-type help immediate-mode interface ip-oneline lengths linktype
	list-data-link-types list-interfaces list-remote-interfaces list-time-stamp-types micro
	monitor-mode nano no-optimize no-promiscuous-mode number packet-buffered print print-sampling
	relinquish-privileges skip snapshot-length time-stamp-precision time-stamp-type time-t-size
	version'

# Arguments that an option needs. Options in "alone" read no file.
user=$(id -un)
declare -A argument=(
	[-B]=512 [-c]=1 [-C]="1 -w cut.pcap -Z $user" [-F]=filter [-G]="60 -w cut-%s.pcap -Z $user" [-i]=any [-Q]=inout
	[-s]=77 [-w]=copy.pcap [-W]="2 -C 1 -w ring.pcap -Z $user" [-Z]=$user [-E]=x [-j]=adapter
	[-m]=x [-M]=x [-T]=rpc [-y]=EN10MB [-z]=gzip [--skip]=1 [--time-stamp-precision]=nano
	[--print-sampling]=3 [--list-remote-interfaces]=host [--time-stamp-type]=adapter
	[--linktype]=EN10MB [--buffer-size]=512 [--direction]=inout [--interface]=any
	[--relinquish-privileges]=$user [--snapshot-length]=77)
alone='-D -h -L -J --help --version --list-interfaces --list-data-link-types --list-time-stamp-types'
# Options with an effect on the lines of three.pcap.
shows='-A -c -d -e -n -t -v -w -x -X -# --count --nano --skip'
echo 'port 80' >filter

# type_option OPTION
type_option() {
	local file='-r three.pcap'
	[[ " $alone " == *" $1 "* ]] && file=''
	[ "$1" = -r ] && file=three.pcap
	# shellcheck disable=SC2086 # words
	vsd "$1" ${argument[$1]-} $file
	refute "$1 is unknown" grep -q unknown err
}

# The manual's table, as lines "fate option".
awk '/^\.Ss Options of tcpdump/ { inside = 1; next }
	/^\.S[hs] / { inside = 0 }
	inside && /^\.It Fl / { options = $0; next }
	inside && options != "" {
		gsub(/^\.It Fl |\\|,|Fl /, "", options)
		count = split(options, list, " ")
		for (i = 1; i <= count; i++) print $1, "-" list[i]
		options = ""
	}' "$sources/docs/man/vsockdump.8" | sed 's/://; s/,//' >fates
check "no table in the manual" test "$(lines fates)" -gt 50

vsd -r three.pcap
cp out plain
while read -r fate option; do
	type_option "$option"
	case $fate in
	The | Shows)
		expect 0 '' "$option"
		[[ " $shows " == *" $option "* ]] && refute "$option has no effect" cmp -s out plain
		;;
	Accepted)
		expect 0 '' "$option"
		check "$option has an effect" cmp -s out plain
		;;
	Refused)
		expect 2 "vsockdump: -$option?.*: .{20,}|vsockdump: $option.*: .{20,}" "$option"
		equal 1 "$(lines err)" "lines of the message of $option"
		;;
	*) not_ok "the manual says '$fate' of $option" ;;
	esac
done <fates

# vsockdump knows all options of tcpdump, and the manual lists exactly these.
for name in $names; do
	type_option "--$name"
done
for ((i = 0; i < ${#letters}; i++)); do
	printf -- '-%s\n' "${letters:i:1}"
done | sort >known
grep -o ' -[^-]$' fates | tr -d ' ' | sort >manual
equal '' "$(comm -3 known manual)" "letters of tcpdump, letters of the manual"

# Values that change nothing.
for option in '-j host' '-y VSOCK' '--linktype=vsock' '-Q inout'; do
	# shellcheck disable=SC2086 # words
	vsd $option -r three.pcap
	expect 0 '' "$option"
	check "$option has an effect" cmp -s out plain
done

# The table of the code must agree with the manual's lines, except "same".
sed -n "s/^\t{\.letter = '\(.\)'.*/-\1/p; s/^\t{\.name = \"\([^\"]*\)\".*/--\1/p" \
	"$sources/tool/options/foreign.c" | sort >code
grep -v '^The \|^Shows -[eQ]$' fates | cut -d' ' -f2 | sort >manual
equal '' "$(comm -3 code manual)" "rows of foreign.c, rows of the manual"

vsd -L
equal '  VSOCK (Linux vsock)' "$(tail -n 1 out)" -L
vsd -version
check '-version' grep -q '^vsockdump [0-9]' out

finish
