#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/compare, on captures of a guest and of its host that are taken at the same time.
#
# They agree, both ways round. If packets are taken out of one, --compare says that the capture lost
# them.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

export VM_RESULTS=$PWD
PATH=$BUILD/tool:$BUILD/tests/captures:$PATH "$LIVE/../captures/make/both-ends" pair >both.out 2>&1 ||
	fail "no captures: $(cat both.out)"

for ends in 'guest host' 'host guest'; do
	read -r a b <<<"$ends"
	want_status 0 vsockdump -r "pair.$a.pcapng" --compare "pair.$b.pcapng"
	want out '^flows  8 in both, 0 only in A, 0 only in B' '^8 of 8 flows equal: '
done

vsockdump -r pair.host.pcapng -w less.pcapng 'not (dst port 5102 and op rw)' 2>err
want_status 0 vsockdump -r pair.guest.pcapng --compare less.pcapng
want out 'capture-loss$' 'fwd_cnt shows that they arrived'
