/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings in JSON: the same object in all places. */
#ifndef VSOCKDUMP_PRINT_JSON_FINDING_H
#define VSOCKDUMP_PRINT_JSON_FINDING_H

#include "core/finding.h"
#include "tool/print/json-context.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* One object, of an array. */
void json_finding(struct output *out, struct json_context *context,
		  const struct print_settings *settings, const struct vsock_finding *finding);

/* A separate line, for a finding that is in no other object: the time, the flow, the finding. */
void json_finding_alone(struct output *out, struct json_context *context,
			const struct print_settings *settings, const struct vsock_finding *finding);

/* "packets": the numbers of those that prove it. */
void json_finding_packets(struct output *out, const struct vsock_finding *finding);

#endif
