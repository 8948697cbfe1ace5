/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/stream-segment.h"

bool stream_segment_of(const struct seen *seen, struct stream_segment *segment)
{
	const struct vsock_flow_event *event = &seen->event;
	const struct vsock_segment *content = vsock_event_segment(event);

	if (!content)
		return false;
	*segment = (struct stream_segment){
	    .side = event->sender,
	    .offset = content->offset,
	    .content = content,
	};
	return true;
}

uint32_t stream_segment_zeros(const struct vsock_segment *content)
{
	if (content->length > VSOCK_MAX_RW_LEN)
		return 0;
	return content->length - vsock_segment_known(content);
}

uint64_t stream_segment_message(const struct stream_segment *segment)
{
	uint64_t end = segment->offset + segment->content->length;

	return end > segment->content->message ? end - segment->content->message : 0;
}

/* Whether the side may have sent something before the capture began. */
static bool joined_late(const struct vsock_flow *flow)
{
	return flow->marks & VSOCK_FLOW_MIDSTREAM && !flow->response_ts;
}

size_t stream_losses(const struct seen *seen, struct stream_loss losses[static STREAM_LOSSES_MAX])
{
	const struct vsock_flow_event *event = &seen->event;
	enum vsock_side peer = vsock_peer(event->sender);
	struct stream_segment segment;
	size_t count = 0;

	if (!event->flow)
		return 0;
	if (event->facts & VSOCK_FACT_FWD_AHEAD)
		losses[count++] = (struct stream_loss){
		    .side = peer,
		    .offset = event->flow->side[peer].bytes,
		    .bytes = event->ahead,
		};
	if (!stream_segment_of(seen, &segment))
		return count;
	if (segment.offset == 0 && segment.content->length > 0 && joined_late(event->flow))
		losses[count++] = (struct stream_loss){.side = segment.side};
	if (event->facts & VSOCK_FACT_SPLIT_BROKEN)
		losses[count++] =
		    (struct stream_loss){.side = segment.side, .offset = segment.offset};
	return count;
}

bool stream_loss_at_end(const struct vsock_flow *flow, enum vsock_side side,
			struct stream_loss *loss)
{
	const struct vsock_flow_side *own = &flow->side[side];

	if (own->in_flight >= 0)
		return false;
	*loss = (struct stream_loss){
	    .side = side,
	    .offset = own->bytes,
	    .bytes = (uint64_t) - (int64_t)own->in_flight,
	};
	return true;
}

bool stream_side_spoke(const struct vsock_flow *flow, enum vsock_side side)
{
	return flow->side[side].marks & VSOCK_SIDE_DATA || flow->marks & VSOCK_FLOW_LOSSY ||
	       flow->side[side].in_flight < 0;
}

const char *stream_side_name(enum vsock_side side)
{
	return side == VSOCK_CLIENT ? "client" : "server";
}
