/* SPDX-License-Identifier: BSD-3-Clause */
/* What packets mean to a flow: they open it, move it from state to state, and end it. */
#ifndef VSOCK_CORE_FLOW_UPDATE_H
#define VSOCK_CORE_FLOW_UPDATE_H

#include <stdint.h>

#include "core/flow-event.h"
#include "core/flow-table.h"
#include "core/packet.h"

/*
 * This packet comes soon: fetches what finding its flow needs first. Returns the hash for
 * vsock_moment.flow_hash and vsock_flow_fetch(), or 0 if the packet belongs to no flow.
 */
uint32_t vsock_flow_expect(const struct vsock_flow_table *table, const struct vsock_packet *packet,
			   uint16_t point);

/*
 * Counts a packet to its flow, and opens or ends a flow if the packet does that. Sets all of
 * *event. Some packets belong to no flow: those without a whole virtio header, those with upper
 * bits of a CID set (no kernel accepts them), and an RST of an unknown flow. Without memory for a
 * new flow, an old one is evicted.
 */
void vsock_flow_update(struct vsock_flow_table *table, const struct vsock_packet *packet,
		       const struct vsock_moment *moment, struct vsock_flow_event *event);

#endif
