/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The analysis: a flow table and the checks that turn what happens in it into findings.
 *
 * A finding is reported when a packet proves it, or when a timer shows that a packet is missing.
 * Timers follow the clock of the capture. Each packet moves that clock; while no packet comes,
 * vsock_analysis_tick() moves it. Each code is reported once per flow. A stall is reported again,
 * with `update` set, when its final duration is known and higher.
 *
 * No capture is known to be complete: the tap may lose a packet without counting it. So a finding
 * that a lost packet would explain is never certain, unless the caller sets `lossless`. The
 * comments of the checks say what each check relies on.
 *
 * Memory: the flow table (272 bytes for each flow), and some hundred kibibytes.
 */
#ifndef VSOCK_CORE_ANALYSIS_H
#define VSOCK_CORE_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/analysis-config.h"
#include "core/finding.h"
#include "core/flow-event.h"
#include "core/flow-table.h"
#include "core/packet.h"

struct vsock_analysis;

/* The caller frees it. NULL without memory. Freeing reports nothing. */
struct vsock_analysis *vsock_analysis_new(const struct vsock_analysis_config *config);
void vsock_analysis_free(struct vsock_analysis *analysis);

/* Whether vsock_analysis_expect() is worth its time: there are many flows. */
bool vsock_analysis_expect_pays(const struct vsock_analysis *analysis);

/*
 * These packets come next, in this order. This has the memory fetched that they need,
 * and sets moments[i].flow_hash. A caller that has several packets at hand calls it before
 * vsock_analysis_packet(). Best are VSOCK_EXPECT_BEST packets. It changes no result.
 */
#define VSOCK_EXPECT_BEST 16
void vsock_analysis_expect(const struct vsock_analysis *analysis,
			   const struct vsock_packet *packets, struct vsock_moment *moments,
			   size_t count);

/*
 * The same in two steps, for a caller that has packets at hand all the time: in between, others are
 * handled, and nothing waits for memory. The second step returns a guess at the slot of the
 * packet's flow, so that the caller can fetch its own memory of that flow. UINT32_MAX: the flow is
 * new, or the packet belongs to no flow.
 */
void vsock_analysis_expect_soon(const struct vsock_analysis *analysis,
				const struct vsock_packet *packet, struct vsock_moment *moment);
uint32_t vsock_analysis_expect_next(const struct vsock_analysis *analysis,
				    const struct vsock_moment *moment);

/* After vsock_analysis_expect(): the same guess. */
uint32_t vsock_analysis_expected_slot(const struct vsock_analysis *analysis,
				      const struct vsock_moment *moment);

/* Takes the next packet of the capture; numbers ascend. May report findings. Sets all of *event. */
void vsock_analysis_packet(struct vsock_analysis *analysis, const struct vsock_packet *packet,
			   const struct vsock_moment *moment, struct vsock_flow_event *event);

/* The time is `now` (nanoseconds since 1970), and no packet came: reports what is overdue. */
void vsock_analysis_tick(struct vsock_analysis *analysis, uint64_t now);

/*
 * No packet comes from this capture point after `end`, because its file ended. Other files may
 * continue. A packet that is missing there later proves nothing. An `end` of 0 means that packets
 * come again. Points from VSOCK_ENDS_MAX on are ignored.
 */
#define VSOCK_ENDS_MAX 256
void vsock_analysis_point_end(struct vsock_analysis *analysis, uint16_t point, uint64_t end);

/*
 * The capture ended, at `end` (nanoseconds since 1970) if that is known. Reports what was due until
 * then, and the findings that waited for later packets. Call it once, before you list the flows.
 */
void vsock_analysis_end(struct vsock_analysis *analysis, bool known, uint64_t end);

/*
 * The same for a capture that may continue, such as one that is shown while it grows: reports what
 * vsock_analysis_end() would report now. The analysis does not change. on_finding() gets these
 * findings. on_flow() gets each flow as it would be then, in the order of their numbers. False
 * without memory.
 */
bool vsock_analysis_preview_end(struct vsock_analysis *analysis, void *context,
				void (*on_finding)(void *context,
						   const struct vsock_finding *finding),
				void (*on_flow)(void *context, const struct vsock_flow *flow));

/*
 * Ops, as bits 1 << op, that some flow lacks and that the capture has not shown at all. Their
 * absence was not judged, because a filter may have left them out.
 */
uint32_t vsock_analysis_withheld(const struct vsock_analysis *analysis);

/* For listing and counting. Owned by the analysis. */
struct vsock_flow_table *vsock_analysis_flows(struct vsock_analysis *analysis);

#endif
