#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/service, in a system that systemd has booted. tests/package/service starts it.
#
# The service captures into files that are readable after it was stopped, and starts again without
# loss. It has the rights that it needs and no others.
# shellcheck source=tests/live/common.sh
. "$LIVE/common.sh"

captures=/var/lib/vsockdump
unit=$(systemctl show -p FragmentPath --value vsockdump.service)
[ -f "$unit" ] || fail 'there is no vsockdump.service'
defaults=/etc/default/vsockdump

# systemd-analyze wants to see the manual page with man.
[ -e /usr/bin/man ] || { printf '#!/bin/sh\n' >/usr/bin/man && chmod 755 /usr/bin/man; }
systemd-analyze verify "$unit" >out 2>err || fail 'systemd-analyze verify'
if [ -s out ] || [ -s err ]; then fail 'systemd-analyze verify'; fi
systemd-analyze security --no-pager --threshold=15 vsockdump.service >out 2>err ||
	fail 'systemd-analyze security'
tail -n 1 out

# sysusers.d and tmpfiles.d have made them when the system booted.
[ "$(id -gn vsockdump)" = vsockdump ] || fail 'no user vsockdump with a group of that name'
[ "$(stat -c %U:%G:%a $captures)" = vsockdump:vsockdump:750 ] || fail "$(stat -c %U:%G:%a $captures)"

status_of() { systemctl show -p "$1" --value vsockdump.service; }
listening_now() { journalctl -b -u vsockdump -o cat --since "@$1" | grep -q 'listening on'; }
# start_service: starts it, and waits until it captures.
start_service() {
	local begin
	begin=$(date +%s)
	systemctl start vsockdump >out 2>err || fail "$(journalctl -b -u vsockdump -o cat)"
	until_true listening_now "$begin"
	pid=$(status_of MainPID)
}
count() {
	runuser -u vsockdump -- vsockdump --count -r "$1" 2>err | cut -d ' ' -f 1
}

listen 1234
start_service

# The process is the user, and has given up its rights. Nobody sees its interface.
grep -q "^Uid:	$(id -u vsockdump)	" "/proc/$pid/status" || fail "$(grep Uid "/proc/$pid/status")"
for set in CapInh CapPrm CapEff CapAmb; do
	grep -q "^$set:	0000000000000000" "/proc/$pid/status" || fail "$set is not empty"
done
grep -q '^CapBnd:	0000000000003000' "/proc/$pid/status" || fail "$(grep CapBnd "/proc/$pid/status")"
[ -z "$(vsockmon_links)" ] || fail "the interface is visible: $(vsockmon_links)"
[ "$(taps)" = 1 ] || fail "$(taps) taps, not 1"

echo_bytes 1234 300000
systemctl stop vsockdump
[ "$(status_of Result)" = success ] || fail "result: $(status_of Result)"
until_true no_taps

# All packets that were captured are in the files, which are whole and only for the group.
files=("$captures"/*)
[ ${#files[@]} = 1 ] || fail "files: ${files[*]}"
[ "$(stat -c %U:%G:%a "${files[0]}")" = vsockdump:vsockdump:640 ] ||
	fail "$(stat -c %U:%G:%a "${files[0]}")"
captured=$(journalctl -b -u vsockdump -o cat | sed -n 's/ packets captured$//p')
[ "$captured" -gt 20 ] || fail "$captured packets"
[ "$(count "${files[0]}")" = "$captured" ] || fail "$(count "${files[0]}") packets in the file"
vsockdump -n --flows -r "${files[0]}" >out 2>err
want out '1:1234.* 300000 +300000 '
vsockdump --json -r "${files[0]}" >out 2>err
want out '"dropped_by_kernel":0' # the end of a pcapng file that was closed

# Another start keeps these files, and begins others.
start_service
refused 9999
systemctl restart vsockdump
systemctl stop vsockdump
[ "$(count "${files[0]}")" = "$captured" ] || fail 'the first file has changed'
after=("$captures"/*)
[ ${#after[@]} -ge 2 ] || fail "files: ${after[*]}"

# A ring of small files, as the administrator set it.
echo 'VSOCKDUMP_OPTIONS="-w /var/lib/vsockdump/ring.pcapng -C 100K -W 3"' >"$defaults"
start_service
echo_bytes 1234 800000
systemctl stop vsockdump
ring=("$captures"/ring.pcapng?)
[ ${#ring[@]} = 3 ] || fail "ring: ${ring[*]}"
for file in "${ring[@]}"; do
	[ "$(stat -c %s "$file")" -le 102400 ] || fail "$file is too large"
	[ "$(count "$file")" -gt 0 ] || fail "$file is not readable"
done

# One direction takes /dev/vsock, and JSON the ids of the machine and its boot.
echo 'VSOCKDUMP_OPTIONS="-Q out -w /var/lib/vsockdump/out.pcapng"' >"$defaults"
start_service
refused 9999
systemctl stop vsockdump
[ "$(status_of Result)" = success ] || fail "-Q out: $(status_of Result)"
vsockdump --json -r $captures/out.pcapng >out 2>err
want out '"host":"[0-9a-f]{32}'

# Records and metrics beside the packets. A restart loses no record that was written.
records() { cat "$captures"/flows-*.ndjson "$captures"/flows-*.part 2>/dev/null | wc -l || :; }
echo 'VSOCKDUMP_OPTIONS="-w /var/lib/vsockdump/beside.pcapng --flow-log /var/lib/vsockdump
	--metrics /var/lib/vsockdump/vsock.prom"' >"$defaults"
start_service
echo_bytes 1234 5000
refused 9999
has_records() { [ "$(records)" -ge 3 ]; }
systemctl restart vsockdump
until_true has_records
written=$(records)
killed=$(status_of MainPID)
systemctl kill -s KILL vsockdump
listens_again() {
	pid=$(status_of MainPID)
	[ "$pid" != 0 ] && [ "$pid" != "$killed" ] &&
		journalctl -b _PID="$pid" -o cat | grep -q 'listening on'
}
until_true listens_again
echo_bytes 1234 5000
systemctl stop vsockdump
[ "$(records)" -gt "$written" ] || fail "$written records, then $(records)"
grep -h '^{"kind":"flow"' "$captures"/flows-*.ndjson | grep -q '"client_bytes":5000' ||
	fail 'no record of the connection'
grep -q '^vsockdump_records_total{kind="capture_stats"} ' "$captures/vsock.prom" || fail 'no metrics'
[ "$(stat -c %a "$captures/vsock.prom")" = 644 ] || fail "$(ls -l "$captures")"
[ "$(count "$captures/beside.pcapng")" -gt 0 ] || fail 'no packets beside the records'

# It writes nowhere else, even if everybody may.
mkdir -m 777 /srv/open
echo 'VSOCKDUMP_OPTIONS="-w /srv/open/vsock.pcapng"' >"$defaults"
systemctl start vsockdump >out 2>err || :
failed_now() { [ "$(status_of ActiveState)" != active ]; }
until_true failed_now
[ ! -e /srv/open/vsock.pcapng ] || fail 'it writes outside of its folder'
systemctl stop vsockdump
systemctl reset-failed vsockdump 2>/dev/null || :

# Wrong options are no reason to try again.
echo 'VSOCKDUMP_OPTIONS="--no-such-option"' >"$defaults"
systemctl start vsockdump >out 2>err || :
until_true failed_now
sleep 6
[ "$(status_of NRestarts)" = 0 ] || fail "$(status_of NRestarts) restarts"
[ "$(status_of ActiveState)" = failed ] || fail "wrong options: $(status_of ActiveState)"

# Files that are older than a week go.
date -s '6 days' >out
systemd-tmpfiles --clean
[ -e "${files[0]}" ] || fail 'a file of six days was removed'
date -s '2 days' >out
systemd-tmpfiles --clean
[ ! -e "${files[0]}" ] || fail 'a file of eight days is still there'
[ -d $captures ] || fail 'the folder was removed'
