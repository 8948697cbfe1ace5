/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of counts: packets by operation, type, size, CID, port, protocol inside and finding;
 * streams by verdict.
 *
 * A capture file can have any number of CIDs and ports, and Wireshark keeps a node for each. So the
 * first CHILDREN_MAX get a node, and the others are counted together.
 */
#include "dissector/wireshark.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include <epan/packet.h>
#include <epan/stats_tree_priv.h>

#include "core/cid-names.h"
#include "core/finding.h"
#include "core/names.h"
#include "core/verdict.h"
#include "dissector/address.h"
#include "dissector/fields.h"
#include "dissector/records.h"
#include "dissector/tables.h"
#include "dissector/tap.h"

#define CHILDREN_MAX 1000

/* Wireshark finds nodes by their names, so all names must differ. */
static const char ops[] = "Operations";
static const char types[] = "Types";
static const char sizes[] = "RW length";
static const char cids[] = "CIDs";
static const char ports[] = "Service ports";
static const char protocols[] = "Protocols inside";
static const char findings[] = "Findings";
static const char streams[] = "Streams";

static const char others[] = "all others";
static const char unknown[] = "unknown";

static void make_nodes(stats_tree *tree)
{
	stats_tree_create_node(tree, ops, 0, STAT_DT_INT, TRUE);
	stats_tree_create_node(tree, types, 0, STAT_DT_INT, TRUE);
	stats_tree_create_range_node(tree, sizes, 0, "0-0", "1-63", "64-255", "256-1023",
				     "1024-4095", "4096-16383", "16384-65536", "65537-", NULL);
	stats_tree_create_node(tree, cids, 0, STAT_DT_INT, TRUE);
	stats_tree_create_node(tree, ports, 0, STAT_DT_INT, TRUE);
	stats_tree_create_node(tree, protocols, 0, STAT_DT_INT, TRUE);
	stats_tree_create_node(tree, findings, 0, STAT_DT_INT, TRUE);
}

static int clamp(uint32_t value)
{
	return value < INT_MAX ? (int)value : INT_MAX;
}

static void count_name(stats_tree *tree, const char *parent, const char *name)
{
	int id = tick_stat_node(tree, parent, 0, TRUE);

	tick_stat_node(tree, name ? name : unknown, id, FALSE);
}

/* Its payload is counted, too, as an average. */
static void count_payload(stats_tree *tree, const char *parent, const char *name, uint32_t length)
{
	int id = stats_tree_parent_id_by_name(tree, parent);
	const stat_node *node = g_ptr_array_index(tree->parents, (guint)id);

	if (g_hash_table_size(node->hash) >= CHILDREN_MAX &&
	    !g_hash_table_contains(node->hash, name))
		name = others;
	avg_stat_node_add_value_int(tree, name, id, FALSE, clamp(length));
}

static void count_cid(stats_tree *tree, uint64_t cid, uint32_t length)
{
	char digits[24];
	const char *name = address_name(cid);

	if (!name) {
		snprintf(digits, sizeof(digits), "%" PRIu64, cid);
		name = digits;
	}
	count_payload(tree, cids, name, length);
}

static void count_addresses(stats_tree *tree, const struct tap_data *data)
{
	const struct vsock_packet *packet = &data->packet;
	const struct stream_record *stream = data->frame ? data->frame->stream : NULL;
	char port[16];

	if (!vsock_has(packet, VSOCK_FIELD_DST_PORT))
		return;
	tick_stat_node(tree, cids, 0, TRUE);
	count_cid(tree, packet->src_cid, packet->len);
	if (packet->dst_cid != packet->src_cid)
		count_cid(tree, packet->dst_cid, packet->len);
	/* The client's port is chosen at random, so only the server's is counted. */
	snprintf(port, sizeof(port), "%" PRIu32,
		 stream ? stream->port[VSOCK_SERVER] : packet->dst_port);
	tick_stat_node(tree, ports, 0, TRUE);
	count_payload(tree, ports, port, packet->len);
}

/* The layer above this packet's vsock. Layers are complete when Wireshark calls the taps. */
static void count_protocol(stats_tree *tree, const packet_info *pinfo,
			   const struct vsock_packet *packet)
{
	const wmem_list_frame_t *layer = wmem_list_head(pinfo->layers);
	const int vsock = vsock_protocol();

	while (layer && GPOINTER_TO_INT(wmem_list_frame_data(layer)) != vsock)
		layer = wmem_list_frame_next(layer);
	layer = layer ? wmem_list_frame_next(layer) : NULL;
	if (!layer)
		return;
	tick_stat_node(tree, protocols, 0, TRUE);
	count_payload(tree, protocols,
		      proto_get_protocol_filter_name(GPOINTER_TO_INT(wmem_list_frame_data(layer))),
		      packet->len);
}

static void count_findings(stats_tree *tree, const struct frame_record *frame)
{
	for (const struct finding_record *f = frame ? frame->findings : NULL; f; f = f->next) {
		int id = tick_stat_node(tree, findings, 0, TRUE);
		const char *class = vsock_class_name((enum vsock_class)f->finding.severity);
		const char *code = vsock_finding_name((enum vsock_finding_code)f->finding.code);

		id = tick_stat_node(tree, class, id, TRUE);
		tick_stat_node(tree, code, id, FALSE);
	}
}

/*
 * The verdict of each stream, counted at its first packet. Only the end of the capture shows
 * verdicts, so streams are counted when the packets come again: in a window, or with tshark -2.
 */
static void count_stream(stats_tree *tree, const struct frame_record *frame)
{
	int id;

	if (!frame || !frame->again || !frame->stream || !frame->first || frame->stream->copy)
		return;
	records_settle();
	id = tick_stat_node(tree, streams, 0, TRUE);
	id = tick_stat_node(tree, vsock_verdict_name((enum vsock_verdict)frame->stream->verdict),
			    id, TRUE);
	if (frame->stream->verdict == VSOCK_WAITING)
		tick_stat_node(tree, vsock_waiting_name((enum vsock_waiting)frame->stream->waiting),
			       id, FALSE);
}

static tap_packet_status count_packet(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_,
				      const void *tapped, tap_flags_t flags _U_)
{
	const struct tap_data *data = tapped;
	const struct vsock_packet *packet = &data->packet;

	if (vsock_is_bare(packet))
		count_name(tree, ops, vsock_monitor_op_name(packet->monitor_op));
	if (vsock_has_virtio(packet)) {
		count_name(tree, ops, vsock_op_name(packet->op));
		count_name(tree, types, vsock_type_name(packet->type));
		if (packet->op == VSOCK_OP_RW) {
			tick_stat_node(tree, sizes, 0, TRUE);
			stats_tree_tick_range(tree, sizes, 0, clamp(packet->len));
		}
	}
	count_addresses(tree, data);
	count_protocol(tree, pinfo, packet);
	count_findings(tree, data->frame);
	count_stream(tree, data->frame);
	return TAP_PACKET_REDRAW;
}

void statistics_register(void)
{
	stats_tree_register_plugin(TAP_NAME, "vsock", "vsock", 0, count_packet, make_nodes, NULL);
}
