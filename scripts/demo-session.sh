#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# demo-session.sh VSOCKDUMP CAPTURE-FILE: captures three conversations over vsock with vsockdump.
# Runs as root on a kernel with vsockmon; demo.sh finds one. It prints each step.
set -euo pipefail
vsockdump=$1 file=$2

work=$(mktemp -d)
cleanup() {
	# shellcheck disable=SC2046 # one word a job
	kill $(jobs -p) 2>/dev/null || :
	wait
	rm -rf "$work"
}
trap cleanup EXIT

# Prints a command as a person would type it.
show() {
	printf '\n# %s\n' "$*"
}

wait_for() {
	for _ in $(seq 100); do
		if "$@" 2>/dev/null; then
			return
		fi
		sleep 0.1
	done
	echo "waited in vain for: $*" >&2
	exit 1
}

answers() {
	socat -u OPEN:/dev/null "VSOCK-CONNECT:1:$1"
}

mkdir "$work/www"
echo 'Hello from a web server behind vsock' >"$work/www/index.html"
busybox httpd -f -p 127.0.0.1:8000 -h "$work/www" &
socat VSOCK-LISTEN:80,fork TCP:127.0.0.1:8000 &
socat -t 5 VSOCK-LISTEN:1234,fork EXEC:cat &
wait_for answers 80
wait_for answers 1234

show 'vsockdump -i vsockmon0'
"$vsockdump" -l -i vsockmon0 --print -w "$file" 2>"$work/packets.err" &
packets=$!
"$vsockdump" -i vsockmon0 --flows >"$work/flows" 2>"$work/flows.err" &
flows=$!
wait_for grep -q 'listening on' "$work/packets.err"
wait_for grep -q 'listening on' "$work/flows.err"
grep 'listening on' "$work/packets.err"

show 'echo "Hello, vsock" | socat -t 5 - VSOCK-CONNECT:1:1234'
echo 'Hello, vsock' | socat -t 5 - VSOCK-CONNECT:1:1234
sleep 0.5

show 'curl http://127.0.0.1:8080/    (socat carries it over vsock to port 80)'
socat TCP-LISTEN:8080,bind=127.0.0.1,fork,reuseaddr VSOCK-CONNECT:1:80 &
sleep 0.5
curl -sS http://127.0.0.1:8080/
sleep 0.5

show 'socat - VSOCK-CONNECT:1:9999    (nobody listens there)'
socat -u OPEN:/dev/null VSOCK-CONNECT:1:9999 || :
sleep 1

kill -INT "$packets" "$flows"
wait "$packets" "$flows"
tail -n 3 "$work/packets.err"

show 'vsockdump -i vsockmon0 --flows    (it watched at the same time)'
cat "$work/flows"
