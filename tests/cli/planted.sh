#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers output folders where another user has created something with the names of our files.
# vsockdump never waits for it, and no packet gets into a file or link of that user.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1
# As root, later files are made by another user.
chmod 777 .
user=$(id -u)
# The user who creates these things: another one if possible, otherwise the same.
if [ "$user" = 0 ]; then other=54321; else other=$user; fi

{
	cat three.pcap
	record 1700000002 0 3 1024 2 80 5 more
	record 1700000003 0 3 1024 2 80 5 data
} >five.pcap

# plant KIND NAME
plant() {
	rm -rf "$2"
	case $1 in
	fifo) mkfifo -m 666 "$2" ;;
	folder) mkdir -m 777 "$2" ;;
	link)
		echo mine >victim
		ln -s victim "$2"
		;;
	file)
		: >"$2"
		chmod 666 "$2"
		;;
	esac
	chown -h "$other" "$2"
}

# has_packets FILE COUNT
# shellcheck disable=SC2317 # `check` calls it
has_packets() {
	"$vsockdump" --count -r "$1" 2>/dev/null | grep -q "^$2 "
}

# private FILE: a regular file that the other user cannot read.
# shellcheck disable=SC2317
private() {
	if [ ! -f "$1" ] || [ -L "$1" ]; then return 1; fi
	[ "$user" != 0 ] || [[ $(stat -c %a:%u "$1") == 600:* && $(stat -c %u "$1") != 54321 ]]
}

# Files after the first one, of a ring and otherwise.
for kind in fifo link file folder; do
	folder=several-$kind
	mkdir -m 777 "$folder"
	for name in r0 r1 r2 s1 s2; do plant $kind "$folder/$name"; done
	[ $kind != file ] || exec 8<"$folder/r1"
	vsd -r three.pcap -w "$folder/r" --packets-per-file 1 -W 3
	expect 0 '' "a ring over a $kind"
	for i in 0 1 2; do
		file=$folder/r$i
		[ $kind != folder ] || file+=-1
		check "$file has no packet" has_packets "$file" 1
		check "$file is not private" private "$file"
	done
	vsd -r three.pcap -w "$folder/s" --packets-per-file 1
	expect 0 '' "files beside a $kind"
	equal 1 "$(grep -c "s1 exists and is kept: the packets go to s1-1 instead" err)" "a $kind is kept"
	for file in s s1-1 s2-1; do
		check "$file beside a $kind has no packet" has_packets "$folder/$file" 1
		check "$file beside a $kind is not private" private "$folder/$file"
	done
done
equal '' "$(cat <&8)" 'what the other user reads from a file that was open'
exec 8<&-
equal mine "$(cat several-link/victim 2>/dev/null || cat victim)" 'the target of the links'

# The first of several files, and a single one.
for kind in fifo link folder; do
	rm -f first*
	plant $kind first
	vsd -r three.pcap -w first --packets-per-file 9
	expect 0 '' "the first file of several, a $kind"
	check "the first file beside a $kind has no packets" has_packets first-1 3
	check "the first file beside a $kind is not private" private first-1
	equal mine "$(cat victim)" 'the target of a first file that is a link'
	rm -rf first
done
for several in '' '--packets-per-file 9'; do
	plant file single
	exec 8<single
	# shellcheck disable=SC2086 # words
	vsd -r three.pcap -w single $several
	expect 0 '' "another user's file as first file"
	check 'the first file has no packets' has_packets single 3
	if [ "$user" = 0 ]; then
		check 'the first file is not private' private single
		check 'the other user reads the first file' [ -z "$(tr -d '\0' <&8)" ]
	fi
	exec 8<&-
done
if [ "$user" = 0 ]; then
	# Another process may have our own public file open. The target of a link becomes private.
	: >public
	chmod 644 public
	exec 8<public
	vsd -r three.pcap -w public
	check 'a public file stays public' private public
	check 'an open public file gets packets' [ -z "$(tr -d '\0' <&8)" ]
	exec 8<&-
	: >target
	chmod 644 target
	ln -s target link
	vsd -r three.pcap -w link
	expect 0 '' 'a link as single file'
	check 'a single link is not followed' has_packets target 3
	equal 600 "$(stat -c %a target)" 'mode of the target of a link'
	# Only files of this run are given to the user of the capture.
	rm -f kept kept[0-9]
	: >kept
	chmod 600 kept
	vsd -r three.pcap -w kept --packets-per-file 1 -Z nobody
	expect 0 '' 'a file that existed'
	equal root "$(stat -c %U kept)" 'owner of a file that existed'
	equal nobody "$(stat -c %U kept1)" 'owner of a file that was made'
	: >roots
	ln -s roots stolen
	vsd -r three.pcap -w stolen --packets-per-file 9 -Z nobody
	equal root "$(stat -c %U roots)" 'owner of the target of a link'
fi

# In a folder such as /tmp nobody can remove what the other user put there. It is kept, and the ring
# replaces its own files in each round.
if [ "$user" = 0 ]; then
	mkdir -m 1777 sticky
	for kind in fifo link file folder; do
		plant $kind sticky/r1
		rm -f sticky/r0 sticky/r1-1 sticky/r2
		vsd -r five.pcap -w sticky/r --packets-per-file 1 -W 3 -Z nobody
		expect 0 '' "a ring in a sticky folder with a $kind"
		equal 'r0 r1 r1-1 r2' "$(cd sticky && echo *)" "files of a ring beside a $kind"
		for file in r0 r1-1 r2; do
			check "sticky/$file has no packet" has_packets sticky/$file 1
			equal nobody:600 "$(stat -c %U:%a sticky/$file)" "owner of sticky/$file"
		done
	done
fi

# Files of --export. The other user creates them after the folder was cleaned.
for kind in fifo link file folder; do
	folder=export-$kind
	mkdir -m 777 "$folder"
	rm -f input
	mkfifo input
	timeout 20 "$vsockdump" -r input --export "$folder" 2>err &
	program=$!
	exec 9>input
	head -c 24 three.pcap >&9
	for ((i = 0; i < 200; i++)); do
		if grep -q 'reading from file' err && [ -e "$folder/flows.jsonl" ]; then break; fi
		sleep 0.05
	done
	for name in 0.client 0.client.gaps 0.server; do plant $kind "$folder/$name"; done
	tail -c +25 three.pcap >&9
	exec 9>&-
	wait $program
	status=$?
	if [ $kind = folder ]; then
		expect 6 "vsockdump: $folder/0.client: File exists" '--export beside a folder'
	else
		expect 0 '' "--export over a $kind"
		equal 'GET /' "$(cat "$folder/0.client")" "what was exported over a $kind"
		check "what was exported over a $kind is not private" private "$folder/0.client"
	fi
	equal 1 "$(lines "$folder/flows.jsonl")" "the index beside a $kind"
done
equal mine "$(cat export-link/victim 2>/dev/null || cat victim)" 'the target of links after --export'

# For a single file, the user may name a FIFO on purpose.
mkfifo wished
cat wished >piped &
vsd -r three.pcap -w wished
expect 0 '' 'a FIFO as single file'
wait
check 'what came through the FIFO' cmp -s three.pcap piped

finish
