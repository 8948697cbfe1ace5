#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers -w: pcapng, several files, comments, and what the files hold after a failure.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1
# As root, later files are made by another user.
chmod 777 .

usage_error() {
	local pattern=$1
	shift
	vsd "$@"
	expect 2 "vsockdump: $pattern" "$*"
}

# packets FILE: the number of its packets.
packets() {
	vsd --count -r "$1"
	[ "$status" = 0 ] || echo "status $status"
	cut -d ' ' -f 1 out
}

# as_shown FILE...: all packets as one list.
as_shown() {
	local file
	for file; do
		"$vsockdump" --no-findings -n -tt -X -r "$file" 2>/dev/null
	done
}

# await FILE PATTERN: waits until a line matches, or 10 seconds.
await() {
	local i
	for ((i = 0; i < 200; i++)); do
		grep -q -- "$2" "$1" && return
		sleep 0.05
	done
	not_ok "no '$2' in $1 after 10 seconds" "$(cat "$1")"
}

# await_file FILE: waits until it exists.
await_file() {
	local i
	for ((i = 0; i < 200; i++)); do
		[ -e "$1" ] && return
		sleep 0.05
	done
	not_ok "no $1 after 10 seconds" "$(ls)" "$(cat err)"
}

{
	pcap_header 271 0xa1b2c3d4
	exchange >once
	for _ in {1..100}; do cat once; done
} >many.pcap

usage_error '--annotate needs a pcapng file, .* --file-format pcapng' -r three.pcap -w x.pcap --annotate
usage_error '--annotate is for use with -w' -r three.pcap --annotate
usage_error '--annotate and --no-findings: .*' -r three.pcap -w x.pcapng --annotate --no-findings
usage_error '--file-format erf: not one of pcap, pcapng' -r three.pcap -w x --file-format erf
usage_error '--file-format is for use with -w' -r three.pcap --file-format pcap
usage_error '-C is for use with -w' -r three.pcap -C 1
usage_error '-W is for use with -C, -G or --packets-per-file' -r three.pcap -w x -W 5
usage_error '-W 1: a ring needs at least two files' -r three.pcap -w x -C 1 -W 1
usage_error '-G makes several files, and -w - is one' -r three.pcap -w - -G 1
usage_error '-G: the time must be in the file.s name, .*' -r three.pcap -w '%Y/x%s' -G 1
usage_error 'x: -G needs a time in the file.s name .*' -r three.pcap -w x -G 1
usage_error 'x%H: -G needs a time in the file.s name .*' -r three.pcap -w x%H -G 1
for size in 0 K 1T 1.5 -1 9999999999999G ''; do
	usage_error '-C .*: not a number of millions of bytes, .*' -r three.pcap -w x -C "$size"
done
equal '' "$(ls -d x* 2>/dev/null)" 'files after usage errors'

# pcapng by name or by option. Both formats have the same packets.
for format in pcap pcapng; do
	vsd -r many.pcap -w by-name.$format
	expect 0 '' "-w by-name.$format"
	vsd -r many.pcap -w asked --file-format $format
	expect 0 '' "--file-format $format"
	check "$format: by name and asked for differ" cmp -s by-name.$format asked
	equal 300 "$(packets asked)" "packets of $format"
	equal "$(as_shown many.pcap)" "$(as_shown asked)" "what $format shows"
	vsd -r asked -w back.pcap
	check "$format: not the same when written back" cmp -s many.pcap back.pcap
	"$vsockdump" -r many.pcap -w - --file-format $format 2>err | cat >piped
	check "$format: differs through a pipe" cmp -s asked piped
done
equal '0a 0d 0d 0a' "$(od -An -tx1 -N4 by-name.pcapng | sed 's/^ //')" 'magic of pcapng'

# By size: no file is too large, and no packet is lost or written twice.
for format in pcap pcapng; do
	for limit in 2K 7k; do
		rm -f cut*
		vsd -r many.pcap -w cut.$format -C $limit
		expect 0 '' "-C $limit"
		mapfile -t files < <(printf '%s\n' cut.$format cut.${format}? cut.${format}?? | grep -v '?')
		check "-C $limit made ${#files[@]} files" [ "${#files[@]}" -gt 3 ]
		equal "$(as_shown many.pcap)" "$(as_shown "${files[@]}")" "$format: packets of -C $limit"
		equal '' "$(find . -name 'cut*' -size +$((${limit%?} * 1024))c)" "$format: files above $limit"
	done
done

# A ring by packets keeps the newest.
vsd -r many.pcap -w ring.pcapng --packets-per-file 7 -W 12
expect 0 '' --packets-per-file
equal 12 "$(find . -name 'ring.pcapng??' | wc -l)" 'files of a ring'
equal 7 "$(packets ring.pcapng00)" 'the oldest of the ring'
equal 6 "$(packets ring.pcapng06)" 'the newest of the ring' # 300 = 42 * 7 + 6; 42 = 3 * 12 + 6

# Files that exist: only those of a ring are replaced. Others are kept, and one message says that.
rm -f taken
echo mine | tee taken1 >taken2
vsd -r many.pcap -w taken --packets-per-file 60
expect 0 '' 'names are taken'
equal 'taken1 exists and is kept: the packets go to taken1-1 instead. Other names that exist get a number, too.' \
	"$(grep ' is kept' err)" 'what is said of taken names'
equal $'mine\nmine' "$(cat taken1 taken2)" 'the files that existed'
equal "$(as_shown many.pcap)" "$(as_shown taken taken1-1 taken2-1 taken3 taken4)" 'packets beside taken names'
vsd -r ring.pcapng03 -w ring.pcapng --packets-per-file 1 -W 12
expect 6 'vsockdump: ring.pcapng03: is also the input: .*' 'a ring over its input'
equal 7 "$(packets ring.pcapng03)" 'the input after that'

# By time: that of the packets, from the first one.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 1 3 1024 2 80 1 ''
	record 1700000000 150 2 80 3 1024 2 ''
	record 1700000001 1 3 1024 2 80 5 'GET /'
} >paced.pcap
vsd -r paced.pcap -w 'time-%H%M%S.pcap' -G 1
expect 0 '' -G
equal 2 "$(packets time-221320.pcap)" 'packets of the first second'
equal 1 "$(packets time-221321.pcap)" 'packets of the second second'
vsd -r paced.pcap -w 'end-%H%M%S.pcap' -G 1 -W 1
expect 0 '' '-G -W'
equal end-221320.pcap "$(ls end-*)" 'files of -G -W 1'
# When summer time ends, an hour comes twice, and so do the names.
{
	pcap_header 271 0xa1b2c3d4
	for half_hour in {0..5}; do record $((1792886400 + half_hour * 1800)) 0 3 1024 2 80 1 ''; done
} >autumn.pcap
TZ=CET-1CEST,M3.5.0,M10.5.0/3 vsd -r autumn.pcap -w 'autumn-%H%M.pcapng' -G 1800
expect 0 '' 'the end of summer time'
equal 1 "$(grep -c ' is kept' err)" 'messages at the end of summer time'
equal 'autumn-0200.pcapng autumn-0200.pcapng-1 autumn-0230.pcapng autumn-0230.pcapng-1 autumn-0300.pcapng autumn-0330.pcapng' \
	"$(echo autumn-*)" 'files at the end of summer time'
for file in autumn-*; do equal 1 "$(packets "$file")" "packets of $file"; done
pcap_header 271 0xa1b2c3d4 >none.pcap
vsd -r none.pcap -w 'none-%H%M%S.pcap' -G 1
equal 0 "$(packets none-*.pcap)" '-G without packets'

# The clock runs while no packet comes: files are begun and ended.
start() {
	rm -f fifo
	mkfifo fifo
	: >err
	"$vsockdump" -r fifo "$@" >out 2>err &
	program=$!
	exec 9>fifo
	cat paced.pcap >&9
	await err 'reading from file'
}
# stop SIGNAL: hides the shell's message about the end of the program.
stop() {
	kill "-$1" $program
	exec 9>&-
	wait $program
	status=$?
} 2>/dev/null

# Files for the time after the last packet.
later() {
	find . -name "clock-132[2-9].$1" -o -name "clock-133[0-9].$1" | sort
}
await_later() {
	for _ in {1..200}; do
		[ "$(later "$1" | wc -l)" -lt 2 ] || return 0
		sleep 0.1
	done
	not_ok "no files of later times after 20 seconds" "$(ls)"
}

for format in pcap pcapng; do
	start -w "clock-%M%S.$format" -G 1
	# On a slow machine the clock may miss a second, and then that second has no file.
	await_later $format
	equal 2 "$(packets clock-1320.$format)" 'the first file while the capture goes on'
	equal 1 "$(packets clock-1321.$format)" 'the second file'
	equal 0 "$(packets "$(later $format | head -n 1)")" 'a file without packets'
	stop TERM
	expect 0 '' 'SIGTERM while the clock runs'
	start -w "last-%M%S.$format" -G 1 -W 3
	wait $program
	status=$?
	expect 0 '' '-G -W ends by the clock'
	equal 3 "$(find . -name 'last-*' -name "*.$format" | wc -l)" 'files when the clock ended it'
	exec 9>&-
done

# Killed: packets that came more than a second ago are in the file.
start -w killed.pcapng
for _ in {1..100}; do
	[ "$(packets killed.pcapng)" = 3 ] && break
	sleep 0.05
done
stop KILL
equal 137 "$status" SIGKILL
equal 3 "$(packets killed.pcapng)" 'packets after SIGKILL'
# With -U, packets are in the file at once.
start -w unbuffered.pcapng -U
for _ in {1..100}; do
	[ "$(packets unbuffered.pcapng)" = 3 ] && break
	sleep 0.01
done
stop KILL
equal 3 "$(packets unbuffered.pcapng)" 'packets of -U after SIGKILL'

# The folder is removed: no more files are made, and the open one takes the present packet.
mkdir gone
start -w gone/x --packets-per-file 3
await_file gone/x
rm -r gone
cat once >&9
wait $program
status=$?
exec 9>&-
expect 6 'vsockdump: gone/x1: No such file or directory: 4 packets written before are readable' \
	'the folder is gone'

# A full disk: the files have as many packets as the message says.
for limit in 1 2 5; do
	rm -f full.*
	(
		ulimit -f $limit
		timeout 20 "$vsockdump" -r many.pcap -w full.pcapng --packets-per-file 60 2>err
	)
	status=$?
	expect 6 'vsockdump: full.pcapng: File too large: [0-9]+ packets written before are readable' \
		"pcapng, file size limit $limit"
	told=$(sed -n 's/.*: \([0-9]*\) packets written before.*/\1/p' err)
	equal "$told" "$(packets full.pcapng)" "packets that limit $limit left"
	check "limit $limit: no packets" [ "${told:-0}" -gt 0 ]
done

# Findings as comments, of packets or of the end; the packets are the same.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1024 2 80 1 ''
	record 1700000000 9 2 80 3 1024 3 ''
	record 1700000001 0 3 1025 2 80 1 ''
	record 1700000001 1 3 1023 2 80 1 ''
	record 1700000001 2 2 80 3 1023 2 ''
	record 1700000009 0 3 1026 2 81 1 ''
} >refused.pcap
vsd -r refused.pcap -w refused.pcapng --annotate
expect 0 '' --annotate
check 'no comment with the finding of a packet' grep -aq 'information: refused: host:80 refused 3:1024\.' refused.pcapng
check 'no comment with the finding of a timer' \
	grep -aq 'suspicious: connect-timeout: .* \[flow 1, packet 3\]' refused.pcapng
vsd -r refused.pcap -w quiet.pcapng --annotate -q
refute '-q: a comment of information' grep -aq 'information: ' quiet.pcapng
equal "$(as_shown refused.pcap)" "$(as_shown refused.pcapng)" 'annotated packets'
vsd -r refused.pcap -w plain.pcapng
refute 'a comment unasked' grep -aq refused: plain.pcapng

# What the input file says of its origin is printed, and copied to the output file.
option() { # CODE TEXT
	local i
	le16 "$1"
	le16 ${#2}
	printf '%s' "$2"
	for ((i = ${#2}; i % 4; i++)); do printf '\0'; done
}
block() { # TYPE < BODY
	local length
	cat >body
	length=$(($(wc -c <body) + 12))
	le32 "$1"
	le32 $length
	cat body
	le32 $length
}
{
	{
		le32 0x1a2b3c4d
		le16 1
		le16 0
		le64 0
		option 3 'Linux 6.8.0-31-generic'
	} | block 0x0a0d0d0a
	{
		le16 271
		le16 0
		le32 0
		option 2 'vsockmon7'
		option 3 'the "tap"'
		option 1 'vsockdump: host=00112233445566778899aabbccddeeff boot=0123456789abcdef0123456789abcdef'
	} | block 1
	{
		le32 0
		le64 0
		le16 6
		le16 8
		le64 5000
		le16 7
		le16 8
		le64 17
	} | block 5
} >told.pcapng
for _ in 1 2; do
	vsd --json -r told.pcapng -w again.pcapng
	expect 0 '' 'a file with its origin'
	check 'no warning of the kernel' grep -q '^warning: Linux 6.8.0-31-generic may capture ' err
	check 'no message about drops' grep -qx '17 packets were dropped by the kernel when this was captured' err
	equal '{"kind":"capture","first_ts":null,"last_ts":null,"time":null,"duration_us":null,"point":"vsockmon7","host":"00112233445566778899aabbccddeeff","boot":"0123456789abcdef0123456789abcdef","capture":{"interface":"vsockmon7","os":"Linux 6.8.0-31-generic","payload_unreliable":true,"packets":0,"accepted":5000,"dropped_by_kernel":17,"dropped_by_interface":null,"not_written":0}}' \
		"$(cat out)" 'the capture in JSON'
	check 'the description is lost' grep -aq 'the "tap"' again.pcapng
	cp again.pcapng told.pcapng
done

# --- uids: a copy keeps them, with the ids of host and boot

{
	cat told.pcapng
	{
		le32 0
		le32 395812 # 1700000000 s in microseconds, the upper half
		le32 404635648
		frame 3 1024 2 80 1 '' >body
		le32 "$(wc -c <body)"
		le32 "$(wc -c <body)"
		cat body
	} >packet
	block 6 <packet
} >uids.pcapng
uid_of() { # FILE
	vsd --json -r "$1"
	expect 0 '.*' "uids of $1"
	jq -r 'select(.kind == "packet").uid' out
}
uid=$(uid_of uids.pcapng)
equal 018bcfe5-6800-8000 "${uid:0:18}" 'the time in a uid'
equal 00112233445566778899aabbccddeeff "$(jq -r 'select(.kind == "packet").host' out)" 'the host of a packet'
vsd -r uids.pcapng -w copy.pcapng
equal "$uid" "$(uid_of copy.pcapng)" 'the uid in a copy'
vsd -r uids.pcapng -w copy.pcap
check 'a copy without ids has another uid' [ "$uid" != "$(uid_of copy.pcap)" ]
equal null "$(jq -r 'select(.kind == "packet").host' out)" 'the host of a packet in a pcap file'
for change in s/host=00/host=ff/ s/boot=01/boot=ff/ s/vsockmon7/vsockmon8/; do
	LC_ALL=C sed "$change" uids.pcapng >other.pcapng
	check "the same uid after $change" [ "$uid" != "$(uid_of other.pcapng)" ]
done

finish
