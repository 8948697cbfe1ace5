/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/json-capture.h"

#include "tool/print/json.h"

static void print_text(struct output *out, const char *text)
{
	if (*text)
		json_string(out, text, strlen(text));
	else
		json_null(out);
}

static void print_counter(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, value != CAPTURE_NOT_KNOWN, value);
}

static void print_about(struct output *out, struct json_context *context,
			const struct json_capture_facts *facts)
{
	json_kind(out, "capture");
	json_span(out, context, facts->packets > 0, facts->first_ts, facts->last_ts);
	json_key(out, "point");
	print_text(out, facts->origin->interface);
	json_key(out, "host");
	print_text(out, facts->origin->host);
	json_key(out, "boot");
	print_text(out, facts->origin->boot);
}

void json_capture(struct output *out, struct json_context *context,
		  const struct json_capture_facts *facts)
{
	const struct capture_origin *origin = facts->origin;
	const struct capture_statistics *statistics = facts->statistics;

	print_about(out, context, facts);
	json_key(out, "capture");
	json_first_key(out, "interface");
	print_text(out, origin->interface);
	json_key(out, "os");
	print_text(out, origin->os);
	json_key(out, "payload_unreliable");
	if (*origin->os || origin->bpf)
		json_bool(out, capture_origin_payload(origin).unreliable);
	else
		json_null(out);
	print_counter(out, "packets", facts->packets);
	print_counter(out, "accepted", statistics->accepted);
	print_counter(out, "dropped_by_kernel", statistics->kernel_drops);
	print_counter(out, "dropped_by_interface", statistics->interface_drops);
	print_counter(out, "not_written", facts->not_written);
	output_char(out, '}');
	json_end(out);
}
