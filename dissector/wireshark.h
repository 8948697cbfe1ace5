/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hides the differences between versions of Wireshark: only this file compares version numbers.
 * Each file that uses Wireshark's headers includes it first.
 *
 * One source serves 4.0, 4.4 and 4.6, and was tested with each. 4.2 was not tried: where a comment
 * says "since 4.2", it may be 4.4. Names are those of the newest version. The sources for what
 * changed when are the headers that Debian's libwireshark-dev installs.
 */
#ifndef VSOCK_DISSECTOR_WIRESHARK_H
#define VSOCK_DISSECTOR_WIRESHARK_H

/* Wireshark's headers expect the config.h of its build, but need only this. */
#define WS_BUILD_DLL 0

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include <ws_version.h>

#define WIRESHARK_AT_LEAST(major, minor)                                                           \
	(WIRESHARK_VERSION_MAJOR > (major) ||                                                      \
	 (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/*
 * A Boolean that Wireshark reads, writes, or gets from a function of ours. It was GLib's type, an
 * int, and is C's since 4.4: their sizes differ.
 */
#if WIRESHARK_AT_LEAST(4, 4)
typedef bool wireshark_bool;
#else
typedef gboolean wireshark_bool;
#endif

/* Since 4.4 functions of tvbuffs are named after C's types. */
#if !WIRESHARK_AT_LEAST(4, 4)
#define tvb_get_uint8  tvb_get_guint8
#define tvb_find_uint8 tvb_find_guint8
#endif

/* Where value_string is. */
#if WIRESHARK_AT_LEAST(4, 6)
#include <wsutil/value_string.h>
#else
#include <epan/value_string.h>
#endif

/*
 * Since 4.4 a conversation filter has data of its own, which its functions get as the last
 * argument. We need none.
 */
#if WIRESHARK_AT_LEAST(4, 4)
#define WIRESHARK_FILTER_FUNCTION(name) name(packet_info *pinfo, void *user_data _U_)
#define wireshark_register_conversation_filter(protocol, name, is_valid, build)                    \
	register_conversation_filter(protocol, name, is_valid, build, NULL)
#else
#define WIRESHARK_FILTER_FUNCTION(name)        name(packet_info *pinfo)
#define wireshark_register_conversation_filter register_conversation_filter
#endif

/* Since 4.2 the window that follows a stream asks how many there are, and for parts of streams. */
#if WIRESHARK_AT_LEAST(4, 2)
#define wireshark_register_follow(protocol, tap, filter, index, address, port, take, count)        \
	register_follow_stream(protocol, tap, filter, index, address, port, take, count, NULL)
#else
#define wireshark_register_follow(protocol, tap, filter, index, address, port, take, count)        \
	register_follow_stream(protocol, tap, filter, index, address, port, take)
#endif

/* Since 4.2 the menu Follow lists the streams of plugins. */
#define WIRESHARK_MENU_FOLLOWS_PLUGINS WIRESHARK_AT_LEAST(4, 2)

/*
 * Wireshark exports its sequence analysis, but Debian's libwireshark-dev lacks the header.
 * dissector/sequence.h declares it. Its form is known of 4.0, 4.4 and 4.6. A version with another
 * form would read and write wrong members, so others have no flow graph.
 */
#if __has_include(<epan/sequence_analysis.h>)
#define WIRESHARK_HAS_SEQUENCE_HEADER 1
#else
#define WIRESHARK_HAS_SEQUENCE_HEADER 0
#endif
#define WIRESHARK_EXPORTS_SEQUENCES                                                                \
	(WIRESHARK_HAS_SEQUENCE_HEADER || !WIRESHARK_AT_LEAST(4, 1) ||                             \
	 (WIRESHARK_AT_LEAST(4, 4) && !WIRESHARK_AT_LEAST(4, 7)))

/*
 * Since 4.2 interfaces have names in each section of a file. 4.0 has the names of the first section
 * only, and gives them to the interfaces of the same numbers in the others.
 */
#if WIRESHARK_AT_LEAST(4, 2)
#define wireshark_interface_name(epan, id, section) epan_get_interface_name(epan, id, section)
#define wireshark_interface_description(epan, id, section)                                         \
	epan_get_interface_description(epan, id, section)
#else
#define wireshark_interface_name(epan, id, section)                                                \
	((void)(section), epan_get_interface_name(epan, id))
#define wireshark_interface_description(epan, id, section)                                         \
	((void)(section), epan_get_interface_description(epan, id))
#endif

/*
 * Whether a filter, a column or an option asks for this field. Hidden fields, which repeat values
 * of others, are only added then: otherwise JSON would have each of them twice. 4.0 does not tell
 * dissectors of the fields that "tshark -e" asks for, but shows them only of complete trees. So
 * there, complete trees have all fields. 4.2 was not tried.
 */
#if WIRESHARK_AT_LEAST(4, 4)
#define wireshark_wants_field(tree, field)                                                         \
	((tree) && proto_registrar_get_nth((guint)(field))->ref_type != HF_REF_TYPE_NONE)
#else
#define wireshark_wants_field(tree, field) proto_field_is_referenced(tree, field)
#endif

/*
 * Defines what "-z COMMAND" calls from start(command), which returns false if the command cannot
 * run. Since 4.6 Wireshark ends then.
 */
#if WIRESHARK_AT_LEAST(4, 6)
#define WIRESHARK_COMMAND(name, start)                                                             \
	static bool name(const char *command, void *user_data _U_)                                 \
	{                                                                                          \
		return start(command);                                                             \
	}
#else
#define WIRESHARK_COMMAND(name, start)                                                             \
	static void name(const char *command, void *user_data _U_)                                 \
	{                                                                                          \
		(void)start(command);                                                              \
	}
#endif

/* Since 4.4 texts have the type char. */
#if WIRESHARK_AT_LEAST(4, 4)
#define wireshark_format_text(pool, text, length) format_text(pool, text, length)
#else
#define wireshark_format_text(pool, text, length) format_text(pool, (const guchar *)(text), length)
#endif

/* Since 4.2 a plugin has a description. */
#define WIRESHARK_DESCRIBES_PLUGINS WIRESHARK_AT_LEAST(4, 2)
#if WIRESHARK_DESCRIBES_PLUGINS
#include <wsutil/plugins.h>
#endif

#endif
