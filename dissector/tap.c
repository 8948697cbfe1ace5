/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/tap.h"

#include <epan/tap.h>

static int all_packets = -1;
static int all_cids = -1;
static int stream_bytes = -1;

void tap_register(void)
{
	all_packets = register_tap(TAP_NAME);
	all_cids = register_tap(TAP_CID_NAME);
	stream_bytes = register_tap(TAP_FOLLOW_NAME);
}

static struct tap_data *data_of(packet_info *pinfo, const struct vsock_packet *packet,
				const struct frame_record *frame)
{
	struct tap_data *data = wmem_new0(pinfo->pool, struct tap_data);

	data->packet = *packet;
	data->packet.payload = NULL;
	data->frame = frame;
	return data;
}

static void report_to_follower(tvbuff_t *tvb, packet_info *pinfo, const struct vsock_packet *packet,
			       const struct frame_record *frame)
{
	struct tap_data *data;

	if (!(frame->marks & FRAME_HAS_SEGMENT) && frame->lost == 0)
		return;
	data = data_of(pinfo, packet, frame);
	if (frame->known > 0)
		data->bytes = tvb_new_subset_length(tvb, (gint)frame->offset, (gint)frame->known);
	tap_queue_packet(stream_bytes, pinfo, data);
}

/* The queue takes memory, so nothing is queued if nobody listens. */
void tap_packet(tvbuff_t *tvb, packet_info *pinfo, const struct vsock_packet *packet,
		const struct frame_record *frame)
{
	if (have_tap_listener(all_packets))
		tap_queue_packet(all_packets, pinfo, data_of(pinfo, packet, frame));
	if (have_tap_listener(all_cids))
		tap_queue_packet(all_cids, pinfo, data_of(pinfo, packet, frame));
	if (frame && frame->stream && have_tap_listener(stream_bytes))
		report_to_follower(tvb, pinfo, packet, frame);
}
