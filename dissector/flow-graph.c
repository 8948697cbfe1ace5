/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flow graph: an arrow per packet between the CIDs of its stream. If both have the same CID,
 * client and server get separate nodes.
 *
 * Wireshark's arrows have ports of 16 bits. If a port is larger, the arrow shows no ports. The
 * comment next to it always shows them.
 */
#include "dissector/wireshark.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <epan/packet.h>

#include "core/names.h"
#include "dissector/endpoint.h"
#include "dissector/records.h"
#include "dissector/sequence.h"
#include "dissector/tables.h"
#include "dissector/tap.h"

#if WIRESHARK_EXPORTS_SEQUENCES

/* "host:5000" as "host", or "local (client)". */
static void set_arrow_node(address *node, const char *endpoint, const char *role)
{
	char text[ENDPOINT_TEXT_SIZE + 16];
	const char *colon = strrchr(endpoint, ':');
	int length = colon ? (int)(colon - endpoint) : (int)strlen(endpoint);

	if (role)
		snprintf(text, sizeof(text), "%.*s (%s)", length, endpoint, role);
	else
		snprintf(text, sizeof(text), "%.*s", length, endpoint);
	free_address(node);
	alloc_address_wmem(NULL, node, AT_STRINGZ, (int)strlen(text) + 1, text);
}

static void set_arrow_nodes(seq_analysis_item_t *arrow, const struct tap_data *data,
			    const struct endpoint_texts *texts)
{
	static const char *const roles[] = {
	    [VSOCK_CLIENT] = "client",
	    [VSOCK_SERVER] = "server",
	};
	const struct frame_record *frame = data->frame;
	const struct stream_record *stream = frame ? frame->stream : NULL;
	bool apart = stream && stream->cid[VSOCK_CLIENT] == stream->cid[VSOCK_SERVER];

	set_arrow_node(&arrow->src_addr, texts->source, apart ? roles[frame->sender] : NULL);
	set_arrow_node(&arrow->dst_addr, texts->destination,
		       apart ? roles[vsock_peer(frame->sender)] : NULL);
}

static void set_arrow_ports(seq_analysis_item_t *arrow, const struct vsock_packet *packet)
{
	if (packet->src_port > UINT16_MAX || packet->dst_port > UINT16_MAX)
		return;
	arrow->port_src = (guint16)packet->src_port;
	arrow->port_dst = (guint16)packet->dst_port;
}

/* "VSOCK: 40010 → 5010 RW Len=130 Win=262144 Fwd=0" */
static void set_arrow_comment(seq_analysis_item_t *arrow, const packet_info *pinfo,
			      const struct vsock_packet *packet)
{
	const char *info = col_get_text(pinfo->cinfo, COL_INFO);

	g_free(arrow->comment);
	arrow->comment = g_strdup_printf("VSOCK: %" PRIu32 " \xe2\x86\x92 %" PRIu32 " %s",
					 packet->src_port, packet->dst_port, info ? info : "");
}

static char *arrow_label(const struct vsock_packet *packet)
{
	const char *name = vsock_op_name(packet->op);

	if (vsock_is_bare(packet)) {
		name = vsock_monitor_op_name(packet->monitor_op);
		if (packet->monitor_op == VSOCK_MONITOR_PAYLOAD)
			return g_strdup_printf("%s, Len: %" PRIu32, name, packet->len);
		return g_strdup(name);
	}
	if (!vsock_has_virtio(packet) || !name)
		return g_strdup("unknown");
	if (packet->op == VSOCK_OP_RW)
		return g_strdup_printf("%s, Len: %" PRIu32, name, packet->len);
	return g_strdup(name);
}

static tap_packet_status draw_packet(void *context, packet_info *pinfo, epan_dissect_t *edt _U_,
				     const void *tapped, tap_flags_t flags _U_)
{
	const struct tap_data *data = tapped;
	seq_analysis_info_t *graph = context;
	struct endpoint_texts texts;
	seq_analysis_item_t *arrow;

	if (!endpoint_texts(&texts, &data->packet, data->frame))
		return TAP_PACKET_DONT_REDRAW;
	arrow = sequence_analysis_create_sai_with_addresses(pinfo, graph);
	if (!arrow)
		return TAP_PACKET_DONT_REDRAW;
	set_arrow_nodes(arrow, data, &texts);
	set_arrow_ports(arrow, &data->packet);
	set_arrow_comment(arrow, pinfo, &data->packet);
	sequence_analysis_use_color_filter(pinfo, arrow);
	g_free(arrow->frame_label);
	arrow->frame_label = arrow_label(&data->packet);
	arrow->frame_number = pinfo->num;
	arrow->line_style = 1;
	arrow->display = TRUE;
	if (data->frame && data->frame->stream)
		arrow->conv_num = (guint16)data->frame->stream->number;
	g_queue_push_tail(graph->items, arrow);
	return TAP_PACKET_REDRAW;
}

void flow_graph_register(int protocol)
{
	register_seq_analysis("vsock", "vsock Flows", protocol, TAP_NAME, TL_REQUIRES_COLUMNS,
			      draw_packet);
}

#else

void flow_graph_register(int protocol _U_)
{
}

#endif
