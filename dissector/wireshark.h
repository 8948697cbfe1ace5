/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the versions of Wireshark that this plugin can be built for. To be
 * included first in each file that uses epan.
 *
 * Written for 4.0; 4.2 and 4.4 differ in names here and there.
 */
#ifndef VSOCK_DISSECTOR_WIRESHARK_H
#define VSOCK_DISSECTOR_WIRESHARK_H

/* Wireshark's headers take a config.h of its own build for given, but need only this of it. */
#define WS_BUILD_DLL 0

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include <ws_version.h>

#define WIRESHARK_AT_LEAST(major, minor)                                                           \
	(WIRESHARK_VERSION_MAJOR > (major) ||                                                      \
	 (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* What a heuristic dissector returns. */
#if WIRESHARK_AT_LEAST(4, 4)
typedef bool heuristic_result;
#else
typedef gboolean heuristic_result;
#endif

/* Since 4.2 a plugin says what it is. */
#define WIRESHARK_DESCRIBES_PLUGINS WIRESHARK_AT_LEAST(4, 2)
#if WIRESHARK_DESCRIBES_PLUGINS
#include <wsutil/plugins.h>
#endif

#endif
