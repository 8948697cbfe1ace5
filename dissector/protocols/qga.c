/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/qga.h"

#include <string.h>

#include "dissector/protocols/calls.h"
#include "dissector/protocols/messages.h"
#include "lib/protocols/qmp.h"

static struct message_protocol qga;
static int hf_type;
static int hf_execute;
static int hf_arguments;
static int hf_return;
static int hf_error;
static int hf_description;
static int hf_event;
static int hf_event_data;
static int hf_greeting;
static int hf_id;
static int hf_reset;
static int hf_call;
static struct call_fields links;
static int ett_value = -1;

static const value_string types[] = {{QMP_UNKNOWN, "Message"},
				     {QMP_GREETING, "Greeting"},
				     {QMP_COMMAND, "Command"},
				     {QMP_RETURN, "Return"},
				     {QMP_ERROR, "Error"},
				     {QMP_EVENT, "Event"},
				     {0, NULL}};

/* What the first visit needs to know. */
struct seen {
	const struct qmp_message *message;
	const char *name;
	const char *description; /* of an error */
	const char *id;          /* NULL: none */
};

/* A command that sends only errors, as the guest is off or asleep when it has done its work. */
static bool is_silent(const struct call *call)
{
	static const char *const names[] = {"guest-shutdown", "guest-suspend-disk",
					    "guest-suspend-ram", "guest-suspend-hybrid"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(call->name, names[i]) == 0)
			return true;
	return false;
}

static struct call *begin_call(struct calls *calls, packet_info *pinfo, const struct seen *seen)
{
	struct call *call = calls_begin(calls, pinfo, seen->name, true);

	if (seen->id)
		call->id = wmem_strdup(wmem_file_scope(), seen->id);
	return call;
}

/* The command whose reply begins with the byte 0xff. */
static bool is_delimited(const struct call *call)
{
	return strcmp(call->name, "guest-sync-delimited") == 0;
}

/* The agent has forgotten all commands before the one that asked for the byte 0xff. */
static void drop_forgotten(struct calls *calls)
{
	struct call *call;

	while ((call = calls_oldest(calls)) && !is_delimited(call))
		calls_end(calls, call);
}

/* The agent complains about the byte 0xff, before it answers the command after it. */
static bool is_complaint(const struct calls *calls, const struct seen *seen)
{
	if (seen->message->type != QMP_ERROR || seen->message->reset ||
	    !g_str_has_prefix(seen->description, "JSON parse error"))
		return false;
	for (wmem_list_frame_t *at = wmem_list_head(calls->open); at; at = wmem_list_frame_next(at))
		if (is_delimited(wmem_list_frame_data(at)))
			return true;
	return false;
}

static struct call *answered_call(struct calls *calls, const struct seen *seen)
{
	struct call *call;

	if (seen->message->reset)
		drop_forgotten(calls);
	if (seen->id)
		return calls_with_id(calls, seen->id);
	if (is_complaint(calls, seen))
		return NULL;
	while ((call = calls_oldest(calls)) && seen->message->type == QMP_RETURN && is_silent(call))
		calls_end(calls, call);
	return call;
}

static struct call *find_call(struct calls *calls, packet_info *pinfo, const void *data)
{
	const struct seen *seen = data;
	enum qmp_type type = seen->message->type;
	struct call *call;

	if (type == QMP_COMMAND)
		return begin_call(calls, pinfo, seen);
	if (type != QMP_RETURN && type != QMP_ERROR)
		return NULL;
	call = answered_call(calls, seen);
	if (!call)
		return NULL;
	call->response_frame = pinfo->num;
	calls_end(calls, call);
	return call;
}

static int name_field(enum qmp_type type)
{
	return type == QMP_ERROR ? hf_error : type == QMP_EVENT ? hf_event : hf_execute;
}

static int value_field(enum qmp_type type)
{
	switch (type) {
	case QMP_GREETING:
		return hf_greeting;
	case QMP_RETURN:
		return hf_return;
	case QMP_EVENT:
		return hf_event_data;
	default:
		return hf_arguments;
	}
}

static const char *reply_text(const struct message_view *view, const struct seen *seen)
{
	if (seen->message->type == QMP_RETURN)
		return "ok";
	return wmem_strdup_printf(view->pinfo->pool, "%s \"%s\"", seen->name, seen->description);
}

static void summarize(const struct message_view *view, const struct seen *seen,
		      const struct call *call)
{
	enum qmp_type type = seen->message->type;
	const char *text = seen->name;

	if (type == QMP_GREETING)
		text = "greeting";
	else if (type == QMP_EVENT)
		text = wmem_strdup_printf(view->pinfo->pool, "event %s", seen->name);
	else if (type == QMP_RETURN || type == QMP_ERROR)
		text = wmem_strdup_printf(view->pinfo->pool, "%s -> %s",
					  call ? call->name : "reply", reply_text(view, seen));
	col_append_sep_str(view->pinfo->cinfo, COL_INFO, NULL, text);
	if (call && type != QMP_COMMAND)
		col_append_fstr(view->pinfo->cinfo, COL_INFO, " %s",
				calls_time_text(call, view->pinfo));
	proto_item_append_text(view->item, ", %s", text);
}

static void show(const struct message_view *view)
{
	struct qmp_message message;
	struct seen seen = {&message, "", "", NULL};
	const struct call *call;

	qmp_read(view->bytes, view->length, &message);
	if (message.reset)
		proto_tree_add_item(view->tree, hf_reset, view->tvb, 0, (gint)message.start,
				    ENC_NA);
	proto_item_set_generated(
	    proto_tree_add_uint(view->tree, hf_type, view->tvb, 0, 0, message.type));
	seen.name = messages_add_text(view, name_field(message.type), message.name);
	seen.description = messages_add_text(view, hf_description, message.text);
	if (message.id.at)
		seen.id = messages_add_text(view, hf_id, message.id);
	messages_add_value(view, value_field(message.type), ett_value, message.value);
	call = calls_next(calls_of(view->pinfo, qga.id), view->pinfo, qga.id, find_call, &seen);
	if (call && message.type != QMP_COMMAND)
		proto_item_set_generated(
		    proto_tree_add_string(view->tree, hf_call, view->tvb, 0, 0, call->name));
	calls_add_links(call, &links, message.type == QMP_COMMAND, view->pinfo, view->tree,
			view->tvb);
	summarize(view, &seen, call);
}

static struct message_start start_of(const uint8_t *bytes, size_t length)
{
	struct qmp_message message;
	enum protocol_answer answer = qmp_read(bytes, length, &message);

	return (struct message_start){answer, message.size, message.start,
				      message.type != QMP_UNKNOWN};
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
	return messages_dissect(&qga, tvb, pinfo, tree);
}

static wireshark_bool dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
					void *data _U_)
{
	return messages_dissect_heuristic(&qga, tvb, pinfo, tree);
}

static void register_fields(void)
{
	static hf_register_info fields[] = {
	    {&hf_type, {"Type", "qga.type", FT_UINT8, BASE_DEC, VALS(types), 0, NULL, HFILL}},
	    {&hf_execute, {"Command", "qga.execute", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_arguments,
	     {"Arguments", "qga.arguments", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_return, {"Return", "qga.return", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_error,
	     {"Error", "qga.error", FT_STRING, BASE_NONE, NULL, 0, "Class of the error", HFILL}},
	    {&hf_description,
	     {"Description", "qga.error.description", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_event, {"Event", "qga.event", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_event_data,
	     {"Data", "qga.event.data", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_greeting,
	     {"Greeting", "qga.greeting", FT_STRING, BASE_NONE, NULL, 0,
	      "What QEMU's monitor says first", HFILL}},
	    {&hf_id,
	     {"Id", "qga.id", FT_STRING, BASE_NONE, NULL, 0, "A reply has that of its command",
	      HFILL}},
	    {&hf_reset,
	     {"Reset", "qga.reset", FT_BYTES, BASE_NONE, NULL, 0,
	      "The bytes before this are to be discarded", HFILL}},
	    {&hf_call,
	     {"Call", "qga.call", FT_STRING, BASE_NONE, NULL, 0,
	      "The command that the reply belongs to", HFILL}},
	    {&links.response_in,
	     {"Response in", "qga.response_in", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, NULL, HFILL}},
	    {&links.response_to,
	     {"Response to", "qga.response_to", FT_FRAMENUM, BASE_NONE,
	      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL}},
	    {&links.time,
	     {"Time", "qga.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
	      "From the command to this reply", HFILL}},
	};
	static int *trees[] = {&qga.ett, &ett_value};

	proto_register_field_array(qga.id, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
}

static void register_experts(void)
{
	static ei_register_info infos[] = {
	    {&qga.cut,
	     {"qga.expert.cut", PI_UNDECODED, PI_NOTE, "The rest of the message is not here",
	      EXPFILL}},
	    {&qga.malformed,
	     {"qga.expert.malformed", PI_MALFORMED, PI_WARN, "Not a message of QMP", EXPFILL}},
	};

	expert_register_field_array(expert_register_protocol(qga.id), infos, G_N_ELEMENTS(infos));
}

void qga_register_protocol(void)
{
	qga = (struct message_protocol){
	    .name = "QGA", .heuristic = "qga_vsock", .ett = -1, .start = start_of, .show = show};
	qga.id = proto_register_protocol("QEMU Guest Agent and Monitor", "QGA", "qga");
	qga.handle = register_dissector("qga", dissect, qga.id);
	register_fields();
	register_experts();
}

void qga_register_handoff(void)
{
	messages_handoff(&qga, dissect_heuristic, "QEMU guest agent over vsock");
}
