/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark's JSON dissector expects exactly one whole value. A packet of a stream can hold several
 * values, or a part of one. So values are separated here by counting brackets outside of strings,
 * which finds the end of every well-formed value without parsing it.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/json.h"

#include <stdbool.h>

#include "dissector/protocols/layers.h"

static dissector_handle_t json;

static bool is_filling(uint8_t c)
{
	/* 0xff: with it, QEMU's guest agent discards what came before. */
	return c <= ' ' || c == 0xff;
}

/* Length of the value that begins here; 0: its end is not here. */
static uint32_t value_size(const uint8_t *bytes, uint32_t length)
{
	uint32_t depth = 0;
	bool in_string = false;

	for (uint32_t i = 0; i < length; i++) {
		uint8_t c = bytes[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) {
			return i + 1;
		}
	}
	return 0;
}

static void dissect_value(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t offset,
			  uint32_t size)
{
	guint layers = layers_begin(pinfo);

	call_dissector(json, tvb_new_subset_length(tvb, (gint)offset, (gint)size), pinfo, tree);
	layers_end(pinfo, layers);
}

static int dissect_json_stream(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
	uint32_t length = tvb_captured_length(tvb);
	const uint8_t *bytes = length ? tvb_get_ptr(tvb, 0, (gint)length) : NULL;
	uint32_t offset = 0;

	while (offset < length) {
		uint32_t size;

		if (is_filling(bytes[offset])) {
			offset++;
			continue;
		}
		size = value_size(bytes + offset, length - offset);
		if (size == 0 && pinfo->can_desegment > 0) {
			pinfo->desegment_offset = (int)offset;
			pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
			break;
		}
		size = size ? size : length - offset;
		dissect_value(tvb, pinfo, tree, offset, size);
		offset += size;
	}
	return (int)length;
}

dissector_handle_t payload_json_handoff(void)
{
	json = find_dissector("json");
	return json ? create_dissector_handle(dissect_json_stream, -1) : NULL;
}
