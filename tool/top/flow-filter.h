/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A filter that the user types while --top runs: which flows are shown.
 *
 * As with a filter of the command line, a flow is shown if one of its packets matches. Packets that
 * came before the filter was typed are no longer known, except for their monitor headers. So only
 * words for addresses and for monitor operations ("op connect") find older flows.
 */
#ifndef VSOCKDUMP_TOP_FLOW_FILTER_H
#define VSOCKDUMP_TOP_FLOW_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include <pcap/pcap.h>

#include "core/cid-names.h"
#include "core/flow.h"
#include "tool/print/seen.h"

/* Flows with a packet that matched: of flows whose numbers end alike, only the last is remembered.
 */
#define FLOW_FILTER_MATCHED ((size_t)16384)

struct flow_filter {
	bool on;
	struct bpf_program program;
	uint64_t *matched; /* owned; by the flow's number: the number plus 1 */
};

/*
 * Sets another expression; the empty one removes the filter. False with a message of
 * PCAP_ERRBUF_SIZE bytes in `error`; then the old filter stays.
 */
bool flow_filter_set(struct flow_filter *filter, const char *expression,
		     struct vsock_cid_names *names, char *error);
void flow_filter_free(struct flow_filter *filter);

/* Looks at a packet of a flow. */
void flow_filter_packet(struct flow_filter *filter, const struct seen *seen);

bool flow_filter_wants(const struct flow_filter *filter, const struct vsock_flow *flow);

#endif
