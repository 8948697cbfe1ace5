# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The tests here source this file; their first argument is the plugin. It makes a home directory
# with the plugin in it, which is removed at the end.
#
# Wireshark loads no plugins from the home of root: root runs tshark as nobody.
set -u

command -v tshark >/dev/null || {
	echo 'FAILED: there is no tshark'
	exit 1
}
wireshark_version=$(tshark --version 2>/dev/null | sed -n '1s/^TShark (Wireshark) \([0-9]*\.[0-9]*\).*/\1/p')
wireshark_home=$(mktemp -d "${TMPDIR:-/tmp}/vsockdump-dissector-XXXXXX") || exit 1
trap 'rm -rf "$wireshark_home"' EXIT
wireshark_plugins=$wireshark_home/.local/lib/wireshark/plugins/$wireshark_version/epan
mkdir -p "$wireshark_plugins"
cp "$1" "$wireshark_plugins/" || exit 1

as_user=()
if [ "$(id -u)" -eq 0 ]; then
	as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	chmod -R a+rwX "$wireshark_home"
fi

# run_tshark ARG...: with the plugin. The file of "-r FILE" is opened here, as the user that tshark
# is run as may have no right to the folders above it.
run_tshark() {
	local args=() file=/dev/null
	while [ $# -gt 0 ]; do
		args+=("$1")
		if [ "$1" = -r ] && [ $# -gt 1 ]; then
			file=$2
			args+=(/dev/stdin)
			shift
		fi
		shift
	done
	env HOME="$wireshark_home" XDG_CONFIG_HOME="$wireshark_home/.config" LC_ALL=C.UTF-8 TZ=UTC0 \
		"${as_user[@]}" timeout 120 tshark "${args[@]}" <"$file"
}
