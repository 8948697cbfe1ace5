/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/json-finding.h"

#include "core/finding-text.h"
#include "tool/print/json.h"
#include "tool/print/process-name.h"

void json_finding_packets(struct output *out, const struct vsock_finding *finding)
{
	json_key(out, "packets");
	output_char(out, '[');
	for (unsigned i = 0; i < finding->packet_count; i++) {
		if (i > 0)
			output_char(out, ',');
		output_u64(out, finding->packets[i]);
	}
	output_char(out, ']');
}

static void print_kind(struct output *out, const struct vsock_finding *finding)
{
	json_kind(out, finding->update ? "update" : "finding");
}

void json_finding(struct output *out, struct json_context *context,
		  const struct print_settings *settings, const struct vsock_finding *finding)
{
	char text[VSOCK_FINDING_TEXT_MAX];
	size_t length = process_finding_text(text, settings, finding);

	print_kind(out, finding);
	json_key(out, "code");
	json_keyword(out, true, vsock_finding_name((enum vsock_finding_code)finding->code),
		     finding->code);
	json_key(out, "class");
	json_keyword(out, true, vsock_class_name((enum vsock_class)finding->severity),
		     finding->severity);
	json_key(out, "flow");
	json_u64(out, finding->flow != VSOCK_NO_FLOW, finding->flow);
	json_finding_uid(out, context, finding);
	json_finding_packets(out, finding);
	if (finding->update) {
		json_key(out, "update");
		json_bool(out, true);
	}
	json_key(out, "text");
	json_string(out, text, length);
	process_json_finding(out, settings, finding);
	output_char(out, '}');
}

void json_finding_alone(struct output *out, struct json_context *context,
			const struct print_settings *settings, const struct vsock_finding *finding)
{
	print_kind(out, finding);
	json_ts_and_time(out, context, finding->ts);
	json_key(out, "flow");
	json_u64(out, finding->flow != VSOCK_NO_FLOW, finding->flow);
	json_finding_uid(out, context, finding);
	if (finding->flow != VSOCK_NO_FLOW)
		json_place(out, context, finding->point);
	else
		json_common_place(out, context);
	json_key(out, "findings");
	output_char(out, '[');
	json_finding(out, context, settings, finding);
	output_char(out, ']');
	json_end(out);
}
