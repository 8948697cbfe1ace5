/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The checks: each looks at one packet (check-packet.c), one event of a flow (check-flow.c), or one
 * flow that waits (check-absence.c), and reports what it finds. They keep only that they have
 * reported something (vsock_flow.reported). The flow has everything that they compare. Internal to
 * the core.
 */
#ifndef VSOCK_CORE_CHECKS_H
#define VSOCK_CORE_CHECKS_H

#include "core/check-report.h"
#include "core/flow-event.h"
#include "core/flow.h"

/* What a packet shows alone. `event` may have no flow. */
void vsock_check_packet(const struct vsock_check *check, const struct vsock_flow_event *event);

/* What a packet means to its flow. event->flow is not NULL. */
void vsock_check_event(const struct vsock_check *check, const struct vsock_flow_event *event);

/* The same for a bare flow. */
void vsock_check_bare_event(const struct vsock_check *check, const struct vsock_flow_event *event);

/*
 * When the packet that the flow waits for is due, in nanoseconds since 1970. 0: the flow waits for
 * nothing, or nothing worth a finding.
 */
uint64_t vsock_check_due(const struct vsock_flow *flow, const struct vsock_analysis_config *config);

/* The flow or the capture ended: reports the findings that waited for a later packet. */
void vsock_check_settle(const struct vsock_check *check, struct vsock_flow *flow);

/* A stall of `side` has lasted this long. Corrects what was reported about it. */
void vsock_check_stall_lasted(const struct vsock_check *check, struct vsock_flow *flow,
			      enum vsock_side side, uint32_t us);

/* Reports that the flow waited in vain. Call it when the packet is due. */
void vsock_check_waiting(const struct vsock_check *check, struct vsock_flow *flow);

#endif
