/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One row per stream, from client to server, and one per endpoint. Rows show CID and port in one
 * text, because Wireshark shows and filters ports only of protocols that it knows.
 *
 * The same for CIDs alone, in tables of their own: Wireshark adds up no rows.
 */
#include "dissector/wireshark.h"

#include "dissector/tables.h"

/* The next header needs it. */
#include <epan/packet.h>

#include <epan/conversation_filter.h>
#include <epan/conversation_table.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dissector/address.h"
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

static const char *cid_field_for(conv_filter_type_e type)
{
	switch (type) {
	case CONV_FT_SRC_ADDRESS:
		return "vsock.src_cid";
	case CONV_FT_DST_ADDRESS:
		return "vsock.dst_cid";
	case CONV_FT_ANY_ADDRESS:
		return "vsock.cid";
	default:
		return CONV_FILTER_INVALID;
	}
}

static const char *machines_field(conv_item_t *item _U_, conv_filter_type_e type)
{
	return cid_field_for(type);
}

static const char *machine_field(endpoint_item_t *item _U_, conv_filter_type_e type)
{
	return cid_field_for(type);
}

#define CID_TEXT_SIZE 24

/* A name only if filters know it for this field. False if the packet has no CIDs. */
static bool cid_texts(char texts[2][CID_TEXT_SIZE], const struct vsock_packet *packet)
{
	const uint64_t cids[2] = {packet->src_cid, packet->dst_cid};

	if (!vsock_has(packet, VSOCK_FIELD_DST_CID))
		return false;
	for (int i = 0; i < 2; i++) {
		const char *name =
		    address_name(cids[i]) ? val64_to_str_const(cids[i], address_names, "") : "";

		if (*name && strlen(name) < CID_TEXT_SIZE)
			g_strlcpy(texts[i], name, CID_TEXT_SIZE);
		else
			snprintf(texts[i], CID_TEXT_SIZE, "%" PRIu64, cids[i]);
	}
	return true;
}

static tap_packet_status count_machines_conversation(void *context, packet_info *pinfo,
						     epan_dissect_t *edt _U_, const void *tapped,
						     tap_flags_t flags)
{
	static ct_dissector_info_t info = {machines_field};
	const struct tap_data *data = tapped;
	conv_hash_t *hash = context;
	char texts[2][CID_TEXT_SIZE];
	address source;
	address destination;

	if (!cid_texts(texts, &data->packet))
		return TAP_PACKET_DONT_REDRAW;
	hash->flags = flags;
	set_text(&source, texts[0]);
	set_text(&destination, texts[1]);
	add_conversation_table_data(hash, &source, &destination, 0, 0, 1, (int)pinfo->fd->pkt_len,
				    &pinfo->rel_ts, &pinfo->abs_ts, &info, CONVERSATION_NONE);
	return TAP_PACKET_REDRAW;
}

static tap_packet_status count_machines(void *context, packet_info *pinfo, epan_dissect_t *edt _U_,
					const void *tapped, tap_flags_t flags)
{
	static et_dissector_info_t info = {machine_field};
	const struct tap_data *data = tapped;
	conv_hash_t *hash = context;
	int bytes = (int)pinfo->fd->pkt_len;
	char texts[2][CID_TEXT_SIZE];
	address end;

	if (!cid_texts(texts, &data->packet))
		return TAP_PACKET_DONT_REDRAW;
	hash->flags = flags;
	for (int i = 0; i < 2; i++) {
		set_text(&end, texts[i]);
		add_endpoint_table_data(hash, &end, 0, i == 0, 1, bytes, &info, ENDPOINT_NONE);
	}
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
	int machines = proto_register_protocol_in_name_only("Machines of vsock", "VSOCK CID",
							    TAP_CID_NAME, protocol, FT_PROTOCOL);

	register_conversation_table(protocol, TRUE, count_conversation, count_endpoints);
	register_conversation_table(machines, TRUE, count_machines_conversation, count_machines);
	wireshark_register_conversation_filter("vsock", "vsock", has_stream, stream_filter);
}
