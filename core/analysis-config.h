/* SPDX-License-Identifier: BSD-3-Clause */
/* What the caller says about its capture, and which limits the checks use. */
#ifndef VSOCK_CORE_ANALYSIS_CONFIG_H
#define VSOCK_CORE_ANALYSIS_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/finding.h"
#include "core/flow-table.h"
#include "core/kernel.h"

struct vsock_analysis_config {
	struct vsock_flow_config flows;
	/* Called for each finding, in the order of time, with flows.context. May be NULL. */
	void (*on_finding)(void *context, const struct vsock_finding *finding);
	/* The caller guarantees that no packet is missing from a flow whose start was captured. */
	bool lossless;
	/*
	 * `filtered`: a filter left packets out, so a packet that is not there may exist.
	 * `unfiltered`: no filter was used. If neither is set, as for a file, the packets
	 * themselves show what a filter may have left out.
	 */
	bool filtered;
	bool unfiltered;
	/* Nanoseconds; 0: VSOCK_SLOW_HANDSHAKE_TIME and VSOCK_STALL_TIME of core/timeouts.h. */
	uint64_t slow_handshake;
	uint64_t stall;
	struct vsock_kernel_payload payload; /* of the kernel that captured; see kernel.h */
};

#endif
