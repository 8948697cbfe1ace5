/* SPDX-License-Identifier: BSD-3-Clause */
/* How the analysis is to judge: for its caller, and for the checks. */
#ifndef VSOCK_CORE_ANALYSIS_CONFIG_H
#define VSOCK_CORE_ANALYSIS_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/finding.h"
#include "core/flow-table.h"
#include "core/kernel.h"

struct vsock_analysis_config {
	struct vsock_flow_config flows;
	/* Called for each finding, in order of time; may be NULL. Uses flows.context. */
	void (*on_finding)(void *context, const struct vsock_finding *finding);
	/* The capture is vouched to hold every packet of the flows whose start it holds. */
	bool lossless;
	/*
	 * A filter left packets out, so that no packet is known to be missing; or it is known that
	 * none did. Without either, as in a file, the packets show what may have been left out.
	 */
	bool filtered;
	bool unfiltered;
	/* Nanoseconds; 0: VSOCK_SLOW_HANDSHAKE_TIME and VSOCK_STALL_TIME of core/timeouts.h. */
	uint64_t slow_handshake;
	uint64_t stall;
	struct vsock_kernel_payload payload; /* of the kernel that captured; see kernel.h */
};

#endif
