/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of streams has what the user decided for one connection. It is stronger than all else.
 *
 * The table of ports has those of users and dissectors. The well-known ports are separate, because
 * they are only habits: vsock has no registry of ports. In that table they would come before
 * heuristics. They are used for connections whose beginning was not captured.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/ports.h"

#include <epan/decode_as.h>
#include <epan/proto_data.h>

#include "dissector/fields.h"

static dissector_table_t table;
static dissector_table_t streams;

static struct {
	uint32_t port;
	const char *name;
	dissector_handle_t handle;
} well_known[] = {
    {22, "ssh", NULL}, /* systemd, Lima */
    {564, "9p", NULL},
    {8443, "tls", NULL}, /* Incus, LXD */
};

dissector_handle_t payload_ports_find(uint32_t port)
{
	return dissector_get_uint_handle(table, port);
}

dissector_handle_t payload_ports_of_stream(uint32_t stream)
{
	return dissector_get_uint_handle(streams, stream);
}

dissector_handle_t payload_ports_well_known(uint32_t port)
{
	for (size_t i = 0; i < G_N_ELEMENTS(well_known); i++)
		if (well_known[i].port == port)
			return well_known[i].handle;
	return NULL;
}

void payload_ports_remember(packet_info *pinfo, const struct stream_record *stream)
{
	if (stream)
		p_add_proto_data(pinfo->pool, pinfo, hf.stream, pinfo->curr_layer_num,
				 GUINT_TO_POINTER(stream->number));
	p_add_proto_data(pinfo->pool, pinfo, hf.port, pinfo->curr_layer_num,
			 GUINT_TO_POINTER(stream ? stream->port[VSOCK_SERVER]
						 : MIN(pinfo->srcport, pinfo->destport)));
	p_add_proto_data(pinfo->pool, pinfo, hf.src_port, pinfo->curr_layer_num,
			 GUINT_TO_POINTER(pinfo->srcport));
	p_add_proto_data(pinfo->pool, pinfo, hf.dst_port, pinfo->curr_layer_num,
			 GUINT_TO_POINTER(pinfo->destport));
}

static gpointer stream_number(packet_info *pinfo)
{
	return p_get_proto_data(pinfo->pool, pinfo, hf.stream, pinfo->curr_layer_num);
}

static gpointer server_port(packet_info *pinfo)
{
	return p_get_proto_data(pinfo->pool, pinfo, hf.port, pinfo->curr_layer_num);
}

static gpointer source_port(packet_info *pinfo)
{
	return p_get_proto_data(pinfo->pool, pinfo, hf.src_port, pinfo->curr_layer_num);
}

static gpointer destination_port(packet_info *pinfo)
{
	return p_get_proto_data(pinfo->pool, pinfo, hf.dst_port, pinfo->curr_layer_num);
}

static void ask_stream(packet_info *pinfo, gchar *text)
{
	snprintf(text, MAX_DECODE_AS_PROMPT_LEN, "stream %u",
		 GPOINTER_TO_UINT(stream_number(pinfo)));
}

static void ask_server(packet_info *pinfo, gchar *text)
{
	snprintf(text, MAX_DECODE_AS_PROMPT_LEN, "server (%u)",
		 GPOINTER_TO_UINT(server_port(pinfo)));
}

static void ask_source(packet_info *pinfo, gchar *text)
{
	snprintf(text, MAX_DECODE_AS_PROMPT_LEN, "source (%u%s)",
		 GPOINTER_TO_UINT(source_port(pinfo)), " \xe2\x86\x92");
}

static void ask_destination(packet_info *pinfo, gchar *text)
{
	snprintf(text, MAX_DECODE_AS_PROMPT_LEN, "destination (%s%u)", "\xe2\x86\x92 ",
		 GPOINTER_TO_UINT(destination_port(pinfo)));
}

static void ask_both(packet_info *pinfo, gchar *text)
{
	snprintf(text, MAX_DECODE_AS_PROMPT_LEN, "both (%u \xe2\x86\x94 %u)",
		 GPOINTER_TO_UINT(source_port(pinfo)), GPOINTER_TO_UINT(destination_port(pinfo)));
}

static void register_decode_as_port(void)
{
	static build_valid_func of_server[] = {server_port};
	static build_valid_func of_source[] = {source_port};
	static build_valid_func of_destination[] = {destination_port};
	static build_valid_func of_both[] = {source_port, destination_port};
	static decode_as_value_t values[] = {
	    {ask_server, 1, of_server},
	    {ask_source, 1, of_source},
	    {ask_destination, 1, of_destination},
	    {ask_both, 2, of_both},
	};
	static decode_as_t port = {
	    .name = "vsock",
	    .table_name = "vsock.port",
	    .num_items = G_N_ELEMENTS(values),
	    .default_index_value = 0,
	    .values = values,
	    .pre_value_str = "vsock",
	    .post_value_str = "port(s) as",
	    .populate_list = decode_as_default_populate_list,
	    .reset_value = decode_as_default_reset,
	    .change_value = decode_as_default_change,
	};

	register_decode_as(&port);
}

static void register_decode_as_stream(void)
{
	static build_valid_func of_stream[] = {stream_number};
	static decode_as_value_t values[] = {{ask_stream, 1, of_stream}};
	static decode_as_t stream = {
	    .name = "vsock",
	    .table_name = "vsock.stream",
	    .num_items = G_N_ELEMENTS(values),
	    .default_index_value = 0,
	    .values = values,
	    .pre_value_str = "vsock",
	    .post_value_str = "as",
	    .populate_list = decode_as_default_populate_list,
	    .reset_value = decode_as_default_reset,
	    .change_value = decode_as_default_change,
	};

	register_decode_as(&stream);
}

void payload_ports_register(int protocol)
{
	streams =
	    register_dissector_table("vsock.stream", "vsock stream", protocol, FT_UINT32, BASE_DEC);
	register_decode_as_stream();
	table = register_dissector_table("vsock.port", "vsock port", protocol, FT_UINT32, BASE_DEC);
	register_decode_as_port();
}

/* Wireshark reports a bug if two entries have the same description. */
static void allow(dissector_handle_t handle)
{
	const char *description = dissector_handle_get_description(handle);

	if (!description)
		return;
	if (!dissector_table_get_dissector_handle(table, description))
		dissector_add_for_decode_as("vsock.port", handle);
	if (!dissector_table_get_dissector_handle(streams, description))
		dissector_add_for_decode_as("vsock.stream", handle);
}

static void allow_entry(const gchar *name _U_, gpointer handle, gpointer data _U_)
{
	allow((dissector_handle_t)handle);
}

/* All protocols over TCP or UDP can run over vsock. Called after all dissectors are registered. */
static void allow_others(void)
{
	dissector_table_foreach_handle("vsock.port", allow_entry, NULL);
	dissector_table_foreach_handle("tcp.port", allow_entry, NULL);
	dissector_table_foreach_handle("udp.port", allow_entry, NULL);
}

dissector_handle_t payload_ports_dissector(const char *name, uint32_t tcp_port)
{
	dissector_handle_t handle = find_dissector(name);

	return handle || !tcp_port ? handle
				   : dissector_get_default_uint_handle("tcp.port", tcp_port);
}

void payload_ports_handoff(void)
{
	static const char *const more[] = {"http", "http2", "json", "tls", "ssh"};

	for (size_t i = 0; i < G_N_ELEMENTS(well_known); i++)
		well_known[i].handle =
		    payload_ports_dissector(well_known[i].name, well_known[i].port);
	for (size_t i = 0; i < G_N_ELEMENTS(more); i++)
		if (find_dissector(more[i]))
			allow(find_dissector(more[i]));
	register_final_registration_routine(allow_others);
}
