#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage, as root on Linux 7.0 or later: kernel-vsockmon-namespace.sh
#
# Two network namespaces with local vsock addresses open the same connection at the same time,
# 1:50001 > 1:8001. vsockmon mirrors both, and its packets do not say which namespace they are of.
# The kernel lets child_ns_mode be written once, so it stays local until the machine boots again.
# Needs: ip, unshare, socat 1.7.4 or later, tcpdump, and the modules vsockmon and vsock_loopback.
set -euo pipefail

modes=/proc/sys/net/vsock
[ -e $modes/child_ns_mode ] || { echo "this kernel has no $modes/child_ns_mode" && exit 1; }

work=$(mktemp -d)
clean_up() {
	# shellcheck disable=SC2046 # one word for each job
	kill $(jobs -p) 2>/dev/null || :
	ip link delete vsockmon9 2>/dev/null || :
	rm -rf "$work"
}
trap clean_up EXIT

modprobe -a vsockmon vsock_loopback
ip link add vsockmon9 type vsockmon
ip link set vsockmon9 up
tcpdump --immediate-mode -U -i vsockmon9 -w "$work/both.pcap" 2>"$work/tcpdump" &
tcpdump=$!
until grep -q listening "$work/tcpdump"; do sleep 0.1; done

echo local >$modes/child_ns_mode
for text in AAAAAAAA BBBBBBBB; do
	unshare -n bash -s "$text" <<'END' &
		[ "$(cat /proc/sys/net/vsock/ns_mode)" = local ] || exit 1
		socat -u VSOCK-LISTEN:8001 - >/dev/null &
		sleep 1
		(sleep 1; echo "$1"; sleep 5) | socat -u - VSOCK-CONNECT:1:8001,bind=1:50001
		wait
END
	clients+=($!)
done
wait "${clients[@]}"
kill $tcpdump
wait $tcpdump 2>/dev/null || :

# Bytes 0 and 8 of a frame are the CIDs, 16 and 20 the ports, 24 the operation: 1 is CONNECT, 4 is
# PAYLOAD. All numbers are little-endian: 50001 is 0x51c30000, 8001 is 0x411f0000.
same='link[0:4] == 0x01000000 and link[8:4] == 0x01000000 and
	link[16:4] == 0x51c30000 and link[20:4] == 0x411f0000'
connects=$(tcpdump -r "$work/both.pcap" --count "$same and link[24] == 1" 2>/dev/null | cut -d' ' -f1)
echo "Linux $(uname -r)"
echo "packets of the operation CONNECT from 1:50001 to 1:8001: $connects"
echo 'their headers, and those of the payload:'
tcpdump -t -xx -r "$work/both.pcap" "$same and (link[24] == 1 or link[24] == 4)" 2>/dev/null
