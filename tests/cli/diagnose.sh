#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers the exit status of --diagnose, and that it reports failures first.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# The faults are a reset by the server, and a REQUEST without an answer for three seconds. A
# connection that is closed well comes first, because without any SHUTDOWN in the capture, a reset
# is not judged.
{
	pcap_header 271 0xa1b2c3d4
	record 1699999999 0 3 1023 2 80 1 ''
	record 1699999999 1 2 80 3 1023 2 ''
	flags=3 record 1699999999 2 3 1023 2 80 4 ''
	record 1699999999 3 2 80 3 1023 3 ''
	exchange
	record 1700000001 0 2 80 3 1024 3 ''
	record 1700000002 0 3 1025 2 80 1 ''
} >reset.pcap
{
	cat reset.pcap
	record 1700000005 0 3 1026 2 81 1 ''
	record 1700000005 1 2 81 3 1026 3 ''
} >both.pcap
# Refused only: people look for this, but it may be normal.
{
	pcap_header 271 0xa1b2c3d4
	record 1700000005 0 3 1026 2 81 1 ''
	record 1700000005 1 2 81 3 1026 3 ''
} >refused.pcap

vsd --diagnose -r three.pcap
expect 0 '' 'a healthy capture'
check 'a healthy capture' grep -q '^nothing wrong: 1 of 1 connection healthy; 5 bytes carried; ' out
equal 1 "$(lines out)" 'lines on a healthy capture'

vsd --diagnose -r refused.pcap
expect 0 '' 'only refused'
check 'only refused' grep -q '^\* host:81 refused 1 connection from CID 3\. ' out
equal '0 of 1 connection healthy, 1 refused; 0 bytes carried; captured 1 us' "$(tail -n 1 out)" 'only refused'
vsd --diagnose -q -r refused.pcap
expect 0 '' 'only refused, -q'
equal 1 "$(lines out)" 'only refused, -q'

vsd --diagnose -r reset.pcap
expect 10 '' 'a reset'
check 'a reset' grep -q '^! host:80 reset the connection ' out
refute 'no more time passed than the capture has' grep -q timeout out

vsd --diagnose -r both.pcap
expect 10 '' 'a reset, a timeout, a refusal'
equal '! ! *' "$(grep -o '^[!*]*' out | xargs -d '\n' echo)" 'the worst first'
check 'ports that answered' grep -q 'Ports of host that answered: 80\.$' out

vsd --diagnose --json -r both.pcap
expect 10 '' --json
equal 4 "$(lines out)" 'lines of --json'
check 'the verdict' grep -q '^{"kind":"verdict","verdict":"unhealthy","certain":0,"suspicious":2,"information":1,' out
vsd --diagnose --json -r three.pcap
expect 0 '' '--json, healthy'
check 'the verdict, healthy' grep -q '^{"kind":"verdict","verdict":"healthy",' out

pcap_header 271 0xa1b2c3d4 >none.pcap
vsd --diagnose -r none.pcap
expect 0 '' 'no packet'
equal 'no packets, so no diagnosis' "$(cat out)" 'no packet'

# All modes with verdicts agree, also on connections that wait at the end.
{
	cat both.pcap
	record 1700000005 2 3 1027 2 80 1 ''
} >waiting.pcap
waiting='1 connection was waiting when the capture ended: the server had not answered the REQUEST'
vsd --diagnose -r waiting.pcap
check '--diagnose names what waits' grep -qx "$waiting" out
vsd --flows -r waiting.pcap
expect 0 '' '--flows with a connection that waits'
check '--flows names what waits' grep -qx "$waiting" out
vsd --diagnose --json -r waiting.pcap
wanted=$(for verdict in healthy unhealthy refused waiting; do
	grep -o "\"${verdict}_connections\":[0-9]*" out | sed 's/.*://'
done | xargs)
vsd --flows --json -r waiting.pcap
equal "$wanted" "$(for verdict in healthy unhealthy refused waiting; do
	grep -c "\"verdict\":\"$verdict\"" out
done | xargs)" 'verdicts of --flows --json'

# The status of a failure replaces that of a verdict.
head -c -1 both.pcap >cut.pcap
vsd --diagnose -r cut.pcap
expect 5 'vsockdump: cut.pcap: .*' 'a file cut short'
check 'the verdict on the packets before the cut' grep -q '^! host:80 reset the connection ' out
timeout 20 "$vsockdump" --diagnose -r both.pcap >/dev/full 2>err
status=$?
expect 6 'vsockdump: standard output: No space left on device' 'a full disk'
timeout 20 "$vsockdump" --diagnose -r both.pcap -w copy.pcap >out 2>err
status=$?
expect 10 '' 'with -w'
check 'with -w: the copy differs' cmp -s both.pcap copy.pcap

# Findings in other modes do not change the exit status.
for mode in -n --json --flows '--flows --json'; do
	# shellcheck disable=SC2086 # the modes are lists of options
	vsd $mode -r both.pcap
	expect 0 '' "$mode"
	check "$mode: no finding" grep -q 'connect-timeout' out
	# shellcheck disable=SC2086
	vsd $mode --no-findings -r both.pcap
	expect 0 '' "$mode --no-findings"
	refute "$mode: a finding" grep -q 'connect-timeout' out
done

vsd --diagnose --flows -r three.pcap
expect 2 'vsockdump: --diagnose and --flows: only one at a time' '--diagnose --flows'
vsd --diagnose --no-findings -r three.pcap
expect 2 'vsockdump: --no-findings is not for use with --diagnose' '--diagnose --no-findings'

finish
