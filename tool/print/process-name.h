/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --process: the processes at the ends of a connection, where they are known. */
#ifndef VSOCKDUMP_PRINT_PROCESS_NAME_H
#define VSOCKDUMP_PRINT_PROCESS_NAME_H

#include <stddef.h>

#include "core/finding-text.h"
#include "core/flow.h"
#include "lib/common/process-table.h"
#include "tool/print/output.h"
#include "tool/print/seen.h"
#include "tool/settings.h"

/* NULL without --process, and if it is not known. */
const struct process_entry *process_of_flow(const struct print_settings *settings,
					    const struct vsock_flow *flow, enum vsock_side side);
/* Of the sender, or of the receiver. */
const struct process_entry *process_of_packet(const struct print_settings *settings,
					      const struct seen *seen, bool sender);
/* Of a finding that is about a flow. */
const struct process_entry *process_of_finding(const struct print_settings *settings,
					       const struct vsock_finding *finding,
					       enum vsock_side side);

/* "socat (pid 351)", or "?" for NULL. */
void process_print(struct output *out, const struct process_entry *entry);

/* The sentence of a finding, with the programs that are known. */
size_t process_finding_text(char text[static VSOCK_FINDING_TEXT_MAX],
			    const struct print_settings *settings,
			    const struct vsock_finding *finding);

/* The key, and an object or null. Only with --process. */
void process_json(struct output *out, const struct print_settings *settings, const char *key,
		  const struct process_entry *entry);

/* client_process and server_process, likewise. */
void process_json_flow(struct output *out, const struct print_settings *settings,
		       const struct vsock_flow *flow);
void process_json_finding(struct output *out, const struct print_settings *settings,
			  const struct vsock_finding *finding);

#endif
