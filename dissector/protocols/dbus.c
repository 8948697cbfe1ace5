/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stream of D-Bus: lines of authentication, then messages.
 *
 * Wireshark's dissector knows the messages, but not the lines, and the one that it has for TCP
 * takes the lines for messages. So both are separated here. A line begins with the name of a
 * command, a message with its byte order and type. No command begins like that, so the bytes alone
 * say what they are, in the middle of a connection, too.
 */
#include "dissector/wireshark.h"

#include "dissector/protocols/dbus.h"

#include <epan/conversation.h>
#include <epan/exceptions.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/show_exception.h>
#include <wiretap/wtap.h>

#include "dissector/protocols/layers.h"
#include "lib/protocols/dbus.h"

static int proto_dbus = -1; /* Wireshark's */
static int proto_sasl = -1;
static int hf_zero;
static int hf_line;
static int hf_command;
static int hf_mechanism;
static int hf_argument;
static int ett_sasl = -1;
static int ett_line = -1;
static expert_field ei_other;
static dissector_handle_t stream_handle;
static dissector_handle_t message_handle;

/* The bytes that one call gets. */
struct stream {
	tvbuff_t *tvb;
	const uint8_t *bytes;
	uint32_t length;
	uint32_t reported;
	packet_info *pinfo;
	proto_tree *tree;
	uint32_t offset;
	bool own_layer; /* this dissector is the last layer in the list of the packet's */
};

/* The text in the column Info of what came before must stay. */
static void begin_info(const struct stream *s)
{
	if (s->offset == 0) {
		col_clear(s->pinfo->cinfo, COL_INFO);
		return;
	}
	col_append_str(s->pinfo->cinfo, COL_INFO, ", ");
	col_set_fence(s->pinfo->cinfo, COL_INFO);
}

static void add_text(const struct stream *s, proto_tree *tree, int field, struct dbus_text text)
{
	if (text.at)
		proto_tree_add_item(tree, field, s->tvb,
				    (gint)((const uint8_t *)text.at - s->bytes), (gint)text.length,
				    ENC_ASCII);
}

/* Info does not have arguments: they may be secrets, and a list is often shown to others. */
static void add_line(const struct stream *s, const struct dbus_line *line, proto_item *top,
		     proto_tree *tree, bool first)
{
	wmem_allocator_t *pool = s->pinfo->pool;
	proto_item *item = proto_tree_add_item(tree, hf_line, s->tvb, (gint)s->offset,
					       (gint)line->size - 2, ENC_ASCII);
	proto_tree *parts = proto_item_add_subtree(item, ett_line);
	const char *text = wmem_strndup(pool, line->command.at, line->command.length);

	if (line->mechanism.at)
		text = wmem_strdup_printf(
		    pool, "%s %s", text,
		    wmem_strndup(pool, line->mechanism.at, line->mechanism.length));
	add_text(s, parts, hf_command, line->command);
	add_text(s, parts, hf_mechanism, line->mechanism);
	add_text(s, parts, hf_argument, line->argument);
	col_append_sep_str(s->pinfo->cinfo, COL_INFO, first ? "" : ", ", text);
	proto_item_append_text(top, "%s %s", first ? ":" : ",", text);
}

/* All lines from the offset. `line` is the first one. */
static void show_lines(struct stream *s, struct dbus_line line)
{
	proto_item *item =
	    proto_tree_add_item(s->tree, proto_sasl, s->tvb, (gint)s->offset, -1, ENC_NA);
	proto_tree *tree = proto_item_add_subtree(item, ett_sasl);
	bool first = true;

	col_set_str(s->pinfo->cinfo, COL_PROTOCOL, "D-Bus");
	begin_info(s);
	if (s->bytes[s->offset] == '\0') {
		proto_tree_add_item(tree, hf_zero, s->tvb, (gint)s->offset, 1, ENC_NA);
		s->offset++;
		line.size--;
	}
	do {
		add_line(s, &line, item, tree, first);
		first = false;
		s->offset += (uint32_t)line.size;
	} while (dbus_line_read(s->bytes + s->offset, s->length - s->offset, &line) ==
		 PROTOCOL_YES);
	proto_item_set_end(item, s->tvb, (gint)s->offset);
}

/* Wireshark's dissector adds the same layer. */
static void drop_own_layer(struct stream *s)
{
	if (!s->own_layer)
		return;
	s->own_layer = false;
	wmem_list_remove_frame(s->pinfo->layers, wmem_list_tail(s->pinfo->layers));
	s->pinfo->curr_layer_num--;
}

/*
 * Wireshark's dissector sets the packet's addresses to names of the bus, which the message shows
 * anyway. An error in a message does not stop the dissection of the next one.
 */
static void call_message(const struct stream *s, tvbuff_t *tvb)
{
	packet_info *pinfo = s->pinfo;
	address src = pinfo->src;
	address dst = pinfo->dst;
	guint layers = layers_begin(pinfo);

	TRY
	{
		call_dissector(message_handle, tvb, pinfo, s->tree);
	}
	CATCH_NONFATAL_ERRORS
	{
		show_exception(tvb, pinfo, s->tree, EXCEPT_CODE, GET_MESSAGE);
	}
	ENDTRY;
	pinfo->src = src;
	pinfo->dst = dst;
	layers_end(pinfo, layers);
}

static void show_message(struct stream *s, uint32_t size)
{
	uint32_t here = MIN(size, s->length - s->offset);
	uint32_t reported = MIN(size, s->reported - s->offset);

	begin_info(s);
	drop_own_layer(s);
	call_message(
	    s, tvb_new_subset_length_caplen(s->tvb, (gint)s->offset, (gint)here, (gint)reported));
	s->offset += here;
}

/* Neither a line nor a message, or the rest was not captured. */
static void show_other(struct stream *s)
{
	proto_item *item =
	    proto_tree_add_item(s->tree, proto_sasl, s->tvb, (gint)s->offset, -1, ENC_NA);

	expert_add_info(s->pinfo, item, &ei_other);
	s->offset = s->length;
}

static void wait_for(const struct stream *s, uint32_t more)
{
	s->pinfo->desegment_offset = (int)s->offset;
	s->pinfo->desegment_len = more ? more : DESEGMENT_ONE_MORE_SEGMENT;
}

/* A zero byte is only before the first line. */
static enum protocol_answer read_line(const uint8_t *bytes, size_t length, struct dbus_line *line)
{
	return bytes[0] == '\0' ? dbus_start_read(bytes, length, line)
				: dbus_line_read(bytes, length, line);
}

/* False if the rest has to wait. */
static bool show_next(struct stream *s)
{
	const uint8_t *bytes = s->bytes + s->offset;
	uint32_t length = s->length - s->offset;
	struct dbus_line line;
	uint32_t size;
	enum protocol_answer of_line = read_line(bytes, length, &line);
	enum protocol_answer of_message = dbus_message_read(bytes, length, &size);

	if (of_line == PROTOCOL_YES) {
		show_lines(s, line);
	} else if (of_message == PROTOCOL_YES) {
		show_message(s, size);
	} else if ((of_line == PROTOCOL_MORE || of_message == PROTOCOL_MORE) &&
		   s->pinfo->can_desegment > 0) {
		wait_for(s, size ? size - length : 0);
		return false;
	} else if (size > 0) {
		show_message(s, size);
	} else {
		show_other(s);
	}
	return true;
}

static struct stream stream_of(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	struct stream s = {
	    .tvb = tvb,
	    .length = tvb_captured_length(tvb),
	    .reported = tvb_reported_length(tvb),
	    .pinfo = pinfo,
	    .tree = tree,
	    .own_layer = true,
	};

	s.bytes = s.length > 0 ? tvb_get_ptr(tvb, 0, (gint)s.length) : NULL;
	return s;
}

static bool may_begin(const struct stream *s)
{
	struct dbus_line line;
	uint32_t size;

	return s->length > 0 && (read_line(s->bytes, s->length, &line) != PROTOCOL_NO ||
				 dbus_message_read(s->bytes, s->length, &size) != PROTOCOL_NO);
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
	struct stream s = stream_of(tvb, pinfo, tree);

	if (!may_begin(&s))
		return 0;
	while (s.offset < s.length && show_next(&s)) {
	}
	return (int)s.length;
}

static enum protocol_answer recognize(const struct stream *s)
{
	struct dbus_line line;

	if (s->length == 0)
		return PROTOCOL_NO;
	if (dbus_message_is_certain(s->bytes, s->length))
		return PROTOCOL_YES;
	return dbus_start_read(s->bytes, s->length, &line);
}

static wireshark_bool dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
					void *data)
{
	struct stream s = stream_of(tvb, pinfo, tree);

	switch (recognize(&s)) {
	case PROTOCOL_YES:
		if (!PINFO_FD_VISITED(pinfo))
			conversation_set_dissector_from_frame_number(
			    find_or_create_conversation(pinfo), pinfo->num, stream_handle);
		return dissect(tvb, pinfo, tree, data) > 0;
	case PROTOCOL_MORE:
		if (pinfo->can_desegment == 0)
			return FALSE;
		wait_for(&s, 0);
		return TRUE;
	default:
		return FALSE;
	}
}

void dbus_register_protocol(void)
{
	static hf_register_info fields[] = {
	    {&hf_zero,
	     {"Zero byte", "dbus_sasl.zero", FT_NONE, BASE_NONE, NULL, 0,
	      "A client sends it first, with its credentials where the socket can carry them",
	      HFILL}},
	    {&hf_line, {"Line", "dbus_sasl.line", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_command,
	     {"Command", "dbus_sasl.command", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_mechanism,
	     {"Mechanism", "dbus_sasl.mechanism", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_argument,
	     {"Argument", "dbus_sasl.argument", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	};
	static ei_register_info infos[] = {
	    {&ei_other,
	     {"dbus_sasl.expert.other", PI_UNDECODED, PI_NOTE,
	      "Neither a line of authentication nor a message, or its rest is not here", EXPFILL}},
	};
	static int *trees[] = {&ett_sasl, &ett_line};

	proto_sasl =
	    proto_register_protocol("D-Bus authentication", "D-Bus authentication", "dbus_sasl");
	proto_register_field_array(proto_sasl, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
	expert_register_field_array(expert_register_protocol(proto_sasl), infos,
				    G_N_ELEMENTS(infos));
}

/* In some versions Wireshark's dissector of messages has no name, but an entry for capture files.
 */
static dissector_handle_t find_messages(void)
{
	dissector_handle_t handle = find_dissector("dbus");

	return handle ? handle : dissector_get_default_uint_handle("wtap_encap", WTAP_ENCAP_DBUS);
}

/* The name in Decode As is Wireshark's. This entry comes first, and replaces the one of TCP. */
void dbus_register_handoff(void)
{
	proto_dbus = proto_get_id_by_filter_name("dbus");
	message_handle = find_messages();
	if (proto_dbus < 0 || !message_handle)
		return;
	stream_handle = create_dissector_handle(dissect, proto_dbus);
	heur_dissector_add("vsock", dissect_heuristic, "D-Bus over vsock", "dbus_vsock", proto_dbus,
			   HEURISTIC_ENABLE);
	dissector_add_for_decode_as("vsock.port", stream_handle);
}
