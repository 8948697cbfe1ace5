/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_PRINT_SEEN_H
#define VSOCKDUMP_PRINT_SEEN_H

#include <stddef.h>
#include <stdint.h>

#include "core/finding.h"
#include "core/flow-event.h"
#include "core/packet.h"
#include "lib/capture-file/record.h"

/* One packet with all that is known about it. */
struct seen {
	const struct capture_record *record;
	uint64_t number; /* in the file, or in the capture: from 1 */
	const struct vsock_packet *packet;
	struct vsock_flow_event event; /* flow is NULL without a flow or a table */
	/* The findings that this packet proves. */
	const struct vsock_finding *findings;
	size_t finding_count;
};

#endif
