#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers the sandbox of -r (tool/confine): the privileges that the process has while it reads.
#
#   confined.sh VSOCKDUMP SECCOMP
#
# SECCOMP is the mode that /proc shows: 2, or 0 if the build has no sandbox.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"
seccomp=$2

# status_of FIELD: its value in /proc for the running program.
status_of() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$reader/status"
}

# While it waits for a pipe, it shows the packets that it has.
start() {
	mkfifo pipe 2>/dev/null
	"$vsockdump" -l -r pipe "$@" >out 2>err &
	reader=$!
	exec 9>pipe
	cat three.pcap >&9
	local tries=0
	until grep -q 'length 5' out || [ $((tries += 1)) -gt 200 ]; do sleep 0.05; done
}

stop() {
	exec 9>&-
	wait "$reader"
	status=$?
}

start
equal 1 "$(status_of NoNewPrivs)" 'no_new_privs'
equal "$seccomp" "$(status_of Seccomp)" 'the filter of system calls'
for set in CapInh CapPrm CapEff CapAmb; do
	equal 0000000000000000 "$(status_of $set)" "$set while a file is read"
done
check 'no core dumps' grep -Eq 'Max core file size +0 +0 ' "/proc/$reader/limits"
if [ "$(id -u)" = 0 ]; then
	user=$(id -u vsockdump 2>/dev/null || id -u tcpdump 2>/dev/null || id -u nobody)
	equal "$user" "$(status_of Uid | cut -f 4)" 'the user that root becomes'
	equal '' "$(status_of Groups | tr -d ' ')" 'its groups'
fi
stop
expect 0 '' 'a reader in a sandbox'

start --no-sandbox
equal 0 "$(status_of Seccomp)" 'the filter of system calls with --no-sandbox'
equal 1 "$(status_of NoNewPrivs)" 'no_new_privs with --no-sandbox'
stop
expect 0 'vsockdump: warning: no sandbox \(--no-sandbox\).*' '--no-sandbox says so'

vsd -r three.pcap -Z no-such-user -w copy.pcap
expect 2 'vsockdump: -Z no-such-user: there is no such user' 'an unknown user'
refute 'a file is made for an unknown user' test -e copy.pcap

# A build with sanitizers traces itself at the end to find leaks. The kernel forbids that for a
# set-user-ID program.
if [ "$(id -u)" = 0 ] && [ "$seccomp" = 2 ]; then
	# Set-user-ID. The check is the first of all: files of names are read with the options.
	cp "$vsockdump" with-setuid
	cp "$(command -v id)" id-setuid
	chown nobody with-setuid id-setuid
	chmod 4755 with-setuid id-setuid
	echo 'secret words' >secret
	chown nobody secret
	chmod 600 secret
	chmod 755 .
	[ "$(./id-setuid -un)" = nobody ] || not_ok "set-user-ID has no effect in $work (mounted nosuid?)"
	for options in '--names-file secret -r three.pcap' '-r three.pcap' '-D' \
		'--delete-interface no-such-if' '--help'; do
		# shellcheck disable=SC2086 # words of the list
		./with-setuid $options >out 2>err </dev/null
		status=$?
		expect 3 'vsockdump: will not run set-user-ID .*' "set-user-ID $options"
		equal 1 "$(lines err)" "messages of set-user-ID $options"
		equal 0 "$(lines out)" "output of set-user-ID $options"
	done
fi
if [ "$(id -u)" = 0 ]; then
	vsd -r three.pcap -Z nobody --export exported
	expect 0 '' 'exporting as nobody'
	equal nobody "$(stat -c %U exported)" 'owner of a folder that was made'
	equal nobody:600 "$(stat -c %U:%a exported/0.client)" 'owner and mode of an exported file'
	equal nobody:600 "$(stat -c %U:%a exported/flows.jsonl)" 'owner and mode of the list'

	mkdir mine
	vsd -r three.pcap -w mine/packets --packets-per-file 1
	expect 0 'vsockdump: warning: mine/: user .* may not create files there: continuing as root, .*' \
		'a folder of root without -Z'
	equal 3 "$(find mine -user root -name 'packets*' | wc -l)" 'files that root made'
	rm mine/packets*
	vsd -r three.pcap -Z nobody --export mine
	expect 6 'vsockdump: mine: vsockdump continues as user nobody, who may not create files there .*-Z root.*' \
		'a folder of somebody else'
	vsd -r three.pcap -Z root --export mine
	expect 0 '' 'a folder of root, as root'
	equal 'GET /' "$(cat mine/0.client)" 'what was exported as root'
else
	vsd -r three.pcap -Z root
	expect 3 'vsockdump: cannot become user root: .*' 'becoming root'
fi

# A name for the zone is a file that is read at the start.
TZ=Asia/Tokyo vsd -r three.pcap -tttt
check 'local time is known' grep -q '^2023-11-15 07:13:20' out

finish
