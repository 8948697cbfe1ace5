/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --calls for programs: one JSON object for each class of calls, and one for the capture. */
#include <stdlib.h>
#include <string.h>

#include "tool/calls/calls-both.h"
#include "tool/calls/calls-print.h"
#include "tool/print/json.h"

static void print_number(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, true, value);
}

static void print_time(struct output *out, const char *key, const struct histogram *times,
		       unsigned percent)
{
	bool known = times->count >= calls_least(percent);

	json_key(out, key);
	json_microseconds(out, known ? (int64_t)histogram_percentile(times, percent) : -1);
}

static void print_address(struct session *session, const struct call_class *class)
{
	struct output *out = session->out;

	json_key(out, "server_cid");
	json_u64(out, !class->other, class->cid);
	if (class->other) {
		json_key(out, "server_name");
		json_null(out);
	} else {
		json_cid_name(out, "server_name", &session->settings->print, class->cid);
	}
	json_key(out, "server_port");
	json_u64(out, !class->other, class->port);
	if (class->made_up) {
		json_key(out, "server_port_made_up");
		json_bool(out, true);
	}
}

static void print_statuses(struct output *out, const struct call_class *class)
{
	json_key(out, "statuses");
	output_char(out, '{');
	for (int i = 0; i<CALL_STATUSES &&class->statuses[i].count> 0; i++) {
		char text[CALL_STATUS_TEXT_MAX];
		const char *name = call_status_text(text, (enum call_protocol) class->protocol,
						    class->statuses[i].status);

		if (i > 0)
			output_char(out, ',');
		json_string(out, name, strlen(name));
		output_char(out, ':');
		output_u64(out, class->statuses[i].count);
	}
	output_char(out, '}');
}

static void print_callers(struct output *out, const struct call_class *class)
{
	json_key(out, "caller_cids");
	output_char(out, '[');
	for (uint32_t i = 0; i < class->caller_count; i++) {
		if (i > 0)
			output_char(out, ',');
		output_u64(out, class->callers[i]);
	}
	output_char(out, ']');
}

static void print_times(struct output *out, const struct call_class *class)
{
	print_time(out, "p50_us", &class->first, 50);
	print_time(out, "p90_us", &class->first, 90);
	print_time(out, "p99_us", &class->first, 99);
	print_time(out, "max_us", &class->first, 100);
	json_key(out, "total_us");
	json_microseconds(out, (int64_t) class->waited);
	print_time(out, "last_byte_p50_us", &class->last, 50);
	print_time(out, "last_byte_max_us", &class->last, 100);
	json_key(out, "slowest_flow");
	json_u64(out, class->first.count > 0, class->slowest_flow);
	json_key(out, "slowest_packet");
	json_u64(out, class->first.count > 0, class->slowest_packet);
}

static void print_open(struct output *out, const struct call_class *class, uint64_t now)
{
	print_number(out, "open", class->open);
	json_key(out, "oldest_open_us");
	json_microseconds(out,
			  class->oldest_ts ? (int64_t)vsock_elapsed(class->oldest_ts, now) : -1);
	json_key(out, "oldest_open_flow");
	json_u64(out, class->oldest_ts != 0, class->oldest_flow);
}

static void print_class(struct session *session, const struct call_class *class, uint64_t now)
{
	const struct inside *inside = session->own;
	struct output *out = session->out;

	json_kind(out, "call-class");
	print_address(session, class);
	json_key(out, "protocol");
	json_keyword(out, !class->other, call_protocol_name((enum call_protocol) class->protocol),
		     0);
	json_key(out, "method");
	if (class->named)
		json_string(out, class->name, strlen(class->name));
	else
		json_null(out);
	print_number(out, "calls", class->answered);
	print_number(out, "errors", class->errors);
	print_statuses(out, class);
	print_times(out, class);
	print_number(out, "share_percent", calls_share(inside, class));
	print_number(out, "request_bytes", class->bytes[0]);
	print_number(out, "answer_bytes", class->bytes[1]);
	print_open(out, class, now);
	json_key(out, "long_by_design");
	json_bool(out, class->waits);
	print_number(out, "unanswered", class->unanswered);
	print_number(out, "unpaired", class->unpaired);
	print_callers(out, class);
	json_common_place(out, &session->json);
	json_end(out);
}

static void print_sums(struct session *session, uint64_t open)
{
	const struct inside *inside = session->own;
	struct output *out = session->out;
	int64_t span = session_span(session);

	json_kind(out, "calls");
	print_number(out, "answered", inside->answered);
	print_number(out, "unnamed", inside->unnamed);
	print_number(out, "open", open);
	print_number(out, "unanswered", inside->unanswered);
	print_number(out, "unpaired", inside->unpaired);
	json_key(out, "total_us");
	json_microseconds(out, (int64_t)inside->waited);
	print_number(out, "late_connections", inside->late);
	print_number(out, "left_out_connections", inside->not_followed);
	print_number(out, "left_out_calls", inside->left_out);
	json_span(out, &session->json, session->packets > 0 && span >= 0, session->lowest_ts,
		  session->lowest_ts + (uint64_t)span);
	json_common_place(out, &session->json);
	json_end(out);
}

static void print_all(struct session *session)
{
	struct inside *inside = session->own;
	uint64_t open = inside_count_open(inside);
	struct call_class **classes = call_classes_sort(&inside->classes);
	uint64_t now = calls_now(session);

	for (uint32_t i = 0; classes && i < call_classes_count(&inside->classes); i++)
		print_class(session, classes[i], now);
	free(classes);
	print_sums(session, open);
}

static void snapshot(struct session *session)
{
	print_all(session);
	output_flush(session->out);
}

static void end(struct session *session)
{
	if (!session->own)
		return;
	print_all(session);
	calls_free(session);
}

const struct mode mode_calls_json = {
    .prints_json = true,
    .prints_at_end = true,
    .whole_flows = true,
    .needs_flows = true,
    .begin = calls_begin,
    .packet = calls_packet,
    .flow_left = calls_flow_left,
    .snapshot = snapshot,
    .end = end,
};
