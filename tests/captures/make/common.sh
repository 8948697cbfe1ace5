# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For the scripts that make captures, in the VM. A scenario is a function: it starts servers and
# clients while vsockdump captures. If anything differs from the scenario, the script ends, because
# a capture that does not show what its name says is worse than no capture.
set -Eeuo pipefail

trap 'echo "failed at line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND"' ERR
trap 'kill $(jobs -p) 2>/dev/null || :' EXIT

# The present scenario: its name, its files, the server that serve started.
name='' folder='' server=''

fail() {
	echo "FAIL: $*"
	exit 1
}

# until_true SECONDS COMMAND...: tries again and again.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# capture SCENARIO: captures while the function of that name (with _ for -) runs.
capture() {
	name=$1
	folder=$(mktemp -d)
	server=''
	echo "--- $name ($SECONDS s)"
	vsockdump -i vsockmon0 -w "$folder/$name.pcap" >"$folder/log" 2>&1 &
	local dump=$!
	until_true 10 grep -q 'listening on' "$folder/log"
	mkdir "$folder/received"
	"${name//-/_}"
	# The last packets may still be on their way to vsockdump.
	sleep 0.3
	kill -INT $dump
	wait $dump
	grep -qE '^0 packets dropped' "$folder/log" || fail "packets lost: $(cat "$folder/log")"
	keep_received
	mv "$folder/$name".* "$VM_RESULTS"
	rm -r "$folder"
}

# Writes checksums of the received bytes in the form of sha256sum, and the lengths of messages. Data
# that was not received whole is left out. An end of data does not prove that it is whole, because a
# program sees the same after a reset.
keep_received() (
	local file bytes peer whole=()
	declare -A sent=([client]=server [server]=client)
	cd "$folder/received"
	# One process for all files, because starting a process is slow in an emulated machine.
	while read -r bytes file; do
		peer=${file%.*}.${sent[${file##*.}]}.sent
		if [ -e "$peer" ] && [ "$(<"$peer")" = "$bytes" ]; then
			whole+=("$file")
		fi
	done < <(find . -regex '.*\.\(client\|server\)' -printf '%s %P\n' | sort -k 2)
	[ ${#whole[@]} -gt 0 ] || return 0
	sha256sum "${whole[@]}" >"../$name.sha256"
	for file in "${whole[@]}"; do
		[ ! -e "$file.messages" ] || cat "$file.messages" >>"../$name.messages"
	done
)

# serve [OPTION]... listen PORT [STEP]...: a server in the background, $server.
serve() {
	traffic -o "$folder/received" "$@" >"$folder/server" &
	server=$!
	until_true 10 grep -q listening "$folder/server"
}

# The server ends alone, with or without success.
served() {
	wait "$server"
}
server_fails() {
	! wait "$server" || fail "the server ended well"
}

# ask [OPTION]... connect CID PORT [STEP]...: a client, which must succeed.
ask() {
	traffic -o "$folder/received" "$@"
}
ask_fails() {
	! ask "$@" || fail "the client ended well"
}

# ## Programs that do not know vsock

# The TCP port of relay, and its process.
tcp=8080 relay=''

# tcp_listens PORT: looks into /proc, because the relay would accept a test connection.
tcp_listens() {
	grep -qsE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$1") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6
}

# relay_from LISTENER CLIENTPORT SERVERPORT: carries the next connection to this address of socat over
# vsock, and keeps its bytes. `relayed` waits for its end.
relay_from() {
	carried=$folder/received/$2-$3
	socat -t 10 -r "$carried.server" -R "$carried.client" \
		"$1" "VSOCK-CONNECT:1:$3,bind=-1:$2" &
	relay=$!
}

# relay CLIENTPORT SERVERPORT: the next connection to TCP port $tcp.
relay() {
	relay_from "TCP-LISTEN:$tcp,bind=127.0.0.1,reuseaddr" "$1" "$2"
	until_true 10 tcp_listens $tcp
}

# relay_unix SOCKET CLIENTPORT SERVERPORT: the next connection to this UNIX socket, of any user.
relay_unix() {
	rm -f "$1"
	relay_from "UNIX-LISTEN:$1,mode=666" "$2" "$3"
	until_true 10 [ -S "$1" ]
}
relayed() {
	wait "$relay"
	stat -c %s "$carried.server" >"$carried.client.sent"
	stat -c %s "$carried.client" >"$carried.server.sent"
}

# ## Servers of other programs

# in_background COMMAND...: starts a server, which runs until stop_servers.
servers=()
in_background() {
	"$@" &
	servers+=($!)
}
stop_servers() {
	[ ${#servers[@]} -gt 0 ] || return 0
	kill "${servers[@]}"
	wait "${servers[@]}" || :
	servers=()
}

# vsock_listens PORT: no test connection, which would be in the capture.
vsock_listens() {
	ss --vsock -l -n | grep ":$1 " >/dev/null
}
