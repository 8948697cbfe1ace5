#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers lib/hybrid/hybrid.bpf.c, hybrid.c, layout.c, tool/run/live-hybrid.c.
#
# -i hybrid shows what passes the UNIX sockets of VMMs. The VMMs are hybrid-peer, which only speaks
# their handshake: Firecracker's, that of its sequenced packets, and that of vhost-device-vsock.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

# peer KIND PATH: starts one. What is written to descriptor 7 makes its guest ask.
peer() {
	rm -f asks
	mkfifo asks
	"$LIVE/hybrid-peer" "$1" "$2" <asks >peer.out 2>peer.err &
	peer=$!
	exec 7>asks
	until_true grep -q listening peer.out
}

# end_peer: stops it.
end_peer() {
	exec 7>&-
	kill $peer
	wait $peer || :
}

client() {
	[ "$("$LIVE/hybrid-client" "$@" | tail -n 1)" = good ] || fail "the client: $*"
}

# shows TEXT...: the capture ends, and its connections are these, in this order.
shows() {
	sleep 0.3
	end_capture INT
	[ "$capture_status" = 0 ] || fail "exit status $capture_status"
	want err '^0 packets dropped by kernel$'
	rm -rf streams
	mkdir streams
	"$LIVE/hybrid-streams" hybrid.pcap streams >flows
	printf '%s\n' "$@" | diff - flows || fail 'other connections'
}

# Nothing to watch, no rights: messages that say what to do.
want_status 4 vsockdump -i hybrid
want err 'no virtual machine with hybrid vsock was found.*--hybrid-socket PATH$'
want_status 4 vsockdump -i hybrid --hybrid-socket /no/such/folder/v.sock
want err 'the folder of this socket does not exist'
want_status 2 vsockdump -i hybrid --hybrid-socket /tmp/
want_status 2 vsockdump --hybrid-socket v.sock
want err 'needs -i hybrid'
nobody_with ''
want_status 3 vsockdump -i hybrid --hybrid-socket v.sock
want err 'CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON'
as=()
vsockdump -D >out
want out '^[0-9]+\.hybrid '

# Both directions, refusals on both, data in all forms, and what is no handshake. The capture begins
# before there is a socket.
mkdir vm
capture -i hybrid --hybrid-socket vm/v.sock -w hybrid.pcap
peer firecracker "$PWD/vm/v.sock"
client firecracker vm/v.sock pieces
client firecracker vm/v.sock early
printf 'CONNECT 99\n' | socat -t 10 - UNIX-CONNECT:vm/v.sock
client firecracker vm/v.sock junk
client firecracker vm/v.sock endless
client firecracker vm/v.sock silent
socat -u UNIX-LISTEN:vm/v.sock_5555 CREATE:got &
until_true test -S vm/v.sock_5555
echo '5555 hello' >&7
until_true grep -q answer peer.out
rm -f vm/v.sock_5555
echo '5555 nobody' >&7
until_true grep -q 'No such file' peer.out
echo '007 not a port' >&7
head -c 300000 /dev/urandom >sent
{ printf 'CONNECT 1234\n' && cat sent; } | socat -t 10 - UNIX-CONNECT:vm/v.sock | tail -c 300000 |
	cmp - sent || fail 'the echo differs'
end_peer
[ "$(cat got)" = hello ] || fail 'the host got something else'
# A program of the host may write the same: nobody says who the guest is.
shows '0 host 4294967295 1234 accepted 70006 70006' '1 host 4294967295 1234 accepted 5 5' \
	'2 host 4294967295 99 refused 0 0' '3 guest 4294967295 5555 accepted 5 0' \
	'4 guest 4294967295 5555 refused 0 0' '5 host 4294967295 1234 accepted 300000 300000'
want err '^2 connections without a handshake of vsock, not shown$'
cmp sent streams/5.client || fail 'what the client sent is not in the capture'
cmp sent streams/5.server || fail 'what the server sent is not in the capture'
[ "$(cat streams/1.client)" = early ] || fail 'early data'
! grep -q cut err || fail 'payload could not be read'

# Sequenced packets; a socket without a file.
rm -f vm/v.sock
capture -i hybrid --hybrid-socket vm/v.sock --hybrid-socket @v -w hybrid.pcap
peer seqpacket vm/v.sock
client seqpacket vm/v.sock packets
end_peer
peer abstract v
client abstract v early
end_peer
shows '0 host 4294967295 1234 accepted 8 8' '1 host 4294967295 1234 accepted 5 5'

# sendfile(): what cannot be read is counted, and nothing is invented.
rm -f vm/v.sock
peer device vm/v.sock
capture -i hybrid --hybrid-socket vm/v.sock -w hybrid.pcap
client device vm/v.sock sendfile
end_peer
shows '0 host 4294967295 4321 accepted 5000 5000'
want err '^[1-9][0-9]* packets? cut: payload could not be read$'
[ ! -s streams/0.client ] || fail 'invented bytes'

# Older than the capture; snapshot length; processes. With two capabilities, and none later.
rm -f vm/v.sock
peer device vm/v.sock
mkfifo go
"$LIVE/hybrid-client" device vm/v.sock old go >client.out &
client=$!
until_true grep -q connected client.out
chmod 777 .
rm -f hybrid.pcap
nobody_with +bpf,+perfmon
capture -i hybrid --hybrid-socket "$PWD/vm/v.sock" -s 34 -w hybrid.pcap
for set in CapInh CapPrm CapEff CapAmb; do
	grep -q "^$set:	0000000000000000" "/proc/$capture/status" || fail "$set is not empty"
done
grep -q '^Seccomp:	2' "/proc/$capture/status" || fail 'no sandbox'
echo >go
wait $client
grep -q good client.out || fail 'the old client'
end_peer
as=()
shows '0 host 4294967295 ? unknown 5 5 old'
[ "$(cat streams/0.client)" = af ] || fail 'the snapshot length'

rm -f vm/v.sock
peer device vm/v.sock
pid=$peer
capture -i hybrid --hybrid-socket vm/v.sock --process -v -l
client device vm/v.sock early
client device vm/v.sock refused 99
until_true grep -q refused out
end_capture INT
want out "host:\\?1073741824 > any:1234 CONNECT.*python3 \\(pid [0-9]+\\) > python3 \\(pid $pid\\)"
want out "any:99 > host:\\?1073741825 DISCONNECT.*python3 \\(pid $pid\\) > python3 \\(pid [0-9]+\\)"
end_peer

# One port without a handshake, as of libkrun. A program with its name is the machine.
socat UNIX-LISTEN:vm/port.sock,fork EXEC:cat &
until_true test -S vm/port.sock
capture -i hybrid --hybrid-socket 1024:vm/port.sock -w hybrid.pcap
[ "$(echo raw | socat -t 10 - UNIX-CONNECT:vm/port.sock)" = raw ] || fail 'no echo'
python3 -c '
import socket
open("/proc/self/comm", "w").write("VM:box")
guest = socket.socket(socket.AF_UNIX)
guest.connect("vm/port.sock")
guest.sendall(b"guest")
guest.recv(5)'
shows '0 host 4294967295 1024 accepted 4 4' '1 guest 4294967295 1024 accepted 5 5'

# Machines that are found: two have the same path, each in its own folder, and the same CID. So no name
# is shown for it. One machine alone has a name.
machine() {
	mkdir -p "$1"
	mkfifo "$1/asks"
	(cd "$1" && exec -a vhost-device-vsock python3 "$LIVE/hybrid-peer" device v.sock \
		--guest-cid="$2" --uds-path=v.sock) <"$1/asks" >"$1.out" 2>&1 &
	# shellcheck disable=SC2034 # it stays open, so the machine waits
	exec {asks}>"$1/asks"
	until_true grep -q listening "$1.out"
}
machine one 3
capture -i hybrid -v -l
client device one/v.sock early
until_true grep -q DISCONNECT out
end_capture INT
want out 'host:\?1073741824 > vhost-device-vsock-pid[0-9]+\(3\):1234 CONNECT'
machine two 3
want_status 0 vsockdump --check
[ "$(grep -c 'seen by -i hybrid' out)" = 2 ] || fail 'not two machines'
capture -i hybrid -w hybrid.pcap
client device one/v.sock early
client device two/v.sock early
printf 'CONNECT 99\n' | socat -t 10 - UNIX-CONNECT:two/v.sock
shows '0 host 3 1234 accepted 5 5' '1 host 3 1234 accepted 5 5' '2 host 3 99 refused 0 0'
vsockdump -r hybrid.pcap >out
! grep vhost-device out || fail 'a name for two machines'

# /proc hides the processes of others: a message, or the socket that was named.
chmod 755 one
mount -o remount,hidepid=2 /proc
rm -f hybrid.pcap
nobody_with +bpf,+perfmon
want_status 4 vsockdump -i hybrid
want err '/proc hides the processes of other users.*--hybrid-socket PATH$'
capture -i hybrid --hybrid-socket one/v.sock -w hybrid.pcap
client device one/v.sock early
as=()
mount -o remount,hidepid=0 /proc
shows '0 host 4294967295 1234 accepted 5 5'
