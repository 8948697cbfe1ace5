/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A flow in JSON: the same keys in all lists of flows. */
#ifndef VSOCKDUMP_PRINT_JSON_FLOW_H
#define VSOCKDUMP_PRINT_JSON_FLOW_H

#include "core/flow.h"
#include "tool/print/json-context.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/*
 * Begins the object; the caller may add keys and ends it. Durations that still last are counted up
 * to `now`. `final`: no later object is about this flow.
 */
void json_flow(struct output *out, struct json_context *context,
	       const struct print_settings *settings, const struct vsock_flow *flow, uint64_t now,
	       bool final);

/* The same for an object of another kind, which has all keys of a flow. */
void json_flow_of_kind(struct output *out, const char *kind, struct json_context *context,
		       const struct print_settings *settings, const struct vsock_flow *flow,
		       uint64_t now, bool final);

#endif
