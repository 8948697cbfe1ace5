/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/messages.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/exceptions.h>
#include <epan/show_exception.h>
#include <epan/strutil.h>

#include "dissector/protocols/layers.h"

/* What col_get_writable() and col_set_writable() call all columns. */
#define ALL_COLUMNS (-1)

/* Text of a guest in a column has at most so many bytes. */
#define COLUMN_TEXT_MAX 200

static dissector_handle_t json;

/* The protocols that have a heuristic. */
static struct message_protocol *protocols[8];
static size_t protocols_count;

static const uint8_t *bytes_of(tvbuff_t *tvb, size_t *length)
{
	*length = tvb_captured_length(tvb);
	return *length > 0 ? tvb_get_ptr(tvb, 0, (gint)*length) : NULL;
}

static void show_message(struct message_protocol *protocol, tvbuff_t *tvb, packet_info *pinfo,
			 proto_tree *tree, bool whole)
{
	struct message_view view = {.tvb = tvb, .pinfo = pinfo};
	guint layers = layers_begin(pinfo);

	view.bytes = bytes_of(tvb, &view.length);
	view.item = proto_tree_add_item(tree, protocol->id, tvb, 0, -1, ENC_NA);
	view.tree = proto_item_add_subtree(view.item, protocol->ett);
	protocol->show(&view);
	if (!whole)
		expert_add_info(pinfo, view.item, &protocol->cut);
	/* The next message adds to the columns. */
	col_set_fence(pinfo->cinfo, COL_INFO);
	layers_end(pinfo, layers);
}

/* Bytes after a message that are not one. */
static void show_malformed(struct message_protocol *protocol, tvbuff_t *tvb, packet_info *pinfo,
			   proto_tree *tree)
{
	proto_item *item = proto_tree_add_item(tree, protocol->id, tvb, 0, -1, ENC_NA);

	expert_add_info(pinfo, item, &protocol->malformed);
}

static void wait_for_more(packet_info *pinfo, size_t offset)
{
	pinfo->desegment_offset = (int)offset;
	pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
}

static void begin_columns(const struct message_protocol *protocol, packet_info *pinfo)
{
	col_set_str(pinfo->cinfo, COL_PROTOCOL, protocol->name);
	col_clear(pinfo->cinfo, COL_INFO);
}

/* One message or what is here of it. Returns how many bytes were used: 0 if more must come first.
 */
static size_t dissect_next(struct message_protocol *protocol, tvbuff_t *tvb, packet_info *pinfo,
			   proto_tree *tree, const struct message_start *start, size_t offset)
{
	size_t rest = tvb_captured_length(tvb) - offset;
	size_t size = start->answer == PROTOCOL_YES ? start->size : rest;
	tvbuff_t *part;

	if (start->answer == PROTOCOL_MORE && pinfo->can_desegment > 0) {
		wait_for_more(pinfo, offset);
		return 0;
	}
	part = tvb_new_subset_length(tvb, (gint)offset, (gint)size);
	if (start->answer == PROTOCOL_NO)
		show_malformed(protocol, part, pinfo, tree);
	else
		show_message(protocol, part, pinfo, tree, start->answer == PROTOCOL_YES);
	return size;
}

int messages_dissect(struct message_protocol *protocol, tvbuff_t *tvb, packet_info *pinfo,
		     proto_tree *tree)
{
	size_t length;
	const uint8_t *bytes = bytes_of(tvb, &length);
	size_t shown = 0;

	for (size_t offset = 0; offset < length;) {
		struct message_start start = protocol->start(bytes + offset, length - offset);
		size_t used;

		if (offset == 0 && start.answer == PROTOCOL_NO)
			return 0;
		/* Blanks at the end belong to no message. */
		if (start.filling == length - offset)
			break;
		if (shown == 0 && (start.answer == PROTOCOL_YES || pinfo->can_desegment == 0))
			begin_columns(protocol, pinfo);
		used = dissect_next(protocol, tvb, pinfo, tree, &start, offset);
		if (used == 0)
			break;
		offset += used;
		shown++;
	}
	return (int)length;
}

static enum protocol_answer recognize(const struct message_start *start, bool whole)
{
	if (start->answer == PROTOCOL_YES)
		return start->certain ? PROTOCOL_YES : PROTOCOL_NO;
	if (start->answer == PROTOCOL_MORE && !whole && start->certain)
		return PROTOCOL_YES;
	return start->answer;
}

static bool is_enabled(const struct message_protocol *protocol)
{
	const heur_dtbl_entry_t *entry =
	    find_heur_dissector_by_unique_short_name(protocol->heuristic);

	return entry && entry->enabled;
}

enum protocol_answer messages_recognize(const uint8_t *bytes, size_t length, bool whole)
{
	enum protocol_answer best = PROTOCOL_NO;

	for (size_t i = 0; i < protocols_count; i++) {
		struct message_start start = protocols[i]->start(bytes, length);

		if (is_enabled(protocols[i]))
			best = MAX(best, recognize(&start, whole));
	}
	return best;
}

bool messages_dissect_heuristic(struct message_protocol *protocol, tvbuff_t *tvb,
				packet_info *pinfo, proto_tree *tree)
{
	size_t length;
	const uint8_t *bytes = bytes_of(tvb, &length);
	struct message_start start;

	if (length == 0)
		return false;
	start = protocol->start(bytes, length);
	switch (recognize(&start, length == tvb_reported_length(tvb))) {
	case PROTOCOL_YES:
		if (!PINFO_FD_VISITED(pinfo))
			conversation_set_dissector_from_frame_number(
			    find_or_create_conversation(pinfo), pinfo->num, protocol->handle);
		return messages_dissect(protocol, tvb, pinfo, tree) > 0;
	case PROTOCOL_MORE:
		if (pinfo->can_desegment == 0)
			return false;
		wait_for_more(pinfo, 0);
		return true;
	default:
		return false;
	}
}

void messages_handoff(struct message_protocol *protocol, heur_dissector_t heuristic,
		      const char *title)
{
	json = find_dissector("json");
	if (protocols_count < G_N_ELEMENTS(protocols))
		protocols[protocols_count++] = protocol;
	heur_dissector_add("vsock", heuristic, title, protocol->heuristic, protocol->id,
			   HEURISTIC_ENABLE);
	dissector_add_for_decode_as("vsock.port", protocol->handle);
}

static gint offset_of(const struct message_view *view, struct json_text text)
{
	return (gint)(text.at - view->bytes);
}

const char *messages_add_text(const struct message_view *view, int field, struct json_text text)
{
	const guint8 *value = NULL;

	if (!text.at)
		return "";
	proto_tree_add_item_ret_string(view->tree, field, view->tvb, offset_of(view, text),
				       (gint)text.length, ENC_UTF_8, view->pinfo->pool, &value);
	return wireshark_format_text(view->pinfo->pool, (const char *)value,
				     MIN(strlen((const char *)value), COLUMN_TEXT_MAX));
}

/* A value that Wireshark does not like must not stop the dissection of the next message. */
static void dissect_json(const struct message_view *view, proto_tree *tree, struct json_text value)
{
	gboolean writable = col_get_writable(view->pinfo->cinfo, ALL_COLUMNS);
	tvbuff_t *tvb =
	    tvb_new_subset_length(view->tvb, offset_of(view, value), (gint)value.length);

	col_set_writable(view->pinfo->cinfo, ALL_COLUMNS, FALSE);
	TRY
	{
		call_dissector(json, tvb, view->pinfo, tree);
	}
	CATCH_NONFATAL_ERRORS
	{
		show_exception(tvb, view->pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
	}
	ENDTRY;
	col_set_writable(view->pinfo->cinfo, ALL_COLUMNS, writable);
}

void messages_add_value(const struct message_view *view, int field, int ett, struct json_text value)
{
	proto_item *item;

	if (!value.at || value.length == 0)
		return;
	item = proto_tree_add_item(view->tree, field, view->tvb, offset_of(view, value),
				   (gint)value.length, ENC_UTF_8);
	if (json && (value.at[0] == '{' || value.at[0] == '['))
		dissect_json(view, proto_item_add_subtree(item, ett), value);
}
