/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The analysis: a flow table and the checks that turn what happens in it into findings.
 *
 * Findings come when a packet proves them, or when a timer says that a packet is missing; for
 * that the clock of the capture must move: each packet moves it, and vsock_analysis_tick() does
 * where packets do not come. Each code is reported once per flow. The finding of a stall is given
 * once more, with `update` set, when its final duration is known and higher.
 *
 * No capture is known to be complete: the tap itself may lose a packet without counting it. What
 * a lost packet would explain as well is therefore never certain, unless the caller vouches for
 * the capture with `lossless`. The checks say in their own comments what they rest on.
 *
 * Memory: the flow table's (264 bytes a flow), and some hundred bytes.
 */
#ifndef VSOCK_CORE_ANALYSIS_H
#define VSOCK_CORE_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/analysis-config.h"
#include "core/finding.h"
#include "core/flow-event.h"
#include "core/flow-table.h"
#include "core/packet.h"

struct vsock_analysis;

/* To be freed by the caller; NULL without memory. Freeing reports nothing. */
struct vsock_analysis *vsock_analysis_new(const struct vsock_analysis_config *config);
void vsock_analysis_free(struct vsock_analysis *analysis);

/*
 * One packet, in the order of the capture; numbers ascend. Findings may come meanwhile. Fills
 * *event wholly.
 */
void vsock_analysis_packet(struct vsock_analysis *analysis, const struct vsock_packet *packet,
			   const struct vsock_moment *moment, struct vsock_flow_event *event);

/* No packet came, and it is `now` (nanoseconds since 1970): finds what silence tells. */
void vsock_analysis_tick(struct vsock_analysis *analysis, uint64_t now);

/*
 * No packet comes from this capture point after `end`, because its file ended. Other files may
 * continue. A packet that is missing there later proves nothing. An `end` of 0 means that packets
 * come again. Points from VSOCK_ENDS_MAX on are ignored.
 */
#define VSOCK_ENDS_MAX 256
void vsock_analysis_point_end(struct vsock_analysis *analysis, uint16_t point, uint64_t end);

/*
 * The capture is over, at `end` (nanoseconds since 1970) if that is known. Finds what was due until
 * then, and reports what waited for later packets to decide. Call it once, before the flows are
 * listed.
 */
void vsock_analysis_end(struct vsock_analysis *analysis, bool known, uint64_t end);

/*
 * The same for a capture that may continue, such as one that is shown while it grows: what would be
 * found if it ended now. The analysis does not change. on_finding() gets those findings, and
 * on_flow() each flow of the table as it would be then, in the order of their numbers. False
 * without memory.
 */
bool vsock_analysis_preview_end(struct vsock_analysis *analysis, void *context,
				void (*on_finding)(void *context,
						   const struct vsock_finding *finding),
				void (*on_flow)(void *context, const struct vsock_flow *flow));

/*
 * Ops, as bits 1 << op, that the capture has not shown at all, and whose absence was therefore not
 * judged though some flow lacks them: a filter may have left them out.
 */
uint32_t vsock_analysis_withheld(const struct vsock_analysis *analysis);

/* For listing and counting. Owned by the analysis. */
struct vsock_flow_table *vsock_analysis_flows(struct vsock_analysis *analysis);

#endif
