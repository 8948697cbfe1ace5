#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what is missing, builds the Wireshark plugin, opens captures with it in Wireshark on a
# separate display, and takes the pictures in docs/images.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

build=${BUILD_DIR:-$top/build-screenshots}
images=$top/docs/images
width=1280 height=800

install_missing "$top"/scripts/packages/{build,dissector,screenshots}
build "$build" -DBUILD_TESTING=OFF

home=$(mktemp -d)
pids=()
clean_up() {
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || :
	wait
	rm -rf "$home"
}
trap clean_up EXIT

# Wireshark loads no plugins from the home of root, so root runs it as nobody.
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

prepare_home() {
	local version plugins profiles=$home/.config/wireshark/profiles
	version=$(pkg-config --modversion wireshark)
	plugins=$home/.local/lib/wireshark/plugins/${version%.*}/epan
	mkdir -p "$plugins" "$profiles" "$home/runtime"
	cp "$build/dissector/vsock.so" "$plugins/"
	cp -r "$top/dissector/profile/vsock" "$profiles/"
	cat >"$home/.config/wireshark/recent_common" <<-END
		gui.geometry_main_x: 0
		gui.geometry_main_y: 0
		gui.geometry_main_width: $width
		gui.geometry_main_height: $height
	END
	local name
	for name in http-objects.pcap refused.pcap stall-recovers.pcap many.pcap \
		kernels/nonlinear-64k-6.12.88.pcapng; do
		xz -dc "$top/tests/captures/$name.xz" >"$home/${name##*/}"
	done
	chmod -R a+rwX "$home"
	[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$home"
	chmod 700 "$home/runtime"
}

start_display() {
	local number
	exec {displays}<> <(:)
	Xvfb -displayfd "$displays" -screen 0 "${width}x${height}x24" >"$home/xvfb.log" 2>&1 &
	pids+=($!)
	read -r -t 20 -u "$displays" number || die "no display: $(cat "$home/xvfb.log")"
	export DISPLAY=:$number
}

# await TITLE: waits for a window with this in its title, and sets $window to its number.
await() {
	local tries
	for ((tries = 0; tries < 120; tries++)); do
		window=$(xdotool search --onlyvisible --name "$1" 2>/dev/null | head -n 1) || :
		if [ -n "$window" ]; then
			sleep 2 # until its content is drawn
			return
		fi
		sleep 0.5
	done
	die "Wireshark shows no window '$1': $(cat "$home/wireshark.log")"
}

# open CAPTURE PACKET: shows the capture with this packet selected.
open() {
	(cd "$home" && exec env HOME="$home" XDG_RUNTIME_DIR="$home/runtime" LC_ALL=C.UTF-8 TZ=UTC0 \
		QT_X11_NO_MITSHM=1 "${as_user[@]}" \
		wireshark -C vsock -r "$1" -g "$2") >"$home/wireshark.log" 2>&1 &
	wireshark=$!
	pids+=("$wireshark")
	await "$1"
	sleep 3
	main=$window
}

close() {
	kill "$wireshark"
	wait "$wireshark" 2>/dev/null || :
}

# press KEY...: in the main window.
press() {
	xdotool windowfocus --sync "$main"
	local key
	for key; do
		xdotool key "$key"
		sleep 0.5
	done
	sleep 1
}

# Opens everything in the details of the packet, and shows the end.
expand_details() {
	press ctrl+Right
	xdotool mousemove $((width / 4)) $((height * 7 / 10)) click 1
	press End
}

shoot() { # shoot NAME
	import -window root +dither -colors 128 "png8:$images/$1.png"
	say "docs/images/$1.png"
}

# choose_item N: of the menu Statistics.
choose_item() {
	local keys=(alt+s) i
	for ((i = 1; i < $1; i++)); do
		keys+=(Down)
	done
	press "${keys[@]}" Return
}

mkdir -p "$images"
prepare_home
start_display

open http-objects.pcap 3
expand_details
shoot wireshark-packets
press alt+t Down Down Return
await 'Follow vsock Stream'
shoot wireshark-follow
close

open many.pcap 1
press alt+s c
await 'Conversations'
shoot wireshark-conversations
xdotool windowclose "$window"
choose_item 12
await 'vsock streams'
shoot wireshark-streams
close

open refused.pcap 2
expand_details
shoot wireshark-refused
close

open stall-recovers.pcap 14
expand_details
shoot wireshark-stalled
close

open nonlinear-64k-6.12.88.pcapng 3
expand_details
shoot wireshark-unknown
close
