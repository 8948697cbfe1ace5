/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follow Stream. The stream says which side sent a piece, because on loopback both addresses are
 * the same. A SEQPACKET message is one piece, even if it was split. Missing bytes are shown by the
 * same text that Wireshark uses for TCP.
 *
 * tshark accepts a stream by its number only: its form with addresses understands only IP's.
 */
#include "dissector/wireshark.h"

#include "dissector/follow.h"

#include <stdio.h>
#include <string.h>

#include "dissector/endpoint.h"
#include "dissector/records.h"
#include "dissector/tables.h"
#include "dissector/tap.h"

char *follow_filter(guint stream)
{
	return g_strdup_printf("vsock.stream eq %u", stream);
}

static gchar *filter_of_packet(epan_dissect_t *edt _U_, packet_info *pinfo, guint *stream,
			       guint *sub_stream)
{
	const struct stream_record *record = records_stream_of(pinfo);

	if (!record)
		return NULL;
	*stream = record->number;
	*sub_stream = 0;
	return follow_filter(*stream);
}

static gchar *filter_of_index(guint stream, guint sub_stream _U_)
{
	return follow_filter(stream);
}

static gchar *filter_of_addresses(address *source _U_, address *destination _U_,
				  int source_port _U_, int destination_port _U_)
{
	return NULL;
}

static gchar *port_text(wmem_allocator_t *allocator, guint port)
{
	return wmem_strdup_printf(allocator, "%u", port);
}

/* "host" of the text "host:5000". Wireshark adds the port. */
static void set_follow_node(address *node, char *text)
{
	char *colon = strrchr(text, ':');

	if (colon)
		*colon = '\0';
	alloc_address_wmem(NULL, node, AT_STRINGZ, (int)strlen(text) + 1, text);
}

static void set_follow_nodes(follow_info_t *info, const struct tap_data *data)
{
	const struct stream_record *stream = data->frame->stream;
	bool by_client = data->frame->sender == VSOCK_CLIENT;
	struct endpoint_texts texts;

	if (info->client_ip.type != AT_NONE || !endpoint_texts(&texts, &data->packet, data->frame))
		return;
	set_follow_node(&info->client_ip, by_client ? texts.source : texts.destination);
	set_follow_node(&info->server_ip, by_client ? texts.destination : texts.source);
	info->client_port = stream->port[VSOCK_CLIENT];
	info->server_port = stream->port[VSOCK_SERVER];
}

static follow_record_t *new_record(follow_info_t *info, const packet_info *pinfo,
				   enum vsock_side side)
{
	follow_record_t *record = g_new0(follow_record_t, 1);

	record->is_server = side == VSOCK_SERVER;
	record->packet_num = pinfo->num;
	record->abs_ts = pinfo->abs_ts;
	record->data = g_byte_array_new();
	info->payload = g_list_prepend(info->payload, record);
	return record;
}

/* The newest comes first in the list. */
static follow_record_t *last_record(const follow_info_t *info, enum vsock_side side)
{
	for (const GList *l = info->payload; l; l = l->next) {
		follow_record_t *record = l->data;

		if (record->is_server == (side == VSOCK_SERVER))
			return record;
	}
	return NULL;
}

/* Whether the side's last record waits for the rest of its message. Only TCP uses seq itself. */
static guint32 *unfinished(follow_info_t *info, enum vsock_side side)
{
	return &info->seq[side];
}

static void append_piece(follow_info_t *info, const packet_info *pinfo, enum vsock_side side,
			 const guint8 *bytes, guint length)
{
	follow_record_t *record = *unfinished(info, side) ? last_record(info, side) : NULL;

	if (!record)
		record = new_record(info, pinfo, side);
	g_byte_array_append(record->data, bytes, length);
	info->bytes_written[side] += length;
}

static void append_gap(follow_info_t *info, const packet_info *pinfo, enum vsock_side side,
		       uint32_t missing, const char *why)
{
	char text[80];

	snprintf(text, sizeof(text), "[%" PRIu32 " bytes %s]", missing, why);
	append_piece(info, pinfo, side, (const guint8 *)text, (guint)strlen(text));
}

static const char missing_text[] = "missing in capture file";
static const char unreliable_text[] = "not known: this kernel's tap copies them wrongly";

tap_packet_status follow_note_packet(void *context, packet_info *pinfo, epan_dissect_t *edt _U_,
				     const void *tapped, tap_flags_t flags _U_)
{
	const struct tap_data *data = tapped;
	const struct frame_record *frame = data->frame;
	follow_info_t *info = context;

	set_follow_nodes(info, data);
	/* The peer sent the acknowledged bytes that were not captured. */
	if (frame->lost > 0)
		append_gap(info, pinfo, vsock_peer(frame->sender), frame->lost, missing_text);
	if (data->bytes)
		append_piece(info, pinfo, frame->sender,
			     tvb_get_ptr(data->bytes, 0, (gint)frame->known), frame->known);
	if (frame->known < frame->length)
		append_gap(info, pinfo, frame->sender, frame->length - frame->known,
			   frame->marks & FRAME_UNRELIABLE ? unreliable_text : missing_text);
	if (frame->marks & FRAME_HAS_SEGMENT)
		*unfinished(info, frame->sender) = data->packet.type == VSOCK_TYPE_SEQPACKET &&
						   !(frame->marks & FRAME_END_OF_MESSAGE);
	return TAP_PACKET_DONT_REDRAW;
}

void follow_register(int protocol)
{
	wireshark_register_follow(protocol, TAP_FOLLOW_NAME, filter_of_packet, filter_of_index,
				  filter_of_addresses, port_text, follow_note_packet,
				  records_stream_count);
}
