/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols that Wireshark needs in a plugin: its version, and the list of its protocols.
 *
 * The plugin exports no others.
 */
#include "dissector/wireshark.h"

#include <epan/proto.h>

#include "dissector/protocols/dbus.h"
#include "dissector/protocols/gvproxy.h"
#include "dissector/protocols/jsonrpc.h"
#include "dissector/protocols/qga.h"
#include "dissector/protocols/sd-notify.h"
#include "dissector/protocols/ttrpc.h"
#include "dissector/protocols/varlink.h"
#include "dissector/vsock.h"

#define EXPORTED __attribute__((visibility("default")))

EXPORTED extern const char plugin_version[];
EXPORTED extern const int plugin_want_major;
EXPORTED extern const int plugin_want_minor;
EXPORTED void plugin_register(void);

const char plugin_version[] = PLUGIN_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

#if WIRESHARK_DESCRIBES_PLUGINS
EXPORTED uint32_t plugin_describe(void);

uint32_t plugin_describe(void)
{
	return WS_PLUGIN_DESC_DISSECTOR;
}
#endif

void plugin_register(void)
{
	/* Wireshark calls all first functions before all second ones, so the tables exist then. */
	static const proto_plugin plugins[] = {
	    {vsock_register_protocol, vsock_register_handoff},
	    {ttrpc_register_protocol, ttrpc_register_handoff},
	    {gvproxy_register_protocol, gvproxy_register_handoff},
	    {dbus_register_protocol, dbus_register_handoff},
	    {sd_notify_register_protocol, sd_notify_register_handoff},
	    {varlink_register_protocol, varlink_register_handoff},
	    {jsonrpc_register_protocol, jsonrpc_register_handoff},
	    {qga_register_protocol, qga_register_handoff},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(plugins); i++)
		proto_register_plugin(&plugins[i]);
}
