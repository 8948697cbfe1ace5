#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/hybrid and tool/run/live-hybrid.c, with the real vhost-device-vsock.
#
# Two guests, each with its own vhost-device-vsock, and both with CID 3. vsockmon sees none of their
# packets. -i hybrid sees all connections, and does not mix the guests. --export writes what was sent,
# and a port without a listener is refused, in both directions.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

patience=300
device=$("$LIVE/../vm/vhost-device-vsock")
"$device" --version
share=$(mktemp -d)
guests='one two'

devices=()
for guest in $guests; do
	mkdir "$share/$guest"
	"$device" --vm "guest-cid=3,uds-path=$share/$guest/vm.vsock,socket=$share/$guest/device" \
		>"$guest.log" 2>&1 &
	devices+=("$guest=$!")
	until_true test -S "$share/$guest/device"
	TMPDIR=$share "$LIVE/../vm/nested" --timeout 600 --results "$share" \
		--vsock-device "$share/$guest/device" "$LIVE/hybrid-guest" "$guest" >"$guest.out" 2>&1 &
	echo $! >"$guest.pid"
	# The host's side of port 5555.
	socat -t 60 "UNIX-LISTEN:$share/$guest/vm.vsock_5555,fork" EXEC:cat &
done

want_status 0 vsockdump --check
[ "$(grep -c 'seen by -i hybrid' out)" = 2 ] || fail 'not two machines'
vsockdump -w kernel.pcap 2>kernel.err &
kernel=$!
until_true grep -q 'listening on vsockmon' kernel.err
capture -i hybrid --process -B 32768 -w hybrid.pcapng
want err '^listening on hybrid \(2 UNIX sockets, watched by BPF\)'

# reached GUEST FILE: the guest lives, and has written this file.
reached() {
	kill -0 "$(cat "$1.pid")" 2>/dev/null || fail "no guest: $(cat "$1.out")"
	[ -e "$share/$1.$2" ]
}

client() {
	[ "$("$LIVE/hybrid-client" device "$share/$guest/vm.vsock" "$@")" = good ] || fail "the client: $*"
}

for guest in $guests; do
	until_true reached "$guest" listening
done
for i in 1 2 3; do
	for guest in $guests; do
		head -c 300000 /dev/urandom >"$share/$guest.asked$i"
		client file "$share/$guest.asked$i"
	done
done
for guest in $guests; do
	client refused 99
done
touch "$share/ask"
for guest in $guests; do
	until_true reached "$guest" finished
done
sleep 1
end_capture INT
[ "$capture_status" = 0 ] || fail "exit status $capture_status"
want err '^0 packets dropped by kernel$'
! grep cut err || fail 'payload could not be read'
kill -INT $kernel
wait $kernel || fail 'the capture of the kernel failed'
want kernel.err '^0 packets captured$'
touch "$share/stop"

# The process of its device tells which guest that is.
vsockdump --process --flows --json -r hybrid.pcapng >flows
vsockdump -r hybrid.pcapng --export streams
"$LIVE/hybrid-flows" flows streams "$share" "${devices[@]}" | sort | tee found
for guest in $guests; do
	for i in 1 2 3; do
		echo "$guest guest 5555 healthy $guest.sent$i socat"
		echo "$guest host 1234 healthy $guest.asked$i python3"
	done
	echo "$guest guest 6666 refused refused nothing no-program"
	echo "$guest host 99 refused refused nothing python3"
done | sort | diff - found || fail 'other connections'
! grep '_buf_alloc":[0-9]' flows || fail 'credit that nobody saw'
! grep 'vhost-device-vsock-pid' flows || fail 'a name for a CID that two machines have'
