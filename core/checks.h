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

/* What a packet means to its flow; event->flow is there. */
void vsock_check_event(const struct vsock_check *check, const struct vsock_flow_event *event);

/*
 * Whether the flow waits for something whose absence is worth a finding: when, in nanoseconds
 * since 1970, it is due; 0 for a flow that waits for nothing.
 */
uint64_t vsock_check_due(const struct vsock_flow *flow, const struct vsock_analysis_config *config);

/* The flow is over, or the capture: reports what waited for a later packet to decide. */
void vsock_check_settle(const struct vsock_check *check, struct vsock_flow *flow);

/* A stall of `side` has lasted so long by now. Corrects what was reported of it. */
void vsock_check_stall_lasted(const struct vsock_check *check, struct vsock_flow *flow,
			      enum vsock_side side, uint32_t us);

/* What the flow's waiting has come to: call when it is due. */
void vsock_check_waiting(const struct vsock_check *check, struct vsock_flow *flow);

#endif
