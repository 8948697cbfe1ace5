# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completes the command line of vsockdump in bash.
# shellcheck disable=SC2154 # the lines about options assign the variables

# OPTIONS

# Prints the vsockmon interfaces. The kernel has a number for this type.
_vsockdump_interfaces() {
	local type

	for type in /sys/class/net/*/type; do
		if [[ $(cat "$type" 2>/dev/null) == 826 ]]; then
			type=${type%/type}
			echo "${type##*/}"
		fi
	done
}

# Prints the paths that begin with $1: folders, and files with a name as a capture has it. A ring
# adds numbers to the name.
_vsockdump_captures() {
	compgen -d -- "$1"
	compgen -f -- "$1" | grep -E '\.pcap(ng)?[0-9-]*(\.(gz|xz|zst))?$'
}

_vsockdump() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} option='' kind i
	local argument="^-[$_vsockdump_flags]*([$_vsockdump_letters])\$"

	COMPREPLY=()
	# Readline makes three words of --color=always.
	if [[ $cur == = ]]; then
		option=$prev= cur=''
	elif [[ $prev == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}=
	elif [[ $prev =~ $argument ]]; then
		option=-${BASH_REMATCH[1]}
	elif [[ $prev == --* ]]; then
		option=$prev
	fi
	kind=$(_vsockdump_argument "$option")
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == --explain ]]; then kind="words $_vsockdump_codes"; fi
	done
	if [[ -z $kind && $cur == -* ]]; then kind="words $_vsockdump_options"; fi

	case $kind in
	words*) mapfile -t COMPREPLY < <(compgen -W "${kind#words}" -- "$cur") ;;
	interface) mapfile -t COMPREPLY < <(compgen -W "$(_vsockdump_interfaces)" -- "$cur") ;;
	source) mapfile -t COMPREPLY < <(compgen -W "any $(_vsockdump_interfaces)" -- "$cur") ;;
	user) mapfile -t COMPREPLY < <(compgen -u -- "$cur") ;;
	capture) mapfile -t COMPREPLY < <(_vsockdump_captures "$cur") ;;
	file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	folder) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	esac
	case $kind in
	capture | file | folder) compopt -o filenames ;;
	*) if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi ;;
	esac
}

complete -F _vsockdump vsockdump
