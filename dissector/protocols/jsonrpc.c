/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/jsonrpc.h"

#include <epan/to_str.h>

#include "dissector/protocols/calls.h"
#include "dissector/protocols/messages.h"
#include "lib/protocols/jsonrpc.h"

static struct message_protocol jsonrpc;
static int hf_method;
static int hf_params;
static int hf_id;
static int hf_result;
static int hf_code;
static int hf_message;
static int hf_call;
static struct call_fields links;
static int ett_value = -1;

/* What the first visit needs to know. */
struct seen {
	const struct jsonrpc_message *message;
	const char *method;
	const char *id; /* NULL: none */
};

/* Both ends may call, and may choose the same id. So the key of a call has its caller in it. */
static const char *key_of(packet_info *pinfo, const address *caller, uint32_t port, const char *id)
{
	return wmem_strdup_printf(pinfo->pool, "%s %u %s", address_to_str(pinfo->pool, caller),
				  port, id);
}

static struct call *begin_call(struct calls *calls, packet_info *pinfo, const struct seen *seen)
{
	struct call *call = calls_begin(calls, pinfo, seen->method, seen->id != NULL);

	if (seen->id)
		call->id = wmem_strdup(wmem_file_scope(),
				       key_of(pinfo, &pinfo->src, pinfo->srcport, seen->id));
	return call;
}

static struct call *find_call(struct calls *calls, packet_info *pinfo, const void *data)
{
	const struct seen *seen = data;
	struct call *call;

	if (seen->message->type == JSONRPC_CALL)
		return begin_call(calls, pinfo, seen);
	if (!seen->id)
		return NULL;
	call = calls_with_id(calls, key_of(pinfo, &pinfo->dst, pinfo->destport, seen->id));
	if (!call)
		return NULL;
	call->response_frame = pinfo->num;
	calls_end(calls, call);
	return call;
}

static const char *text_of(const struct message_view *view, const struct seen *seen,
			   const char *code, const char *text, const struct call *call)
{
	const char *name = call ? call->name : "reply";

	switch (seen->message->type) {
	case JSONRPC_CALL:
		return wmem_strdup_printf(view->pinfo->pool, seen->id ? "%s" : "%s (notification)",
					  seen->method);
	case JSONRPC_ERROR:
		return wmem_strdup_printf(view->pinfo->pool, "%s -> %s \"%s\"", name, code, text);
	case JSONRPC_RESULT:
		return wmem_strdup_printf(view->pinfo->pool, "%s -> ok", name);
	default:
		return "message";
	}
}

static void show(const struct message_view *view)
{
	struct jsonrpc_message message;
	struct seen seen = {&message, "", NULL};
	const struct call *call;
	const char *code, *text;
	bool is_call;

	jsonrpc_read(view->bytes, view->length, &message);
	is_call = message.type == JSONRPC_CALL;
	seen.method = messages_add_text(view, hf_method, message.method);
	if (message.id.at)
		seen.id = messages_add_text(view, hf_id, message.id);
	code = messages_add_text(view, hf_code, message.code);
	text = messages_add_text(view, hf_message, message.text);
	messages_add_value(view, is_call ? hf_params : hf_result, ett_value, message.value);
	call = calls_next(calls_of(view->pinfo, jsonrpc.id), view->pinfo, jsonrpc.id, find_call,
			  &seen);
	if (call && !is_call)
		proto_item_set_generated(
		    proto_tree_add_string(view->tree, hf_call, view->tvb, 0, 0, call->name));
	calls_add_links(call, &links, is_call, view->pinfo, view->tree, view->tvb);
	text = text_of(view, &seen, code, text, call);
	col_append_sep_str(view->pinfo->cinfo, COL_INFO, NULL, text);
	proto_item_append_text(view->item, ", %s", text);
	if (call && !is_call)
		col_append_fstr(view->pinfo->cinfo, COL_INFO, " %s",
				calls_time_text(call, view->pinfo));
}

static struct message_start start_of(const uint8_t *bytes, size_t length)
{
	struct jsonrpc_message message;
	enum protocol_answer answer = jsonrpc_read(bytes, length, &message);

	return (struct message_start){answer, message.size, message.start, message.version};
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
	return messages_dissect(&jsonrpc, tvb, pinfo, tree);
}

static wireshark_bool dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
					void *data _U_)
{
	return messages_dissect_heuristic(&jsonrpc, tvb, pinfo, tree);
}

static void register_fields(void)
{
	static hf_register_info fields[] = {
	    {&hf_method, {"Method", "jsonrpc.method", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_params,
	     {"Parameters", "jsonrpc.params", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_id,
	     {"Id", "jsonrpc.id", FT_STRING, BASE_NONE, NULL, 0,
	      "A reply has that of its call. A call without one gets no reply", HFILL}},
	    {&hf_result, {"Result", "jsonrpc.result", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_code,
	     {"Error code", "jsonrpc.error.code", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_message,
	     {"Error message", "jsonrpc.error.message", FT_STRING, BASE_NONE, NULL, 0, NULL,
	      HFILL}},
	    {&hf_call,
	     {"Call", "jsonrpc.call", FT_STRING, BASE_NONE, NULL, 0,
	      "Method of the call that the reply belongs to", HFILL}},
	    {&links.response_in,
	     {"Response in", "jsonrpc.response_in", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, NULL, HFILL}},
	    {&links.response_to,
	     {"Response to", "jsonrpc.response_to", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL}},
	    {&links.time,
	     {"Time", "jsonrpc.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
	      "From the call to this reply", HFILL}},
	};
	static int *trees[] = {&jsonrpc.ett, &ett_value};

	proto_register_field_array(jsonrpc.id, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
}

static void register_experts(void)
{
	static ei_register_info infos[] = {
	    {&jsonrpc.cut,
	     {"jsonrpc.expert.cut", PI_UNDECODED, PI_NOTE, "The rest of the message is not here",
	      EXPFILL}},
	    {&jsonrpc.malformed,
	     {"jsonrpc.expert.malformed", PI_MALFORMED, PI_WARN, "Not a message of JSON-RPC 2.0",
	      EXPFILL}},
	};

	expert_register_field_array(expert_register_protocol(jsonrpc.id), infos,
				    G_N_ELEMENTS(infos));
}

void jsonrpc_register_protocol(void)
{
	jsonrpc = (struct message_protocol){.name = "JSON-RPC",
					    .heuristic = "jsonrpc_vsock",
					    .ett = -1,
					    .start = start_of,
					    .show = show};
	jsonrpc.id = proto_register_protocol("JSON-RPC 2.0 over vsock", "JSON-RPC", "jsonrpc");
	jsonrpc.handle = register_dissector("jsonrpc", dissect, jsonrpc.id);
	register_fields();
	register_experts();
}

void jsonrpc_register_handoff(void)
{
	messages_handoff(&jsonrpc, dissect_heuristic, "JSON-RPC over vsock");
}
