/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is inside of flows: which protocol, which calls, and the first line of each message.
 *
 * Protocols are recognized by bytes, never by a port. Bytes that the capture lacks
 * end the pairing of calls, until a request begins a packet again.
 *
 * Memory: 8 bytes for each flow, up to CONNECTIONS_MAX connections, OPEN_CALLS_MAX calls,
 * CALL_CLASSES_MAX classes, and HPACK_BUDGET for header blocks of HTTP/2: 18 MiB together.
 */
#ifndef VSOCKDUMP_INSIDE_INSIDE_H
#define VSOCKDUMP_INSIDE_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow-table.h"
#include "tool/inside/tracker.h"
#include "tool/print/seen.h"

/* NULL without memory. */
struct inside *inside_new(bool calls, bool lines);
void inside_free(struct inside *inside);

/* For inside_packet(), if the flow is not known to be of no interest. */
void inside_look(struct inside *inside, struct place *place, const struct seen *seen);

/* Each packet of the flows that are wanted, in order. Most are of flows that are ignored. */
static inline void inside_packet(struct inside *inside, const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;
	struct place *place;

	inside->line_count = 0;
	if (!flow)
		return;
	place = connections_place(&inside->connections, flow);
	if (place &&
	    (place->connection != PLACE_IGNORED || seen->event.facts & VSOCK_FACT_SUPERSEDES))
		inside_look(inside, place, seen);
}

/* The flow leaves the table. */
void inside_flow_left(struct inside *inside, const struct vsock_flow *flow);

/*
 * The first line of the first message that begins in the packet, printable; NULL: none does, or it
 * is not known. Valid until the next packet.
 */
static inline const char *inside_first_line(const struct inside *inside, size_t *length)
{
	*length = inside->line.length;
	return inside->line_count ? inside->line_text : NULL;
}

/* Counts calls that are open now, in their classes. Returns their number. */
uint64_t inside_count_open(struct inside *inside);

/* Calls on_unanswered() for calls that wait at the end. */
void inside_report_open(struct inside *inside, uint64_t now, struct vsock_flow_table *flows);

#endif
