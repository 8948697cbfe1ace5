/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replaces Wireshark's own vsock dissector: the protocol keeps its name and its filters, but
 * Wireshark passes packets of LINKTYPE_VSOCK to this one, and those of Linux cooked captures that
 * come from vsockmon interfaces.
 */
#include "dissector/wireshark.h"

#include "dissector/vsock.h"

#include <epan/arptypes.h>
#include <epan/packet.h>
#include <wiretap/wtap.h>

#include "core/packet.h"
#include "core/wire.h"
#include "dissector/address.h"
#include "dissector/capture-point.h"
#include "dissector/captured-names.h"
#include "dissector/columns.h"
#include "dissector/endpoint.h"
#include "dissector/experts.h"
#include "dissector/fields.h"
#include "dissector/kernel.h"
#include "dissector/payload/payload.h"
#include "dissector/preferences.h"
#include "dissector/records.h"
#include "dissector/tables.h"
#include "dissector/tap.h"
#include "dissector/tree.h"

static void set_addresses(packet_info *pinfo, const uint8_t *frame,
			  const struct vsock_packet *packet)
{
	if (vsock_has(packet, VSOCK_FIELD_SRC_CID)) {
		address_set_cid(&pinfo->net_src, frame + VSOCK_MON_SRC_CID);
	}
	if (vsock_has(packet, VSOCK_FIELD_DST_CID)) {
		address_set_cid(&pinfo->net_dst, frame + VSOCK_MON_DST_CID);
	}
	if (vsock_has(packet, VSOCK_FIELD_DST_PORT)) {
		address_set_end(&pinfo->src, pinfo, packet->src_cid, packet->src_port,
				packet->hints & VSOCK_HINT_SRC_PORT_MADE_UP);
		address_set_end(&pinfo->dst, pinfo, packet->dst_cid, packet->dst_port,
				packet->hints & VSOCK_HINT_DST_PORT_MADE_UP);
	}
	pinfo->ptype = PT_NONE;
	pinfo->srcport = packet->src_port;
	pinfo->destport = packet->dst_port;
}

/* If headers were cut, Wireshark reports it as soon as a dissector asks for the missing bytes. */
static void report_missing_bytes(tvbuff_t *tvb, const struct vsock_packet *packet)
{
	if (packet->result == VSOCK_DECODED)
		return;
	tvb_ensure_bytes_exist(tvb, 0, VSOCK_MON_SIZE);
	tvb_ensure_bytes_exist(tvb, VSOCK_MON_SIZE, packet->transport_len);
}

static int dissect_vsock(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
	uint32_t captured = tvb_captured_length(tvb);
	const uint8_t *bytes = captured ? tvb_get_ptr(tvb, 0, (gint)captured) : NULL;
	struct vsock_packet packet;
	struct frame_record *frame;
	proto_tree *vsock_tree;

	vsock_decode(&packet, bytes, captured, tvb_reported_length(tvb));
	captured_names_read(pinfo);
	set_addresses(pinfo, bytes, &packet);
	frame = records_make(pinfo, tvb, &packet);
	columns_fill(pinfo, &packet, frame);
	vsock_tree = tree_add_headers(tvb, tree, &packet);
	tree_add_analysis(tvb, vsock_tree, frame);
	endpoint_add_fields(vsock_tree, tvb, &packet, frame);
	captured_names_add_fields(vsock_tree, tvb, &packet, frame);
	experts_add(pinfo, tvb, vsock_tree, frame);
	tap_packet(tvb, pinfo, &packet, frame);
	report_missing_bytes(tvb, &packet);
	payload_dissect(tvb, pinfo, tree, vsock_tree, &packet, frame);
	return (int)captured;
}

static void preferences_changed(void)
{
	address_read_names();
	kernel_check_preference();
}

void vsock_register_protocol(void)
{
	int protocol;

	fields_register();
	protocol = vsock_protocol();
	experts_register(protocol);
	address_register();
	preferences_register(protocol, preferences_changed);
	payload_register(protocol);
	capture_point_register();
	captured_names_register();
	kernel_register();
	records_register();
	tap_register();
	conversations_register(protocol);
	follow_register(protocol);
	follow_window_register();
	statistics_register();
	verdicts_register();
	stream_table_register();
	response_times_register(protocol);
	flow_graph_register(protocol);
}

void vsock_register_handoff(void)
{
	dissector_handle_t handle = create_dissector_handle(dissect_vsock, vsock_protocol());

	address_read_names();
	payload_handoff();
	dissector_add_uint("wtap_encap", WTAP_ENCAP_VSOCK, handle);
	dissector_add_uint("sll.hatype", ARPHRD_VSOCKMON, handle);
}
