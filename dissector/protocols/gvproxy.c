/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest of a podman machine or of CRC connects to the host's vsock port 1024 and sends "POST
 * /connect" with its headers. gvproxy does not respond: afterwards each side sends Ethernet frames.
 * Each frame follows its length, in 2 bytes, little endian ("hyperkit"), or in 4 bytes, big endian,
 * if gvproxy was started for QEMU too. Frames of length 0 do not exist and no length needs more
 * than 16 bits, so the first two bytes distinguish the two forms.
 *
 * The same port has an HTTP API, and other programs use the port. So a connection is gvproxy's if
 * it begins with that request. If its beginning was not captured, it must begin with bytes that
 * pass all checks for a frame of IP or ARP. The request is recognized by its words at every place
 * where a frame can begin: no Ethernet header has the bytes of "POST /connect". The packets before
 * it do not matter, because Wireshark visits packets in any order.
 */
#include "dissector/wireshark.h"

#include "dissector/protocols/gvproxy.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/exceptions.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/show_exception.h>

#include "dissector/protocols/layers.h"

/* More than enough for what gvforwarder sends. */
#define REQUEST_MAX 4096

#define ETHERNET_HEADER 14
#define ETHERTYPE_IPV4  0x0800
#define ETHERTYPE_ARP   0x0806
#define ETHERTYPE_IPV6  0x86dd

static const char connect_request[] = "POST /connect ";
static const char refusal[] = "HTTP/1.";

static int proto_gvproxy = -1;
static int hf_length;
static int hf_framing;
static int hf_connect;
static int ett_gvproxy = -1;
static expert_field ei_length;
static expert_field ei_cut;
static expert_field ei_headers;
static dissector_handle_t gvproxy_handle;
static dissector_handle_t http_handle;
static dissector_handle_t ethernet_handle;

/* The size of the length is the number of the form. */
static const value_string framings[] = {{2, "hyperkit"}, {4, "qemu"}, {0, NULL}};

/* Where a frame is in a tvb; its length comes before it. */
struct frame {
	int start;
	int header;
	guint32 length;
};

/* What the first visit to the connection's packets found, and the numbers of these packets. */
struct connection {
	guint32 first_frame;
	guint32 refused_frame; /* 0: was not */
};

static struct connection *find_connection(packet_info *pinfo)
{
	conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
	struct connection *found = NULL;

	if (conversation)
		found = conversation_get_proto_data(conversation, proto_gvproxy);
	return found && found->first_frame <= pinfo->num ? found : NULL;
}

static void make_known(packet_info *pinfo)
{
	conversation_t *conversation = find_or_create_conversation(pinfo);
	struct connection *connection = conversation_get_proto_data(conversation, proto_gvproxy);

	if (connection)
		return;
	connection = wmem_new0(wmem_file_scope(), struct connection);
	connection->first_frame = pinfo->num;
	conversation_add_proto_data(conversation, proto_gvproxy, connection);
	conversation_set_dissector_from_frame_number(conversation, pinfo->num, gvproxy_handle);
}

/* Whether the bytes begin with this word, or are its beginning. */
static gboolean begins(tvbuff_t *tvb, int offset, const char *word)
{
	int length = MIN((int)strlen(word), tvb_captured_length_remaining(tvb, offset));

	return length >= 4 && tvb_memeql(tvb, offset, (const guint8 *)word, (size_t)length) == 0;
}

/* False if the length is not complete. */
static gboolean find_frame(tvbuff_t *tvb, int offset, struct frame *frame)
{
	int remaining = tvb_reported_length_remaining(tvb, offset);

	frame->start = offset;
	frame->header = 2;
	if (remaining < 2)
		return FALSE;
	frame->length = tvb_get_letohs(tvb, offset);
	if (frame->length > 0)
		return TRUE;
	frame->header = 4;
	if (remaining < 4)
		return FALSE;
	frame->length = tvb_get_ntohs(tvb, offset + 2);
	return TRUE;
}

/* Whether the length in a header of IPv4, IPv6 or ARP fits the frame's length. */
static gboolean payload_fits(tvbuff_t *tvb, int at, guint16 ethertype, guint32 room)
{
	switch (ethertype) {
	case ETHERTYPE_IPV4:
		return room >= 20 && tvb_get_uint8(tvb, at) >> 4 == 4 &&
		       tvb_get_ntohs(tvb, at + 2) >= 20 && tvb_get_ntohs(tvb, at + 2) <= room;
	case ETHERTYPE_IPV6:
		return room >= 40 && tvb_get_uint8(tvb, at) >> 4 == 6 &&
		       tvb_get_ntohs(tvb, at + 4) + 40u <= room;
	case ETHERTYPE_ARP:
		return room >= 28 && tvb_get_ntohl(tvb, at) == 0x00010800 &&
		       tvb_get_ntohs(tvb, at + 4) == 0x0604;
	default:
		return FALSE;
	}
}

/* A whole captured frame whose source is no group of stations, and whose lengths fit. */
static gboolean is_ethernet(tvbuff_t *tvb)
{
	int captured = (int)tvb_captured_length(tvb);
	struct frame frame;
	int at;

	if (captured < 4 || !find_frame(tvb, 0, &frame) || frame.length < ETHERNET_HEADER ||
	    (guint32)(captured - frame.header) < frame.length)
		return FALSE;
	at = frame.header;
	return (tvb_get_uint8(tvb, at + 6) & 1) == 0 &&
	       payload_fits(tvb, at + ETHERNET_HEADER, tvb_get_ntohs(tvb, at + 12),
			    frame.length - ETHERNET_HEADER);
}

/*
 * The dissectors of the guest's network overwrite the addresses and ports of the vsock connection,
 * and use them as keys of connections. So they begin without vsock's, which are restored later.
 */
struct outer {
	address addresses[6];
	port_type ptype;
	guint32 srcport;
	guint32 destport;
	gboolean use_endpoints;
	struct conversation_addr_port_endpoints *endpoints;
	struct conversation_element *elements;
	guint16 can_desegment;
	gboolean fragmented;
};

static void enter_guest_network(packet_info *pinfo, struct outer *outer)
{
	*outer = (struct outer){
	    .addresses = {pinfo->dl_src, pinfo->dl_dst, pinfo->net_src, pinfo->net_dst, pinfo->src,
			  pinfo->dst},
	    .ptype = pinfo->ptype,
	    .srcport = pinfo->srcport,
	    .destport = pinfo->destport,
	    .use_endpoints = pinfo->use_conv_addr_port_endpoints,
	    .endpoints = pinfo->conv_addr_port_endpoints,
	    .elements = pinfo->conv_elements,
	    .can_desegment = pinfo->can_desegment,
	    .fragmented = pinfo->fragmented,
	};
	pinfo->ptype = PT_NONE;
	pinfo->srcport = pinfo->destport = 0;
	pinfo->use_conv_addr_port_endpoints = FALSE;
	pinfo->conv_addr_port_endpoints = NULL;
	pinfo->conv_elements = NULL;
	pinfo->can_desegment = 0;
}

static void leave_guest_network(packet_info *pinfo, const struct outer *outer)
{
	pinfo->dl_src = outer->addresses[0];
	pinfo->dl_dst = outer->addresses[1];
	pinfo->net_src = outer->addresses[2];
	pinfo->net_dst = outer->addresses[3];
	pinfo->src = outer->addresses[4];
	pinfo->dst = outer->addresses[5];
	pinfo->ptype = outer->ptype;
	pinfo->srcport = outer->srcport;
	pinfo->destport = outer->destport;
	pinfo->use_conv_addr_port_endpoints = outer->use_endpoints;
	pinfo->conv_addr_port_endpoints = outer->endpoints;
	pinfo->conv_elements = outer->elements;
	pinfo->can_desegment = outer->can_desegment;
	pinfo->fragmented = outer->fragmented;
	/* TCP in the guest waits for its segments, not for vsock's. */
	pinfo->desegment_offset = 0;
	pinfo->desegment_len = 0;
}

/* A dissector clears the column Info. The text of the frame before must stay. */
static void separate(packet_info *pinfo)
{
	const char *line = col_get_text(pinfo->cinfo, COL_INFO);

	if (line && *line)
		col_append_str(pinfo->cinfo, COL_INFO, ", ");
	col_set_fence(pinfo->cinfo, COL_INFO);
}

/* A broken or cut frame must not stop the dissection of those after it. */
static void dissect_ethernet(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	struct outer outer;
	guint layers = layers_begin(pinfo);

	separate(pinfo);
	enter_guest_network(pinfo, &outer);
	TRY
	{
		call_dissector(ethernet_handle, tvb, pinfo, tree);
	}
	CATCH_BOUNDS_ERRORS
	{
		show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
	}
	CATCH(ReassemblyError)
	{
		show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
	}
	ENDTRY;
	leave_guest_network(pinfo, &outer);
	layers_end(pinfo, layers);
}

static proto_tree *add_protocol(tvbuff_t *tvb, int offset, int length, proto_tree *tree,
				proto_item **item)
{
	*item = proto_tree_add_item(tree, proto_gvproxy, tvb, offset, length, ENC_NA);
	return proto_item_add_subtree(*item, ett_gvproxy);
}

/* Returns the length of the frame. */
static int dissect_frame(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
			 const struct frame *frame)
{
	int at = frame->start + frame->header;
	int size = (int)MIN(frame->length, (guint32)tvb_reported_length_remaining(tvb, at));
	proto_item *item;
	proto_tree *own = add_protocol(tvb, frame->start, frame->header + size, tree, &item);

	proto_item_append_text(item, ", Ethernet frame of %u bytes", frame->length);
	proto_item_set_generated(proto_tree_add_uint(own, hf_framing, tvb, frame->start,
						     frame->header, (guint32)frame->header));
	item = proto_tree_add_uint(own, hf_length, tvb, frame->start, frame->header, frame->length);
	if (frame->length < ETHERNET_HEADER)
		expert_add_info(pinfo, item, &ei_length);
	else if ((guint32)size < frame->length)
		expert_add_info(pinfo, item, &ei_cut);
	if (size > 0 && frame->length >= ETHERNET_HEADER)
		dissect_ethernet(tvb_new_subset_length(tvb, at, (int)frame->length), pinfo, tree);
	return frame->header + size;
}

/* The length of the request at `offset` with its empty line; 0 if that line is missing. */
static int request_length(tvbuff_t *tvb, int offset)
{
	int end = offset + MIN(REQUEST_MAX, tvb_captured_length_remaining(tvb, offset));
	int at = offset;

	while (at + 4 <= end) {
		at = tvb_find_uint8(tvb, at, end - at, '\r');
		if (at < 0 || at + 4 > end)
			return 0;
		if (tvb_memeql(tvb, at, (const guint8 *)"\r\n\r\n", 4) == 0)
			return at + 4 - offset;
		at++;
	}
	return 0;
}

static void call_http(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	guint16 can_desegment = pinfo->can_desegment;
	guint layers = layers_begin(pinfo);

	/* It gets the whole request, and cannot wait for more. */
	pinfo->can_desegment = 0;
	if (http_handle)
		call_dissector(http_handle, tvb, pinfo, tree);
	pinfo->can_desegment = can_desegment;
	layers_end(pinfo, layers);
}

/* Returns the number of bytes it used: all of them if the headers do not end. */
static int dissect_request(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
	int length = request_length(tvb, offset);
	proto_item *item;
	proto_tree *own;

	if (length == 0) {
		length = tvb_reported_length_remaining(tvb, offset);
		add_protocol(tvb, offset, -1, tree, &item);
		expert_add_info(pinfo, item, &ei_headers);
		return length;
	}
	own = add_protocol(tvb, offset, length, tree, &item);
	proto_item_append_text(item, ", Ethernet frames follow");
	proto_tree_add_item(own, hf_connect, tvb, offset, length, ENC_NA);
	call_http(tvb_new_subset_length(tvb, offset, length), pinfo, tree);
	return length;
}

static guint32 missing_of_request(tvbuff_t *tvb, int offset)
{
	if (request_length(tvb, offset) > 0 ||
	    tvb_captured_length_remaining(tvb, offset) >= REQUEST_MAX)
		return 0;
	return DESEGMENT_ONE_MORE_SEGMENT;
}

/* How many bytes of the frame at `offset` are still to come, if it is possible to wait. */
static guint32 missing_of_frame(tvbuff_t *tvb, const packet_info *pinfo, int offset)
{
	guint32 remaining = (guint32)tvb_reported_length_remaining(tvb, offset);
	struct frame frame;

	if (!pinfo->can_desegment || tvb_captured_length(tvb) < tvb_reported_length(tvb))
		return 0;
	if (begins(tvb, offset, connect_request))
		return missing_of_request(tvb, offset);
	if (!find_frame(tvb, offset, &frame))
		return DESEGMENT_ONE_MORE_SEGMENT;
	if (remaining >= (guint32)frame.header + frame.length)
		return 0;
	return (guint32)frame.header + frame.length - remaining;
}

/* Returns the bytes that it takes, at least one. */
static int dissect_frame_or_request(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
	struct frame frame;
	proto_item *item;

	if (begins(tvb, offset, connect_request))
		return dissect_request(tvb, pinfo, tree, offset);
	if (find_frame(tvb, offset, &frame))
		return dissect_frame(tvb, pinfo, tree, &frame);
	add_protocol(tvb, offset, -1, tree, &item);
	expert_add_info(pinfo, item, &ei_cut);
	return tvb_reported_length_remaining(tvb, offset);
}

/*
 * A server that is not gvproxy, or too old for this, answers in HTTP. Then all its bytes belong to
 * the dissector of HTTP.
 */
static gboolean is_refused(struct connection *connection, tvbuff_t *tvb, packet_info *pinfo)
{
	if (connection->refused_frame == 0 && begins(tvb, 0, refusal))
		connection->refused_frame = pinfo->num;
	return connection->refused_frame != 0 && connection->refused_frame <= pinfo->num;
}

static gboolean is_gvproxy(tvbuff_t *tvb, packet_info *pinfo)
{
	struct connection *connection = find_connection(pinfo);

	if (connection)
		return !is_refused(connection, tvb, pinfo);
	return begins(tvb, 0, connect_request) || is_ethernet(tvb);
}

static int dissect_frames(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	int offset = 0;

	if (!is_gvproxy(tvb, pinfo))
		return 0;
	while (tvb_reported_length_remaining(tvb, offset) > 0) {
		guint32 more = missing_of_frame(tvb, pinfo, offset);

		if (more > 0) {
			pinfo->desegment_offset = offset;
			pinfo->desegment_len = more;
			break;
		}
		make_known(pinfo);
		/* If a packet only waits, its line stays. */
		if (offset == 0) {
			col_set_str(pinfo->cinfo, COL_PROTOCOL, "gvproxy");
			col_clear(pinfo->cinfo, COL_INFO);
		}
		offset += dissect_frame_or_request(tvb, pinfo, tree, offset);
	}
	return (int)tvb_captured_length(tvb);
}

static int dissect_gvproxy(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
	(void)data;
	return dissect_frames(tvb, pinfo, tree);
}

static wireshark_bool dissect_gvproxy_heur(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
					   void *data)
{
	(void)data;
	return dissect_frames(tvb, pinfo, tree) > 0;
}

void gvproxy_register_protocol(void)
{
	static hf_register_info fields[] = {
	    {&hf_length,
	     {"Length", "gvproxy.length", FT_UINT32, BASE_DEC, NULL, 0,
	      "Bytes of the Ethernet frame that follows", HFILL}},
	    {&hf_framing,
	     {"Framing", "gvproxy.framing", FT_UINT32, BASE_DEC, VALS(framings), 0,
	      "Bytes of the length, and the program that this form comes from", HFILL}},
	    {&hf_connect,
	     {"Connect request", "gvproxy.connect", FT_NONE, BASE_NONE, NULL, 0,
	      "Ethernet frames follow it without a response", HFILL}},
	};
	static ei_register_info infos[] = {
	    {&ei_length,
	     {"gvproxy.expert.length", PI_PROTOCOL, PI_WARN,
	      "Shorter than an Ethernet header, or the stream is out of step", EXPFILL}},
	    {&ei_cut,
	     {"gvproxy.expert.cut", PI_UNDECODED, PI_NOTE, "The rest of the frame is not here",
	      EXPFILL}},
	    {&ei_headers,
	     {"gvproxy.expert.headers", PI_PROTOCOL, PI_WARN,
	      "The headers of the request do not end", EXPFILL}},
	};
	static int *trees[] = {&ett_gvproxy};

	proto_gvproxy =
	    proto_register_protocol("gvproxy (Ethernet over vsock)", "gvproxy", "gvproxy");
	gvproxy_handle = register_dissector("gvproxy", dissect_gvproxy, proto_gvproxy);
	proto_register_field_array(proto_gvproxy, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
	expert_register_field_array(expert_register_protocol(proto_gvproxy), infos,
				    G_N_ELEMENTS(infos));
}

void gvproxy_register_handoff(void)
{
	http_handle = find_dissector_add_dependency("http", proto_gvproxy);
	ethernet_handle = find_dissector_add_dependency("eth_withoutfcs", proto_gvproxy);
	/* A port has one dissector, and ttRPC needs 1024 more. */
	dissector_add_for_decode_as("vsock.port", gvproxy_handle);
	heur_dissector_add("vsock", dissect_gvproxy_heur, "gvproxy over vsock", "gvproxy_vsock",
			   proto_gvproxy, HEURISTIC_ENABLE);
}
