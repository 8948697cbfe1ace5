#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/extcap: what Wireshark asks a capture program. Standard error has nothing unless the
# program fails, and then one line.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh" || exit 1

# silent WHAT: the last vsd succeeded without a word on standard error.
silent() {
	expect 0 '' "$1"
	equal '' "$(cat err)" "$1: standard error"
}

vsd --extcap-interfaces --extcap-version=4.0
silent --extcap-interfaces
check 'its version' grep -Eqx 'extcap \{version=[0-9]+\.[0-9]+\.[0-9]+\}' out
equal 'interface {value=vsock}{display=vsock: host and virtual machines}' "$(grep ^interface out)" 'the interface'
equal 2 "$(lines out)" 'two lines'

vsd --extcap-dlts --extcap-interface vsock
silent --extcap-dlts
equal 'dlt {number=271}{name=VSOCK}{display=vsock}' "$(cat out)" 'the link type'

vsd --extcap-config --extcap-interface vsock
silent --extcap-config
equal '--source --snapshot-length --process' \
	"$(sed -n 's/^arg {number=[0-9]*}{call=\([^}]*\)}.*/\1/p' out | xargs)" 'what can be chosen'
equal auto "$(sed -n 's/^value .*{value=\([^}]*\)}.*{default=true}/\1/p' out)" 'the default source'
check 'a private interface' grep -q '{value=private}' out
equal '' "$(grep -Ev '^(arg|value) (\{[^{}]*\})+$' out)" 'the grammar of each line'

# Wireshark shows the first line of standard output. None: the filter is right.
while IFS='|' read -r filter wanted; do
	vsd --extcap-capture-filter "$filter" --extcap-interface vsock
	silent "the filter $filter"
	check "the filter $filter: $(cat out)" grep -Eqx "$wanted" <(head -n 1 out; echo)
done <<'END'
|
port 1234 and op rw|
pid 3 or command socat|
prt 1234|vsockdump: filter: column 1: .*found "prt"
port 1234 and|vsockdump: filter: .*
-x|vsockdump: filter: .*
END
vsd --extcap-capture-filter 'port 1234 and op rw' --extcap-interface vsock
equal '' "$(cat out)" 'a right filter'

# Failures: one line, nothing on standard output, and the FIFO does not stay without a writer.
while IFS='|' read -r wanted arguments pattern; do
	mkfifo fifo
	timeout 20 cat fifo >captured &
	reader=$!
	# shellcheck disable=SC2086 # options are words
	vsd --extcap-interface vsock --capture --fifo fifo $arguments
	expect "$wanted" "$pattern" "--capture $arguments"
	equal 1 "$(lines err)" "--capture $arguments: one line"
	equal 0 "$(lines out)" "--capture $arguments: no output"
	wait $reader
	equal 0 $? "--capture $arguments: the reader's exit status"
	rm fifo
done <<'END'
2|--extcap-capture-filter prt|vsockdump: filter: column 1: .*
2|--snapshot-length 999999|vsockdump: -s 999999: not a number from 0 to 262144
4|--source eth9|vsockdump: -i eth9: .*
END
vsd --extcap-interface vsock --capture
expect 2 'vsockdump: --capture needs --fifo, the pipe to Wireshark' 'no FIFO'
vsd --extcap-interface eth0 --extcap-dlts
expect 4 'vsockdump: --extcap-interface eth0: the only one is vsock' 'another interface'
vsd --extcap-interface vsock --bogus
expect 2 'vsockdump: --bogus: .*vsockdump --help.*' 'another option'
vsd --extcap-interface vsock
expect 2 'vsockdump: nothing is asked: .*' 'no question'
vsd --extcap-version
expect 2 'vsockdump: --extcap-version: .*lacks its argument.*' 'no argument'
finish
