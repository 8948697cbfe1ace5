#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers --follow, --ladder and --export: failures, gaps, and many flows. tests/golden has their output.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# cut_record SECOND FRACTION CAPTURED FRAME_ARGUMENT...: a frame that was captured in part.
cut_record() {
	local on_wire=$((76 + ${#9})) captured=$3
	le32 "$1"
	le32 "$2"
	le32 "$captured"
	le32 $on_wire
	shift 3
	frame "$@" | head -c "$captured"
}

# --- --follow

# With a filter the file is read twice, with all options, and its faults are reported once.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1024 2 80 1 ''
	record 1700000000 1 2 80 3 1024 2 ''
	record 1700000000 2 3 1024 2 80 5 GET
	record 1700000000 3 3 1025 2 81 1 ''
	record 1700000000 4 2 81 3 1025 2 ''
	record 1700000000 5 3 1025 2 81 5 PUT
} >whole.pcap
head -c -1 whole.pcap >whole-cut.pcap
vsd -r nothing.pcap --follow 0 len = 3
expect 5 'vsockdump: nothing.pcap: cannot open: No such file or directory' 'no file, with a filter'
vsd -r whole-cut.pcap --follow 0 --raw port 80 and len = 3
expect 5 'vsockdump: whole-cut.pcap: .*' 'a file cut short, with a filter'
equal 1 "$(grep -c '^vsockdump:' err)" 'a file cut short, with a filter: messages'
equal GET "$(cat out)" 'a file cut short, with a filter'
vsd -r whole.pcap --export once -c 1 op rw
expect 0 '' '--export, -c and a filter'
equal 0.client "$(cd once && ls -- *.client)" '--export, -c and a filter'
vsd -r whole.pcap --export short -s 40 port 80
equal 0 "$(lines short/flows.jsonl)" '--export, headers cut by -s, and a filter'
timeout 20 "$vsockdump" -r - --follow 0.client --raw port 80 <whole.pcap >out 2>err
status=$?
expect 0 '' 'standard input that is a file, with a filter'
equal GET "$(cat out)" 'standard input that is a file, with a filter'
check 'standard input: a line says so' grep -q '^this input can be read only once, so ' err

vsd -r three.pcap --follow 0
expect 0 '' '--follow'
equal $'22:13:21.000000 client 3:1024 > host:80\n> GET /' "$(cat out)" '--follow'
vsd -r three.pcap --follow 1
expect 5 'vsockdump: there is no flow 1: the highest number is 0; --flows lists them' '--follow of no flow'
vsd -r three.pcap --follow 0 -w copy.pcap
expect 0 '' '--follow and -w'
equal 2 "$(lines out)" '--follow and -w'
check '--follow and -w: the capture' cmp -s three.pcap copy.pcap
timeout 20 "$vsockdump" -r three.pcap --follow 0 2>err >/dev/full
status=$?
expect 6 'vsockdump: standard output: No space left on device' '--follow >/dev/full'

vsd -r three.pcap --follow 0.client --raw
expect 0 '' '--raw'
equal 'GET /' "$(cat out)" '--raw'
vsd -r three.pcap --follow 0.server --raw
expect 0 '' '--raw of a silent side'
check '--raw of a silent side' [ ! -s out ]
script -qec "'$vsockdump' -r three.pcap --follow 0 --raw" /dev/null >out 2>&1 </dev/null
status=$?
tr -d '\r' <out >err
expect 2 'vsockdump: --raw is not for a terminal: redirect standard output' '--raw to a terminal'

# Flows by port, CID and order, not by number.
vsd -r three.pcap --follow next.client --raw
expect 0 '' '--follow next --raw'
equal 'GET /' "$(cat out)" '--follow next --raw'
for what in port:80 port:1024 cid:3 cid:2 all; do
	vsd -tnr three.pcap --follow $what.client
	expect 0 '' "--follow $what"
	equal $'flow 0, client 3:1024 > 2:80\n> GET /' "$(cat out)" "--follow $what"
	vsd -r three.pcap --follow $what --raw
	expect 2 'vsockdump: --raw is for one flow: --follow N, or --follow next' "--follow $what --raw"
done
vsd -r three.pcap --follow port:81
expect 5 'vsockdump: no flow has port 81: --flows lists the flows' '--follow of no port'
vsd -r three.pcap --follow cid:4
expect 5 'vsockdump: no flow has CID 4: --flows lists the flows' '--follow of no CID'
vsd -r three.pcap --follow 0 port 81
expect 5 'vsockdump: flow 0: the filter matches no packet of it' '--follow of a flow that is filtered out'
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1024 2 80 5 'GET /'
} >midstream.pcap
vsd -r midstream.pcap --follow next
expect 5 'vsockdump: --follow next: no connection was opened' '--follow next of an old flow'
pcap_header 271 0xa1b2c3d4 >empty.pcap
vsd -r empty.pcap --follow 0
expect 5 'vsockdump: --follow: there is no flow' '--follow of an empty file'
vsd -r empty.pcap --follow all
expect 5 'vsockdump: --follow all: there is no flow' '--follow all of an empty file'
for wrong in port: port:x port:4294967296 nexts next:1 cid:-1 cid:3.peer all.both .client ''; do
	vsd -r three.pcap --follow "$wrong"
	expect 2 "vsockdump: --follow ${wrong//./\\.}: not the number of a flow, port:N, cid:N, next or all; .*" "--follow '$wrong'"
done

# A filter without a match is reported.
vsd -r three.pcap port 81
expect 0 '3 packets read, none matched the filter' 'a filter that chooses nothing'

# Unknown bytes keep their place.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1024 2 80 1 ''
	record 1700000000 1 2 80 3 1024 2 ''
	cut_record 1700000000 2 79 3 1024 2 80 5 'abcdef'
	cut_record 1700000000 3 76 3 1024 2 80 5 'gh'
	record 1700000000 4 3 1024 2 80 5 'ij'
} >gaps.pcap
vsd -r gaps.pcap --follow 0 --raw
expect 5 'vsockdump: flow 0, client: bytes 3 to 7 are not known' '--raw with a gap'
expect 5 'vsockdump: flow 0: zeros replace unknown bytes, 5 in total' '--raw with a gap'
equal 'abc.....ij' "$(tr '\0' . <out)" '--raw with a gap'
vsd -r gaps.pcap --follow 0
expect 0 '' '--follow with a gap'
equal 'bytes not captured' "$(grep -o 'bytes not captured' out | uniq)" '--follow with a gap'

# A capture that begins late.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 4 3 1024 2 80 5 'ij'
} >late.pcap
vsd -r late.pcap --follow 0 --raw
expect 5 'vsockdump: flow 0, client: the bytes before the capture are left out' '--raw, joined late'
equal ij "$(cat out)" '--raw, joined late'

# The table has room for one flow, which is followed until another one comes.
{
	cat late.pcap
	record 1700000001 4 3 1025 2 80 1 ''
} >two.pcap
vsd -r two.pcap --follow 0 --max-flows 1
expect 0 'vsockdump: flow 0 left the table while alive: .*' '--follow of an evicted flow'

# --- --ladder
vsd -r three.pcap --ladder 1
expect 5 'vsockdump: there is no flow 1: the highest number is 0; --flows lists them' '--ladder of no flow'
vsd -r three.pcap --ladder 0,x
expect 2 'vsockdump: --ladder 0,x: not the number of a flow.*' '--ladder, a wrong word'
vsd --ladder worst
expect 2 'vsockdump: --ladder worst: it needs a file.*' '--ladder worst without a file'
timeout 20 "$vsockdump" -r - --ladder worst <three.pcap >out 2>err
status=$?
expect 2 'vsockdump: --ladder worst reads the capture twice.*' '--ladder worst of a pipe'

# --- --top

vsd -r three.pcap --top
expect 2 'vsockdump: --top shows a capture while it runs. For a file, use --flows' '--top of a file'
vsd --top --interval 0.1
expect 2 'vsockdump: --interval 0.1: not a number of seconds from 0.2 to 60 .*' '--interval, too short'
vsd --top --interval 61s
expect 2 'vsockdump: --interval: at most 60 seconds with --top' '--interval, too long'
vsd --top --interval 1x
expect 2 'vsockdump: --interval 1x: not a number of seconds from 0.2 to 60 .*' '--interval, no number'
vsd -r three.pcap --flows --rows 3
expect 2 'vsockdump: --rows is not for use with --flows' '--rows without --top'
vsd -r three.pcap --interval 2
expect 2 'vsockdump: --interval is for use with --top or --flow-log' '--interval without --top'
vsd --top --rows 1001
expect 2 'vsockdump: --rows 1001: .*' '--rows, too many'

# --- --export

vsd -r three.pcap --export new
expect 0 '' '--export'
equal '0.client flows.jsonl' "$(cd new && echo *)" 'files'
equal 'GET /' "$(cat new/0.client)" 'what the client said'
equal 700 "$(stat -c %a new)" 'mode of the folder'
check 'nothing is printed' [ ! -s out ]
equal 'reading from file three.pcap, link-type VSOCK (Linux vsock), snapshot length 262144
1 flow, 1 of their sides with data' "$(cat err)" 'messages'
if [ "$(id -u)" = 0 ]; then mode=600; else mode=$(printf %o $((0666 & ~$(umask)))); fi
equal "$mode" "$(stat -c %a new/0.client)" 'mode of a file'
equal "$mode" "$(stat -c %a new/flows.jsonl)" 'mode of the index'
equal '{"client_file":"0.client","client_messages":null,"client_gaps":null,"server_file":null,"server_messages":null,"server_gaps":null}' \
	"$(jq -c 'with_entries(select(.key | test("_(file|messages|gaps)$")))' new/flows.jsonl)" 'index: files'
vsd -r three.pcap --flows --json
equal "$(jq -c 'del(.findings)' out)" \
	"$(jq -c 'with_entries(select(.key | test("_(file|messages|gaps)$") | not))' new/flows.jsonl)" \
	'index: the keys of --flows --json, except findings'

vsd -r gaps.pcap --export new -w copy.pcap
expect 0 '' '--export and -w'
check '--export and -w: the capture' cmp -s gaps.pcap copy.pcap
equal 'abc.....ij' "$(tr '\0' . <new/0.client)" 'gaps are zeros'
equal $'3 3 unknown\n6 2 unknown' "$(cat new/0.client.gaps)" 'list of gaps'
equal '"0.client.gaps"' "$(grep -o '"0.client.gaps"' new/flows.jsonl)" 'gaps in the index'
equal 1 "$(grep -c '1 side incomplete: see the .gaps files' err)" 'notice of gaps'

# The next export replaces the former one, and nothing else.
echo mine >new/notes
vsd -r three.pcap --export new
expect 0 '' 'a second export'
equal '0.client flows.jsonl notes' "$(cd new && echo *)" 'what a second export leaves'

# -w - is alone on standard output.
timeout 20 "$vsockdump" -r three.pcap --export new -w - >copy.pcap 2>err
status=$?
expect 0 '' '--export and -w -'
check '--export and -w -' cmp -s three.pcap copy.pcap

# Failures name the file.
vsd -r three.pcap --export missing/new
expect 6 'vsockdump: missing/new: No such file or directory' '--export into no folder'
vsd -r three.pcap --export three.pcap
expect 6 'vsockdump: three.pcap: Not a directory' '--export into a file'
rm -rf new
mkdir -p new/0.client
vsd -r three.pcap --export new
expect 6 'vsockdump: new/0.client: Is a directory' 'a folder in the way'
rm -rf new

# A file that may not grow ends. Its bytes stay, and other files continue.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1025 2 80 5 first
	record 1700000000 0 3 1024 2 80 1 ''
	record 1700000000 1 2 80 3 1024 2 ''
	block=$(printf '%04096d' 0)
	for i in {1..8}; do record 1700000000 $((i + 1)) 3 1024 2 80 5 "$block"; done
	record 1700000001 0 3 1025 2 80 5 last
} >large.pcap
(
	ulimit -f 16
	timeout 20 "$vsockdump" -r large.pcap --export full 2>err
)
status=$?
expect 6 'vsockdump: full/1.client: File too large' '--export, file size limit'
equal 1 "$(grep -c 'File too large' err)" 'messages of a file that may not grow'
equal 1 "$(grep -c '^1 file ended early because of an error$' err)" 'count of files that ended early'
equal 16384 "$(stat -c %s full/1.client)" 'what the limit left'
equal firstlast "$(cat full/0.client)" 'the other file'
equal 2 "$(lines full/flows.jsonl)" 'the index after an error of one file'

# Lengths that no kernel sends: nothing is written for them, and their flow continues.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000000 0 3 1024 2 80 1 ''
	record 1700000000 1 2 80 3 1024 2 ''
	record 1700000000 2 3 1024 2 80 5 before
	for i in {3..9}; do
		claimed=4294967280 record 1700000000 "$i" 3 1024 2 80 5 "bytes of packet $i"
	done
	claimed=65537 record 1700000001 0 3 1024 2 80 5 ''
	record 1700000001 1 3 1024 2 80 5 after
	claimed=65536 record 1700000001 2 3 1024 2 80 5 all
	record 1700000001 3 3 1025 2 80 5 other
} >claims.pcap
(
	ulimit -f 128
	timeout 20 "$vsockdump" -r claims.pcap --export claims 2>err
)
status=$?
expect 0 '' '--export of claimed lengths'
wanted=before$(printf 'bytes of packet %d' {3..9})after
equal "${wanted}all" "$(tr -d '\0' <claims/0.client)" 'bytes beside claimed lengths'
equal $((${#wanted} + 65536)) "$(stat -c %s claims/0.client)" 'size beside claimed lengths'
equal '23 4294967263 claimed' "$(head -n 1 claims/0.client.gaps)" 'the first claimed length'
equal 8 "$(grep -c ' claimed$' claims/0.client.gaps)" 'claimed lengths in .gaps'
equal 1 "$(grep -c ' 65533 unknown$' claims/0.client.gaps)" 'the longest length that is possible'
equal other "$(cat claims/1.client)" 'the flow beside claimed lengths'
timeout 20 "$vsockdump" -r claims.pcap --follow 0.client --raw 2>err | head -c 10000000 >out
status=${PIPESTATUS[0]}
expect 5 'vsockdump: flow 0, client: a header claims 4294967263 bytes more than were captured, .*' '--raw of claimed lengths'
check '--raw of claimed lengths' cmp -s claims/0.client out

# Many flows need few descriptors, and flows without data need no files.
{
	pcap_header 271 0xa1b2c3d4
	for round in 1 2; do
		for port in {1001..1024}; do record 1700000000 $round 3 "$port" 2 80 5 "$round"; done
	done
	for port in {1025..1028}; do record 1700000000 3 3 "$port" 2 80 1 ''; done
} >many.pcap
(
	ulimit -n 16
	timeout 20 "$vsockdump" -r many.pcap --export many 2>err
)
status=$?
expect 0 '' '24 flows with 16 descriptors'
equal 24 "$(cd many && find . -name '*.client' | wc -l)" 'files of 24 flows'
equal 12 "$(cat many/23.client)" 'bytes of flow 23'
equal 28 "$(lines many/flows.jsonl)" 'flows in the index'

finish
