#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/check, lib/bpf-tap/tap.c, tool/run/blind-spot.c.
#
# --check changes nothing, and says what a capture then really does. Each command that it recommends
# works. It also runs on a kernel without vsockmon.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

# What a check must not change: modules, interfaces, and the files of /dev.
state() {
	cut -d ' ' -f 1 /proc/modules | sort
	ip -o link | cut -d ' ' -f 2
	ls -R /dev
}

# value KEY LINE: the text of a key of JSON.
value() {
	sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" <<<"$2"
}

# checked STATUS: both screens have this status and change nothing. Leaves them in text and json, and
# the last line of JSON in $result.
checked() {
	state >before
	want_status "$1" vsockdump --check
	mv out text
	want_status "$1" vsockdump --check --json
	mv out json
	state >after
	cmp before after || fail "the check changed: $(diff before after)"
	[ "$(wc -l <text)" -le 40 ] || fail 'more than a screen'
	! grep -v 'setcap' text | grep -E '^.{81}' || fail 'a line of more than 80 columns'
	result=$(tail -n 1 json)
	grep -q "\"exit_status\":$1," <<<"$result" || fail "not the status: $result"
}

# captures STATUS ARG...: a capture gives this status; 0: it sees a packet.
captures() {
	local status=$1
	shift
	if [ "$status" != 0 ]; then
		want_status "$status" timeout -s INT 20 vsockdump "$@"
		return
	fi
	capture -l -n "$@"
	refused 9999
	until_true grep -q RST out
	end_capture INT
	[ "$capture_status" = 0 ] || fail "exit status $capture_status"
}

# recommended: each command that the check recommends, one a line.
recommended() {
	while read -r line; do value run "$line"; done <json | sort -u
}

# The VM has loaded some, and other scripts may have.
for module in vsockmon vsock_diag vsock_loopback vhost_vsock vmw_vsock_virtio_transport \
	vmw_vsock_vmci_transport vsock; do
	[ ! -e /sys/module/$module ] || until_true modprobe -r $module
done
! grep '^vsock' /proc/modules || fail 'vsock is loaded'

# The VM hides vsockmon's file. A kernel without vsockmon does not list it either, and then loads
# nothing that it depends on.
with_vsockmon() {
	[ -e "$(modinfo -n vsockmon 2>/dev/null)" ]
}
with_vsockmon || depmod

# With all rights. No module is loaded, but the kernel would load them.
checked 0
source=$(value source "$result")
if with_vsockmon; then
	[ "$source" = vsockmon ] || fail "$source instead of vsockmon"
	want text '^  ok    vsockmon    not loaded; the kernel loads it for a capture'
else
	[ "$source" = bpf ] || fail "$source instead of bpf"
	want text '^  warn  vsockmon    this kernel has no vsockmon'
fi
want text '^  skip  cid         none: vsock is not loaded' '^  skip  loopback    .*not loaded; the first'
recommended >commands
want commands '^modprobe vsock_diag$' '^vsockdump$'

# A capture without packets says why, and names the check.
capture -n
end_capture INT
want err '^no packet seen: no vsock module was loaded .*; vsockdump --check says'

# What the check recommends does what it says.
grep -v ^vsockdump commands | while read -r command; do
	sh -c "$command" || fail "$command"
done
state >after
! cmp -s before after || fail 'the comparison does not notice a module'
checked 0
if [ "$source" = bpf ]; then
	# The capture made the kernel load it, as the check had said.
	want text '^  ok    loopback    connections inside'
else
	want text '^  skip  loopback    vsock_loopback is not loaded; connections to CID 1 fail$'
	command=$(value run "$(grep '"check":"loopback"' json)")
	[ "$command" = 'modprobe vsock_loopback' ] || fail "recommends '$command'"
	$command
fi
captures 0
listen 1234
checked 0
want text '^  ok    loopback    connections inside' '^who listens$' \
	'^        any:1234  +stream +socat \(pid [0-9]+\)$'
want json '^\{"kind":"listener","cid":null,"port":1234,"type":"stream","pid":[0-9]+,"command":"socat"\}$'

# The name of a process is text of a stranger.
cp "$(command -v socat)" $'./so\e[1m"\\x'
PATH=.:$PATH $'so\e[1m"\\x' -u VSOCK-LISTEN:1235 /dev/null &
until_true listening 1235
checked 0
want text '^        any:1235  +stream +so\\x1b\[1m"\\x5cx \(pid'
want json '"port":1235,.*"command":"so\\u001b\[1m\\"\\\\x"\}$'

# A process in another place cannot be found, or is not ours to see.
nobody_with ''
checked 3
want text '^  fail  rights' '^Capturing does not work: exit status 3\.' '^        any:1234  +stream +process not known$'
captures 3
command=$(value run "$result")
as=()
# It names the program that runs, so a copy gets the capabilities.
program=$(command -v vsockdump)
cp "$program" ./vsockdump-copy
[ "$command" = "setcap cap_net_raw,cap_net_admin+ep $program" ] || fail "recommends $command"
${command% *} ./vsockdump-copy
if [ "$source" = vsockmon ]; then
	chmod 755 vsockdump-copy
	setpriv --reuid=65534 --regid=65534 --clear-groups ./vsockdump-copy --check >out 2>err ||
		fail 'the capabilities of the file do not help'
	want out "^  ok    rights      from the program's file: CAP_NET_RAW, CAP_NET_ADMIN" \
		'^  ok    interface   none; a capture makes one and removes it'
fi

# With fewer rights, the check and the capture agree, and the check names the source that works.
for rights in +net_raw +net_admin +net_raw,+net_admin +sys_admin +net_raw,+net_admin,+sys_admin; do
	nobody_with "$rights"
	status=0
	"${as[@]}" vsockdump --check --json >json 2>err || status=$?
	checked $status
	if [ $status != 0 ]; then
		captures $status
		continue
	fi
	# shellcheck disable=SC2046 # words of a command
	captures 0 $(value run "$result" | cut -s -d ' ' -f 2-)
done

# An interface that is up needs only CAP_NET_RAW.
as=()
if [ "$source" = vsockmon ]; then
	state >before
	vsockdump --create-interface vsockmon7
	state >after
	! cmp -s before after || fail 'the comparison does not notice an interface'
	nobody_with +net_raw
	checked 0
	want text '^  ok    interface   vsockmon7 is up'
	captures 0
	as=()
	ip link set vsockmon7 down
	nobody_with +net_raw
	checked 3
	captures 3
	as=()
	vsockdump --delete-interface vsockmon7
fi

# In a user namespace, vsockmon works, and BPF does not.
as=(unshare --user --map-root-user --net)
if [ "$source" = vsockmon ]; then status=0; else status=4; fi
checked $status
want json '"check":"rights".*, in a user namespace"'
captures $status
