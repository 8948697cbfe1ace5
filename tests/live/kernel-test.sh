#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers core/check*.c.
#
# The kernel's own test of vsock does much that programs seldom do. It must succeed, and nothing of
# it proves that a kernel is wrong.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

vsock_test=$("$LIVE/../vm/vsock-test" "$(uname -r)")
ip link set lo up
capture -i vsockmon0 -s 256 -B 32768 -w test.pcapng
options=(--control-port=12345 --peer-cid=1)
"$vsock_test" --mode=server "${options[@]}" >server.log 2>&1 &
server=$!
until_true grep -q 'Listening\|Control socket' server.log
"$vsock_test" --mode=client --control-host=127.0.0.1 "${options[@]}" >client.log 2>&1 ||
	fail "the client of vsock_test failed: $(tail -n 5 client.log)"
wait $server || fail "the server of vsock_test failed: $(tail -n 5 server.log)"
end_capture INT
want err '^0 packets dropped by kernel'
grep -c '\.\.\.ok$' client.log
packets=$(sed -n 's/ packets captured$//p' err)
[ "$packets" -gt 1000 ] || fail "only $packets packets"
vsockdump -n -r test.pcapng --diagnose --fail-on certain >out 2>err || fail 'something is certain'
head -n 20 out
