/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One row per stream, from client to server, and one per endpoint. Rows show CID and port in one
 * text, because Wireshark shows and filters ports only of protocols that it knows.
 */
#include "dissector/wireshark.h"

#include "dissector/tables.h"

/* The next header needs it. */
#include <epan/packet.h>

#include <epan/conversation_filter.h>
#include <epan/conversation_table.h>

#include <string.h>

#include "dissector/endpoint.h"
#include "dissector/records.h"
#include "dissector/tap.h"

static const char *field_for(conv_filter_type_e type)
{
	switch (type) {
	case CONV_FT_SRC_ADDRESS:
		return "vsock.src_endpoint";
	case CONV_FT_DST_ADDRESS:
		return "vsock.dst_endpoint";
	case CONV_FT_ANY_ADDRESS:
		return "vsock.endpoint";
	default:
		return CONV_FILTER_INVALID;
	}
}

static const char *conversation_field(conv_item_t *item _U_, conv_filter_type_e type)
{
	return field_for(type);
}

static const char *endpoint_field(endpoint_item_t *item _U_, conv_filter_type_e type)
{
	return field_for(type);
}

static void set_text(address *address, const char *text)
{
	set_address(address, AT_STRINGZ, (int)strlen(text) + 1, text);
}

static tap_packet_status count_conversation(void *context, packet_info *pinfo,
					    epan_dissect_t *edt _U_, const void *tapped,
					    tap_flags_t flags)
{
	static ct_dissector_info_t info = {conversation_field};
	const struct tap_data *data = tapped;
	const struct frame_record *frame = data->frame;
	const struct stream_record *stream = frame ? frame->stream : NULL;
	conv_id_t id = stream ? stream->number : CONV_ID_UNSET;
	conv_hash_t *hash = context;
	struct endpoint_texts texts;
	address source;
	address destination;

	if (!endpoint_texts(&texts, &data->packet, frame))
		return TAP_PACKET_DONT_REDRAW;
	hash->flags = flags;
	set_text(&source, texts.source);
	set_text(&destination, texts.destination);
	/* The source of a row's first packet comes first: an empty packet makes it the client. */
	if (stream && frame->sender == VSOCK_SERVER)
		add_conversation_table_data_with_conv_id(hash, &destination, &source, 0, 0, id, 0,
							 0, &pinfo->rel_ts, &pinfo->abs_ts, &info,
							 CONVERSATION_NONE);
	add_conversation_table_data_with_conv_id(hash, &source, &destination, 0, 0, id, 1,
						 (int)pinfo->fd->pkt_len, &pinfo->rel_ts,
						 &pinfo->abs_ts, &info, CONVERSATION_NONE);
	return TAP_PACKET_REDRAW;
}

static tap_packet_status count_endpoints(void *context, packet_info *pinfo, epan_dissect_t *edt _U_,
					 const void *tapped, tap_flags_t flags)
{
	static et_dissector_info_t info = {endpoint_field};
	const struct tap_data *data = tapped;
	conv_hash_t *hash = context;
	int bytes = (int)pinfo->fd->pkt_len;
	struct endpoint_texts texts;
	address end;

	if (!endpoint_texts(&texts, &data->packet, data->frame))
		return TAP_PACKET_DONT_REDRAW;
	hash->flags = flags;
	set_text(&end, texts.source);
	add_endpoint_table_data(hash, &end, 0, TRUE, 1, bytes, &info, ENDPOINT_NONE);
	set_text(&end, texts.destination);
	add_endpoint_table_data(hash, &end, 0, FALSE, 1, bytes, &info, ENDPOINT_NONE);
	return TAP_PACKET_REDRAW;
}

static wireshark_bool WIRESHARK_FILTER_FUNCTION(has_stream)
{
	return records_stream_of(pinfo) != NULL;
}

static char *WIRESHARK_FILTER_FUNCTION(stream_filter)
{
	const struct stream_record *stream = records_stream_of(pinfo);

	return stream ? g_strdup_printf("vsock.stream eq %" PRIu32, stream->number) : NULL;
}

void conversations_register(int protocol)
{
	register_conversation_table(protocol, TRUE, count_conversation, count_endpoints);
	wireshark_register_conversation_filter("vsock", "vsock", has_stream, stream_filter);
}
