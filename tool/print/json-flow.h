/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which flow it is, in JSON: the same keys wherever flows are listed. */
#ifndef VSOCKDUMP_PRINT_JSON_FLOW_H
#define VSOCKDUMP_PRINT_JSON_FLOW_H

#include "core/flow.h"
#include "tool/print/output.h"

/* Begins an object: number, addresses, type and state. */
void json_flow(struct output *out, const struct vsock_flow *flow, enum vsock_flow_state state);

#endif
