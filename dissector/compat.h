/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between the versions of Wireshark that the plugin is built for. */
#ifndef DISSECTOR_COMPAT_H
#define DISSECTOR_COMPAT_H

#include <wireshark.h>
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

#endif
