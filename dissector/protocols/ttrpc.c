/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ttRPC is gRPC for small machines, without HTTP/2: its messages have a header of ten bytes on a
 * stream of bytes. Kata uses vsock port 1024, firecracker-containerd 10789. Many programs use port
 * 1024, so other dissectors get a connection unless it begins as only ttRPC does. Messages of a
 * known connection are not checked any more.
 *
 * This file cuts the stream into messages. ttrpc-envelope.c decodes them, ttrpc-calls.c finds which
 * of them belong together.
 */
#include "dissector/wireshark.h"

#include "dissector/protocols/ttrpc.h"

#include <string.h>

#include <epan/exceptions.h>
#include <epan/expert.h>
#include <epan/show_exception.h>
#include <epan/strutil.h>

#include "dissector/protocols/layers.h"
#include "dissector/protocols/ttrpc-calls.h"
#include "lib/protocols/protobuf.h"
#include "lib/protocols/ttrpc-methods.h"

/* What col_get_writable() and col_set_writable() call all columns. */
#define ALL_COLUMNS (-1)

/* Bytes of an id in the column. Those of containers have 64. */
#define ID_SHOWN_MAX 64

static int proto_ttrpc = -1;
static int hf_length;
static int hf_stream;
static int hf_type;
static int hf_flags;
static int hf_flag_closed;
static int hf_flag_open;
static int hf_flag_no_data;
static int hf_data;
static int hf_call;
static int hf_response_in;
static int hf_response_to;
static int hf_data_of;
static int hf_time;
static int hf_container_id;
static int hf_exec_id;
static int hf_data_count;
static int hf_end_in;
static int ett_ttrpc = -1;
static int ett_flags = -1;
static expert_field ei_oversize;
static expert_field ei_type;
static expert_field ei_flags;
static expert_field ei_stream;
static expert_field ei_cut;
static dissector_handle_t ttrpc_handle;
static dissector_handle_t protobuf_handle;

static const value_string types[] = {
    {TTRPC_REQUEST, "Request"}, {TTRPC_RESPONSE, "Response"}, {TTRPC_DATA, "Data"}, {0, NULL}};

/* A message that is being added to the tree. */
struct message {
	tvbuff_t *tvb; /* header, and the captured part of the body */
	struct ttrpc_header header;
	struct ttrpc_envelope envelope;
	const struct ttrpc_call *call;
	gboolean from_client;
};

static void read_header(tvbuff_t *tvb, int offset, struct ttrpc_header *header)
{
	ttrpc_read_header(tvb_get_ptr(tvb, offset, TTRPC_HEADER_SIZE), header);
}

/*
 * Whether an unknown connection can begin like this. Some senders write the header alone and the
 * body after it. Then the header of a request must be enough until the body comes. On an unknown
 * port, responses must be whole, and data messages are not enough.
 */
static gboolean is_ttrpc(tvbuff_t *tvb, gboolean port_known)
{
	guint captured = tvb_captured_length(tvb);
	const guint8 *bytes;
	enum protocol_answer answer;
	struct ttrpc_header header;

	if (captured < TTRPC_HEADER_SIZE)
		return FALSE;
	bytes = tvb_get_ptr(tvb, 0, (gint)captured);
	answer = ttrpc_recognize(bytes, captured);
	ttrpc_read_header(bytes, &header);
	if (answer == PROTOCOL_NO || port_known || header.type == TTRPC_REQUEST)
		return answer != PROTOCOL_NO;
	return answer == PROTOCOL_YES && header.length > 0;
}

static void add_header(const struct message *m, packet_info *pinfo, proto_tree *tree)
{
	static int *const flags[] = {&hf_flag_closed, &hf_flag_open, &hf_flag_no_data, NULL};
	proto_item *length = proto_tree_add_item(tree, hf_length, m->tvb, 0, 4, ENC_BIG_ENDIAN);
	proto_item *stream = proto_tree_add_item(tree, hf_stream, m->tvb, 4, 4, ENC_BIG_ENDIAN);
	proto_item *type = proto_tree_add_item(tree, hf_type, m->tvb, 8, 1, ENC_NA);
	proto_item *bits;

	bits = proto_tree_add_bitmask(tree, m->tvb, 9, hf_flags, ett_flags, flags, ENC_NA);
	if (m->header.length > TTRPC_LENGTH_MAX)
		expert_add_info(pinfo, length, &ei_oversize);
	if (m->header.stream % 2 == 0)
		expert_add_info(pinfo, stream, &ei_stream);
	if (!try_val_to_str(m->header.type, types))
		expert_add_info(pinfo, type, &ei_type);
	else if (!ttrpc_flags_fit(&m->header))
		expert_add_info(pinfo, bits, &ei_flags);
}

static void add_call_link(proto_tree *tree, tvbuff_t *tvb, int hf, guint32 frame)
{
	if (frame != 0)
		proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, frame));
}

static void add_response_time(const struct ttrpc_call *call, tvbuff_t *tvb, proto_tree *tree)
{
	nstime_t time;

	nstime_delta(&time, &call->response_time, &call->request_time);
	proto_item_set_generated(proto_tree_add_time(tree, hf_time, tvb, 0, 0, &time));
}

static void add_call_links(const struct message *m, packet_info *pinfo, proto_tree *tree)
{
	const struct ttrpc_call *call = m->call;

	if (!call)
		return;
	proto_item_set_generated(proto_tree_add_string(tree, hf_call, m->tvb, 0, 0, call->name));
	switch (m->header.type) {
	case TTRPC_REQUEST:
		add_call_link(tree, m->tvb, hf_response_in, call->response_frame);
		add_call_link(tree, m->tvb, hf_end_in, call->end_frame);
		add_call_link(tree, m->tvb, hf_data_count, call->data_messages);
		break;
	case TTRPC_RESPONSE:
		add_call_link(tree, m->tvb, hf_response_to, call->request_frame);
		add_response_time(call, m->tvb, tree);
		ttrpc_count_response(call, pinfo);
		break;
	default:
		add_call_link(tree, m->tvb, hf_data_of, call->request_frame);
	}
}

/* A text of the request, whose number the method decides. */
static void add_id(const struct message *m, packet_info *pinfo, proto_tree *tree, int hf,
		   uint32_t number, const char *label)
{
	tvbuff_t *payload = m->envelope.payload;
	size_t length = tvb_captured_length(payload);
	const guint8 *text = NULL;
	struct protobuf_part part;

	if (number == 0 || length == 0 ||
	    !protobuf_find_bytes(tvb_get_ptr(payload, 0, (gint)length), length, number, &part) ||
	    part.length == 0)
		return;
	proto_tree_add_item_ret_string(tree, hf, payload, (gint)part.at, (gint)part.length,
				       ENC_UTF_8, pinfo->pool, &text);
	col_append_fstr(pinfo->cinfo, COL_INFO, " %s=%s", label,
			wireshark_format_text(pinfo->pool, (const char *)text,
					      MIN(strlen((const char *)text), ID_SHOWN_MAX)));
}

/* Which container and process a call of Kata's agent is about. */
static void add_ids(const struct message *m, packet_info *pinfo, proto_tree *tree)
{
	const struct ttrpc_method *method;

	if (m->header.type != TTRPC_REQUEST || !m->call || !m->envelope.payload)
		return;
	method = ttrpc_method_find(m->call->name);
	if (!method)
		return;
	add_id(m, pinfo, tree, hf_container_id, method->container_id, "ctr");
	add_id(m, pinfo, tree, hf_exec_id, method->exec_id, "exec");
}

static void add_code(const struct message *m, packet_info *pinfo, proto_item *item)
{
	const char *name = ttrpc_code_name(m->envelope.code);

	if (m->header.type != TTRPC_RESPONSE || !m->envelope.whole)
		return;
	if (!name)
		name = wmem_strdup_printf(pinfo->pool, "%u", m->envelope.code);
	col_append_fstr(pinfo->cinfo, COL_INFO, " %s", name);
	proto_item_append_text(item, " %s", name);
}

static void add_summary(const struct message *m, packet_info *pinfo, proto_item *item,
			proto_tree *tree)
{
	const char *type = val_to_str_const(m->header.type, types, "Message of unknown type");

	col_append_sep_fstr(pinfo->cinfo, COL_INFO, NULL, "%s stream %u", type, m->header.stream);
	proto_item_append_text(item, ", %s, stream %u", type, m->header.stream);
	if (m->call) {
		col_append_fstr(pinfo->cinfo, COL_INFO, " %s", m->call->name);
		proto_item_append_text(item, ", %s", m->call->name);
	}
	add_ids(m, pinfo, tree);
	add_code(m, pinfo, item);
	if (m->header.type == TTRPC_DATA && m->header.flags & TTRPC_REMOTE_CLOSED)
		col_append_str(pinfo->cinfo, COL_INFO, " [closed]");
	/* The dissectors of the payload must not change the text so far. */
	col_set_fence(pinfo->cinfo, COL_INFO);
}

/*
 * The protobuf dissector finds the type of a message in .proto files by the name of the method, if
 * the name has gRPC's form. It must not write to the columns: since 4.4 it would add its name to
 * the protocol's, once for each message.
 */
static void dissect_payload(const struct message *m, packet_info *pinfo, proto_tree *tree)
{
	gboolean request =
	    m->header.type == TTRPC_REQUEST || (m->header.type == TTRPC_DATA && m->from_client);
	gboolean writable = col_get_writable(pinfo->cinfo, ALL_COLUMNS);
	char *path = wmem_strdup(pinfo->pool, "application/grpc");

	if (!protobuf_handle || !m->envelope.payload ||
	    tvb_reported_length(m->envelope.payload) == 0)
		return;
	if (m->call && !strchr(m->call->name, ','))
		path = wmem_strdup_printf(pinfo->pool, "application/grpc,/%s,%s", m->call->name,
					  request ? "request" : "response");
	col_set_writable(pinfo->cinfo, ALL_COLUMNS, FALSE);
	call_dissector_with_data(protobuf_handle, m->envelope.payload, pinfo, tree, path);
	col_set_writable(pinfo->cinfo, ALL_COLUMNS, writable);
}

static void dissect_body(struct message *m, packet_info *pinfo, proto_tree *tree)
{
	tvbuff_t *body = tvb_new_subset_length_caplen(
	    m->tvb, TTRPC_HEADER_SIZE, tvb_captured_length_remaining(m->tvb, TTRPC_HEADER_SIZE),
	    (int)m->header.length);

	if (tvb_reported_length(m->tvb) < TTRPC_HEADER_SIZE + m->header.length)
		proto_tree_add_expert(tree, pinfo, &ei_cut, m->tvb, 0, -1);
	if (m->header.type != TTRPC_DATA) {
		ttrpc_dissect_envelope(body, pinfo, tree, (enum ttrpc_type)m->header.type,
				       &m->envelope);
	} else if (m->header.length > 0) {
		proto_tree_add_item(tree, hf_data, body, 0, -1, ENC_NA);
		m->envelope.payload = body;
	}
}

static void dissect_message(struct message *m, packet_info *pinfo, proto_tree *tree)
{
	struct ttrpc_connection *connection = ttrpc_make_connection(pinfo, ttrpc_handle);
	proto_item *item = proto_tree_add_item(tree, proto_ttrpc, m->tvb, 0, -1, ENC_NA);
	proto_tree *ttrpc_tree = proto_item_add_subtree(item, ett_ttrpc);

	add_header(m, pinfo, ttrpc_tree);
	if (ttrpc_has_body(&m->header)) {
		dissect_body(m, pinfo, ttrpc_tree);
		m->call = ttrpc_call_of(connection, pinfo, (guint32)tvb_raw_offset(m->tvb),
					&m->header, &m->envelope);
		m->from_client = ttrpc_from_client(connection, pinfo);
		add_call_links(m, pinfo, ttrpc_tree);
	} else if (tvb_reported_length(m->tvb) > TTRPC_HEADER_SIZE) {
		proto_tree_add_item(ttrpc_tree, hf_data, m->tvb, TTRPC_HEADER_SIZE, -1, ENC_NA);
	}
	add_summary(m, pinfo, item, ttrpc_tree);
	dissect_payload(m, pinfo, tree);
}

/* A broken message must not stop the dissection of those after it. */
static void try_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
			const struct ttrpc_header *header)
{
	struct message message = {.tvb = tvb, .header = *header};
	gboolean writable = col_get_writable(pinfo->cinfo, ALL_COLUMNS);
	guint layers = layers_begin(pinfo);

	TRY
	{
		dissect_message(&message, pinfo, tree);
	}
	CATCH_NONFATAL_ERRORS
	{
		col_set_writable(pinfo->cinfo, ALL_COLUMNS, writable);
		show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
	}
	ENDTRY;
	layers_end(pinfo, layers);
}

/* How many bytes of the message at `offset` are still to come, if it is possible to wait. */
static guint32 missing_of_message(tvbuff_t *tvb, const packet_info *pinfo, int offset)
{
	guint32 remaining = (guint32)tvb_reported_length_remaining(tvb, offset);
	struct ttrpc_header header;

	if (!pinfo->can_desegment || tvb_captured_length(tvb) < tvb_reported_length(tvb))
		return 0;
	if (remaining < TTRPC_HEADER_SIZE)
		return DESEGMENT_ONE_MORE_SEGMENT;
	read_header(tvb, offset, &header);
	if (!ttrpc_has_body(&header) || remaining >= TTRPC_HEADER_SIZE + header.length)
		return 0;
	return TTRPC_HEADER_SIZE + header.length - remaining;
}

/* Returns the length of the message: all bytes, if its end is unknown. */
static int dissect_next_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
	guint32 remaining = (guint32)tvb_reported_length_remaining(tvb, offset);
	guint32 size = remaining;
	struct ttrpc_header header;

	if (remaining < TTRPC_HEADER_SIZE) {
		proto_item *item = proto_tree_add_item(tree, proto_ttrpc, tvb, offset, -1, ENC_NA);

		expert_add_info(pinfo, item, &ei_cut);
		return (int)size;
	}
	read_header(tvb, offset, &header);
	if (ttrpc_has_body(&header))
		size = MIN(remaining, TTRPC_HEADER_SIZE + header.length);
	try_message(tvb_new_subset_length(tvb, offset, (int)size), pinfo, tree, &header);
	return (int)size;
}

static int dissect_messages(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
			    gboolean port_known)
{
	int offset = 0;

	if (!ttrpc_find_connection(pinfo) && !is_ttrpc(tvb, port_known))
		return 0;
	while (tvb_reported_length_remaining(tvb, offset) > 0) {
		guint32 more = missing_of_message(tvb, pinfo, offset);

		if (more > 0) {
			pinfo->desegment_offset = offset;
			pinfo->desegment_len = more;
			break;
		}
		/* If a packet only waits, its line stays. */
		if (offset == 0) {
			col_set_str(pinfo->cinfo, COL_PROTOCOL, "ttRPC");
			col_clear(pinfo->cinfo, COL_INFO);
		}
		offset += dissect_next_message(tvb, pinfo, tree, offset);
	}
	return (int)tvb_captured_length(tvb);
}

static int dissect_ttrpc(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
	(void)data;
	return dissect_messages(tvb, pinfo, tree, TRUE);
}

static wireshark_bool dissect_ttrpc_heur(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
					 void *data)
{
	(void)data;
	return dissect_messages(tvb, pinfo, tree, FALSE) > 0;
}

static void register_fields(void)
{
	static hf_register_info fields[] = {
	    {&hf_length,
	     {"Length", "ttrpc.length", FT_UINT32, BASE_DEC, NULL, 0, "Bytes after the header",
	      HFILL}},
	    {&hf_stream, {"Stream", "ttrpc.stream_id", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
	    {&hf_type, {"Type", "ttrpc.type", FT_UINT8, BASE_DEC, VALS(types), 0, NULL, HFILL}},
	    {&hf_flags, {"Flags", "ttrpc.flags", FT_UINT8, BASE_HEX, NULL, 0, NULL, HFILL}},
	    {&hf_flag_closed,
	     {"Remote closed", "ttrpc.flags.remote_closed", FT_BOOLEAN, 8, NULL,
	      TTRPC_REMOTE_CLOSED, "The sender sends no more data on this stream", HFILL}},
	    {&hf_flag_open,
	     {"Remote open", "ttrpc.flags.remote_open", FT_BOOLEAN, 8, NULL, TTRPC_REMOTE_OPEN,
	      "The sender will send data on this stream", HFILL}},
	    {&hf_flag_no_data,
	     {"No data", "ttrpc.flags.no_data", FT_BOOLEAN, 8, NULL, TTRPC_NO_DATA,
	      "There is no object in this message, not even an empty one", HFILL}},
	    {&hf_data, {"Data", "ttrpc.data", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_call,
	     {"Call", "ttrpc.call", FT_STRING, BASE_NONE, NULL, 0,
	      "Service and method of the call that the message belongs to", HFILL}},
	    {&hf_response_in,
	     {"Response in", "ttrpc.response_in", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, NULL, HFILL}},
	    {&hf_response_to,
	     {"Response to", "ttrpc.response_to", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL}},
	    {&hf_data_of,
	     {"Data of the call in", "ttrpc.data_of", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL}},
	    {&hf_time,
	     {"Time", "ttrpc.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
	      "From the request to the response", HFILL}},
	    {&hf_end_in,
	     {"Server ends the stream in", "ttrpc.end_in", FT_FRAMENUM, BASE_NONE, NULL, 0, NULL,
	      HFILL}},
	    {&hf_data_count,
	     {"Data messages", "ttrpc.data_messages", FT_UINT32, BASE_DEC, NULL, 0,
	      "How many the stream has in both directions", HFILL}},
	    {&hf_container_id,
	     {"Container", "ttrpc.container_id", FT_STRING, BASE_NONE, NULL, 0,
	      "The container that a call of Kata's agent is about", HFILL}},
	    {&hf_exec_id,
	     {"Process", "ttrpc.exec_id", FT_STRING, BASE_NONE, NULL, 0,
	      "The process that a call of Kata's agent is about", HFILL}},
	};
	static int *trees[] = {&ett_ttrpc, &ett_flags};

	proto_register_field_array(proto_ttrpc, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
}

static void register_experts(expert_module_t *experts)
{
	static ei_register_info infos[] = {
	    {&ei_oversize,
	     {"ttrpc.expert.oversize", PI_PROTOCOL, PI_WARN,
	      "Longer than 4 MiB: the receiver refuses it, or this is no header", EXPFILL}},
	    {&ei_type,
	     {"ttrpc.expert.type", PI_PROTOCOL, PI_WARN,
	      "Unknown type, or the stream is out of step", EXPFILL}},
	    {&ei_flags,
	     {"ttrpc.expert.flags", PI_PROTOCOL, PI_NOTE, "Flags that this type does not have",
	      EXPFILL}},
	    {&ei_stream,
	     {"ttrpc.expert.stream", PI_PROTOCOL, PI_WARN,
	      "Even stream id: servers begin no streams", EXPFILL}},
	    {&ei_cut,
	     {"ttrpc.expert.cut", PI_UNDECODED, PI_NOTE, "The rest of the message is not here",
	      EXPFILL}},
	};

	expert_register_field_array(experts, infos, G_N_ELEMENTS(infos));
}

void ttrpc_register_protocol(void)
{
	expert_module_t *experts;

	proto_ttrpc = proto_register_protocol("ttRPC", "ttRPC", "ttrpc");
	experts = expert_register_protocol(proto_ttrpc);
	ttrpc_handle = register_dissector("ttrpc", dissect_ttrpc, proto_ttrpc);
	register_fields();
	register_experts(experts);
	ttrpc_envelope_register(proto_ttrpc, experts);
	ttrpc_calls_register(proto_ttrpc);
}

void ttrpc_register_handoff(void)
{
	protobuf_handle = find_dissector_add_dependency("protobuf", proto_ttrpc);
	dissector_add_uint("vsock.port", 1024, ttrpc_handle);
	dissector_add_uint("vsock.port", 10789, ttrpc_handle);
	heur_dissector_add("vsock", dissect_ttrpc_heur, "ttRPC over vsock", "ttrpc_vsock",
			   proto_ttrpc, HEURISTIC_ENABLE);
}
