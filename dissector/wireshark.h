/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the versions of Wireshark: only this file compares version numbers. Each
 * file that uses Wireshark's headers includes it first.
 *
 * The plugin is written for 4.0. 4.2 and 4.4 have other names and types in a few places.
 */
#ifndef VSOCK_DISSECTOR_WIRESHARK_H
#define VSOCK_DISSECTOR_WIRESHARK_H

/* Wireshark's headers expect the config.h of its build, but need only this of it. */
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

/* Since 4.2 the menu Follow lists the streams of plugins. */
#define WIRESHARK_MENU_FOLLOWS_PLUGINS WIRESHARK_AT_LEAST(4, 2)

/*
 * Wireshark exports its sequence analysis, but Debian's libwireshark-dev lacks the header.
 * dissector/sequence.h declares what 4.0 has.
 */
#if __has_include(<epan/sequence_analysis.h>)
#define WIRESHARK_HAS_SEQUENCE_HEADER 1
#else
#define WIRESHARK_HAS_SEQUENCE_HEADER 0
#endif
#define WIRESHARK_EXPORTS_SEQUENCES (WIRESHARK_HAS_SEQUENCE_HEADER || !WIRESHARK_AT_LEAST(4, 1))

/*
 * Since 4.2 interfaces have names in each section of a file. 4.0 has the names of the first section
 * only, and gives them to the interfaces of the same numbers in the others.
 */
#if WIRESHARK_AT_LEAST(4, 2)
#define wireshark_interface_name(epan, id, section) epan_get_interface_name(epan, id, section)
#define wireshark_interface_description(epan, id, section)                                         \
	epan_get_interface_description(epan, id, section)
#else
#define wireshark_interface_name(epan, id, section)        epan_get_interface_name(epan, id)
#define wireshark_interface_description(epan, id, section) epan_get_interface_description(epan, id)
#endif

/* Since 4.2 a plugin says what it is. */
#define WIRESHARK_DESCRIBES_PLUGINS WIRESHARK_AT_LEAST(4, 2)
#if WIRESHARK_DESCRIBES_PLUGINS
#include <wsutil/plugins.h>
#endif

#endif
