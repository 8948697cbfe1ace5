/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flows.jsonl of --export: one line with a JSON object for each flow. The object has the keys of
 * --flows --json, except findings, and the names of the flow's files.
 */
#ifndef VSOCKDUMP_MODE_EXPORT_INDEX_H
#define VSOCKDUMP_MODE_EXPORT_INDEX_H

#include "core/flow.h"
#include "tool/mode/session.h"
#include "tool/mode/stream-files.h"
#include "tool/print/output.h"

void export_index_print(struct output *out, struct session *session,
			const struct stream_files *files, const struct vsock_flow *flow);

#endif
