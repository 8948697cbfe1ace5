/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flows.jsonl of --export: a JSON object a line for each flow. The keys, documented in
 * vsockdump(8), are a promise; those that --flows --json has too mean the same here.
 */
#ifndef VSOCKDUMP_MODE_EXPORT_INDEX_H
#define VSOCKDUMP_MODE_EXPORT_INDEX_H

#include "core/flow.h"
#include "tool/mode/stream-files.h"
#include "tool/print/output.h"

/* `state` is the flow's by now. */
void export_index_print(struct output *out, const struct stream_files *files,
			const struct vsock_flow *flow, enum vsock_flow_state state);

#endif
