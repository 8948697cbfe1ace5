/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's systemd tells the host its state in lines of KEY=VALUE: one message a connection,
 * without an answer. A message ends with its stream. Its lines are shown as they come all the same:
 * a stream that never ends is worth seeing.
 */
#include "dissector/wireshark.h"

#include "dissector/protocols/sd-notify.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/strutil.h>

#include "lib/protocols/notify.h"

/* Lines of a packet that are in its Info, and bytes of a line there. */
#define INFO_LINES_MAX 8
#define INFO_TEXT_MAX  80

static int proto_sd_notify = -1;
static int hf_line;
static int hf_key;
static int hf_value;
static int ett_sd_notify = -1;
static int ett_line = -1;
static expert_field ei_line;
static dissector_handle_t sd_notify_handle;

/* "target x.target active" in place of "X_SYSTEMD_UNIT_ACTIVE=x.target". */
static const char *state_text(packet_info *pinfo, const char *key, const char *text)
{
	const char *value =
	    wireshark_format_text(pinfo->pool, text, MIN(strlen(text), INFO_TEXT_MAX));
	const char *state = NULL;

	if (strcmp(key, "X_SYSTEMD_UNIT_ACTIVE") == 0)
		state = "active";
	else if (strcmp(key, "X_SYSTEMD_UNIT_INACTIVE") == 0)
		state = "inactive";
	if (!state)
		return wmem_strdup_printf(pinfo->pool, "%s=%s", key, value);
	return wmem_strdup_printf(pinfo->pool, "%s %s %s",
				  g_str_has_suffix(value, ".target") ? "target" : "unit", value,
				  state);
}

static void add_line(const struct notify_line *line, tvbuff_t *tvb, gint offset, packet_info *pinfo,
		     proto_tree *tree, int nth)
{
	proto_item *item =
	    proto_tree_add_item(tree, hf_line, tvb, offset, (gint)line->size, ENC_UTF_8);
	proto_tree *line_tree = proto_item_add_subtree(item, ett_line);
	gint at = offset + (gint)line->key_length + 1;
	const guint8 *key = NULL;
	const guint8 *value = NULL;

	proto_tree_add_item_ret_string(line_tree, hf_key, tvb, offset, (gint)line->key_length,
				       ENC_UTF_8, pinfo->pool, &key);
	proto_tree_add_item_ret_string(line_tree, hf_value, tvb, at, (gint)line->value_length,
				       ENC_UTF_8, pinfo->pool, &value);
	if (nth < INFO_LINES_MAX)
		col_append_sep_str(pinfo->cinfo, COL_INFO, " ",
				   state_text(pinfo, (const char *)key, (const char *)value));
	else if (nth == INFO_LINES_MAX)
		col_append_str(pinfo->cinfo, COL_INFO, " ...");
}

static void add_lines(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	gint length = (gint)tvb_captured_length(tvb);
	const guint8 *bytes = tvb_get_ptr(tvb, 0, length);
	struct notify_line line;
	int nth = 0;

	for (gint at = 0; at < length; at += (gint)line.size) {
		if (notify_next_line(bytes + at, (size_t)(length - at), &line))
			add_line(&line, tvb, at, pinfo, tree, nth++);
		else
			expert_add_info(
			    pinfo,
			    proto_tree_add_item(tree, hf_line, tvb, at, (gint)line.size, ENC_UTF_8),
			    &ei_line);
	}
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
	proto_item *item;

	if (tvb_captured_length(tvb) == 0)
		return 0;
	col_set_str(pinfo->cinfo, COL_PROTOCOL, "sd_notify");
	col_clear(pinfo->cinfo, COL_INFO);
	item = proto_tree_add_item(tree, proto_sd_notify, tvb, 0, -1, ENC_NA);
	add_lines(tvb, pinfo, proto_item_add_subtree(item, ett_sd_notify));
	return (int)tvb_captured_length(tvb);
}

static wireshark_bool dissect_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
					void *data)
{
	guint length = tvb_captured_length(tvb);

	if (length == 0)
		return FALSE;
	switch (notify_recognize(tvb_get_ptr(tvb, 0, (gint)length), length)) {
	case PROTOCOL_YES:
		if (!PINFO_FD_VISITED(pinfo))
			conversation_set_dissector_from_frame_number(
			    find_or_create_conversation(pinfo), pinfo->num, sd_notify_handle);
		return dissect(tvb, pinfo, tree, data) > 0;
	case PROTOCOL_MORE:
		if (pinfo->can_desegment == 0)
			return FALSE;
		pinfo->desegment_offset = 0;
		pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
		return TRUE;
	default:
		return FALSE;
	}
}

void sd_notify_register_protocol(void)
{
	static hf_register_info fields[] = {
	    {&hf_line, {"Line", "sd_notify.line", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_key, {"Key", "sd_notify.key", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	    {&hf_value, {"Value", "sd_notify.value", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
	};
	static ei_register_info infos[] = {
	    {&ei_line,
	     {"sd_notify.expert.line", PI_PROTOCOL, PI_NOTE, "The line has not the form KEY=VALUE",
	      EXPFILL}},
	};
	static int *trees[] = {&ett_sd_notify, &ett_line};

	proto_sd_notify = proto_register_protocol("sd_notify", "sd_notify", "sd_notify");
	sd_notify_handle = register_dissector("sd_notify", dissect, proto_sd_notify);
	proto_register_field_array(proto_sd_notify, fields, G_N_ELEMENTS(fields));
	proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
	expert_register_field_array(expert_register_protocol(proto_sd_notify), infos,
				    G_N_ELEMENTS(infos));
}

void sd_notify_register_handoff(void)
{
	heur_dissector_add("vsock", dissect_heuristic, "sd_notify over vsock", "sd_notify_vsock",
			   proto_sd_notify, HEURISTIC_ENABLE);
	dissector_add_for_decode_as("vsock.port", sd_notify_handle);
}
