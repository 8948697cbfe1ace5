/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the modes that show flows have in common. */
#ifndef VSOCKDUMP_MODE_FLOW_LIST_H
#define VSOCKDUMP_MODE_FLOW_LIST_H

#include "tool/mode/cause.h"
#include "tool/mode/mode.h"

/*
 * The time that silence is measured to: that of the latest packet, or in a live capture the clock.
 */
uint64_t flow_list_now(const struct session *session);

/* Says how many flows had to leave the table early, so that they were printed incompletely. */
void flow_list_report_evicted(const struct session *session);

/* Says why no packet of the flow of this number was shown, as the option wants. */
void flow_list_report_missing(const struct session *session, const char *option, uint64_t number);

/* Calls `each` for each flow that is wanted, in the order of --sort. */
typedef void flow_list_visitor(struct session *session, const struct vsock_flow *flow,
			       uint64_t now);
void flow_list_each(struct session *session, flow_list_visitor *each, uint64_t now);

/* Starts a walk through all flows; without memory false, and the output's error says so. */
bool flow_list_walk(const struct session *session, struct vsock_flow_walk *walk);

/* The next flow of the walk that is wanted, or NULL. */
const struct vsock_flow *flow_list_next(const struct session *session,
					struct vsock_flow_walk *walk);

/* The verdicts of all wanted flows as things stand; `left`: of those that have left the table. */
struct connection_totals flow_list_totals(const struct session *session,
					  const struct connection_totals *left);

#endif
