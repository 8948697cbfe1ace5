/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/varlink.h"

#include <string.h>

#include "dissector/protocols/calls.h"
#include "dissector/protocols/messages.h"
#include "lib/protocols/varlink.h"

static struct message_protocol varlink;
static int hf_method;
static int hf_oneway;
static int hf_more;
static int hf_upgrade;
static int hf_error;
static int hf_continues;
static int hf_parameters;
static int hf_call;
static struct call_fields links;
static int ett_parameters = -1;

/* What the first visit needs to know. */
struct seen {
	const struct varlink_message *message;
	const char *method;
};

static struct call *begin_call(struct calls *calls, packet_info *pinfo, const struct seen *seen)
{
	struct call *call = calls_begin(calls, pinfo, seen->method, !seen->message->oneway);

	call->several = seen->message->more;
	call->ends = seen->message->upgrade;
	return call;
}

/* Replies come in the order of the calls. */
static struct call *find_call(struct calls *calls, packet_info *pinfo, const void *data)
{
	const struct seen *seen = data;
	const struct varlink_message *message = seen->message;
	struct call *call;

	if (message->method.at)
		return begin_call(calls, pinfo, seen);
	call = calls_oldest(calls);
	if (!call)
		return NULL;
	call->response_frame = pinfo->num;
	if (!call->several || !message->continues)
		calls_end(calls, call);
	if (call->ends && !message->error.at)
		calls->last_frame = pinfo->num;
	return call;
}

static void add_flag(const struct message_view *view, int field, bool set)
{
	if (set)
		proto_tree_add_boolean(view->tree, field, view->tvb, 0, 0, TRUE);
}

/* The last two parts of a name: "Machine.NoSuchMachine". */
static const char *short_name(const char *name)
{
	const char *last = strrchr(name, '.');

	while (last && last > name && last[-1] != '.')
		last--;
	return last ? last : name;
}

static void summarize_call(const struct message_view *view, const struct varlink_message *message,
			   const char *method)
{
	const char *how = message->oneway ? " oneway" : message->more ? " more" : "";

	col_append_sep_fstr(view->pinfo->cinfo, COL_INFO, NULL, "%s%s", method, how);
	proto_item_append_text(view->item, ", %s%s", method, how);
}

static void summarize_reply(const struct message_view *view, const struct varlink_message *message,
			    const char *error, const struct call *call)
{
	const char *what = message->error.at    ? short_name(error)
			   : message->continues ? "ok, continues"
						: "ok";

	col_append_sep_fstr(view->pinfo->cinfo, COL_INFO, NULL, "%s -> %s",
			    call ? call->name : "reply", what);
	if (call)
		col_append_fstr(view->pinfo->cinfo, COL_INFO, " %s",
				calls_time_text(call, view->pinfo));
	proto_item_append_text(view->item, ", reply: %s", what);
}

static void show(const struct message_view *view)
{
	struct varlink_message message;
	struct seen seen = {&message, ""};
	const struct call *call;
	const char *error;

	varlink_read(view->bytes, view->length, &message);
	seen.method = messages_add_text(view, hf_method, message.method);
	error = messages_add_text(view, hf_error, message.error);
	add_flag(view, hf_oneway, message.oneway);
	add_flag(view, hf_more, message.more);
	add_flag(view, hf_upgrade, message.upgrade);
	add_flag(view, hf_continues, message.continues);
	messages_add_value(view, hf_parameters, ett_parameters, message.parameters);
	call = calls_next(calls_of(view->pinfo, varlink.id), view->pinfo, varlink.id, find_call,
			  &seen);
	if (call && !message.method.at)
		proto_item_set_generated(
		    proto_tree_add_string(view->tree, hf_call, view->tvb, 0, 0, call->name));
	calls_add_links(call, &links, message.method.at != NULL, view->pinfo, view->tree,
			view->tvb);
	if (message.method.at)
		summarize_call(view, &message, seen.method);
	else
		summarize_reply(view, &message, error, call);
}

static struct message_start start_of(const uint8_t *bytes, size_t length)
{
	struct varlink_message message;
	enum protocol_answer answer = varlink_read(bytes, length, &message);

	return (struct message_start){answer, message.size, 0, message.certain};
}

/* After an upgrade, the bytes are of another protocol. */
static bool is_over(packet_info *pinfo)
{
	const struct calls *calls = calls_of(pinfo, varlink.id);

	return calls->last_frame != 0 && pinfo->num > calls->last_frame;
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
	return is_over(pinfo) ? 0 : messages_dissect(&varlink, tvb, pinfo, tree);
}

static wireshark_bool dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
					void *data _U_)
{
	return messages_dissect_heuristic(&varlink, tvb, pinfo, tree);
}

static void register_fields(void)
{
	static hf_register_info fields[] = {
	    {&hf_method, {"Method", "varlink.method", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_oneway,
	     {"Oneway", "varlink.oneway", FT_BOOLEAN, BASE_NONE, NULL, 0, "No reply comes", HFILL}},
	    {&hf_more,
	     {"More", "varlink.more", FT_BOOLEAN, BASE_NONE, NULL, 0, "Several replies may come",
	      HFILL}},
	    {&hf_upgrade,
	     {"Upgrade", "varlink.upgrade", FT_BOOLEAN, BASE_NONE, NULL, 0,
	      "After the reply, the stream is of another protocol", HFILL}},
	    {&hf_error, {"Error", "varlink.error", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_continues,
	     {"Continues", "varlink.continues", FT_BOOLEAN, BASE_NONE, NULL, 0,
	      "It is not the last reply to the call", HFILL}},
	    {&hf_parameters,
	     {"Parameters", "varlink.parameters", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_call,
	     {"Call", "varlink.call", FT_STRING, BASE_NONE, NULL, 0,
	      "Method of the call that the reply belongs to", HFILL}},
	    {&links.response_in,
	     {"Response in", "varlink.response_in", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, NULL, HFILL}},
	    {&links.response_to,
	     {"Response to", "varlink.response_to", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL}},
	    {&links.time,
	     {"Time", "varlink.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
	      "From the call to this reply", HFILL}},
	};
	static int *trees[] = {&varlink.ett, &ett_parameters};

	proto_register_field_array(varlink.id, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
}

static void register_experts(void)
{
	static ei_register_info infos[] = {
	    {&varlink.cut,
	     {"varlink.expert.cut", PI_UNDECODED, PI_NOTE, "The rest of the message is not here",
	      EXPFILL}},
	    {&varlink.malformed,
	     {"varlink.expert.malformed", PI_MALFORMED, PI_WARN, "Not a message of varlink",
	      EXPFILL}},
	};

	expert_register_field_array(expert_register_protocol(varlink.id), infos,
				    G_N_ELEMENTS(infos));
}

void varlink_register_protocol(void)
{
	varlink = (struct message_protocol){.name = "varlink",
					    .heuristic = "varlink_vsock",
					    .ett = -1,
					    .start = start_of,
					    .show = show};
	varlink.id = proto_register_protocol("varlink", "varlink", "varlink");
	varlink.handle = register_dissector("varlink", dissect, varlink.id);
	register_fields();
	register_experts();
}

void varlink_register_handoff(void)
{
	messages_handoff(&varlink, dissect_heuristic, "varlink over vsock");
}
