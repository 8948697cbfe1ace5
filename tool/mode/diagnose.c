/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --diagnose for people: a sentence for each cause, with the place to look below it, then a line
 * about the healthy connections.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/mode/cause-text.h"
#include "tool/mode/diagnose-both.h"
#include "tool/mode/verdict-text.h"
#include "tool/print/color.h"
#include "tool/print/finding-line.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

/* The indent of further rows, if the terminal is narrower than the line. */
#define INDENT           2
#define REFERENCE_INDENT 10

static void print_example(struct output *out, const struct cause *cause)
{
	const struct vsock_finding *example = &cause->example;
	const char *before = example->packet_count == 1 ? "packet " : "packets ";

	if (example->packet_count > 0 && cause->count > 1)
		output_text(out, "for example ");
	for (unsigned i = 0; i < example->packet_count; i++) {
		output_text(out, before);
		output_u64(out, example->packets[i]);
		before = ", ";
	}
}

static void print_time(struct session *session, uint64_t ts)
{
	struct timestamp_cache cache = {0}; /* useless: there are few times */

	timestamp_print(session->out, &cache, session->settings->print.time, session->nanosecond,
			ts, session->first_ts);
}

static void print_times(struct session *session, const struct cause *cause)
{
	print_time(session, cause->first_ts);
	if (cause->last_ts == cause->first_ts || session->settings->print.time == TIME_NONE)
		return;
	output_text(session->out, "to ");
	print_time(session, cause->last_ts);
}

/* What was asked. */
static void print_method(struct output *out, const struct cause *cause)
{
	if (!cause->method)
		return;
	output_text(out, ": ");
	output_escaped(out, cause->method, strlen(cause->method));
	output_text(out, cause->more_methods ? " and others" : "");
}

static void print_cause(struct session *session, const struct cause *cause)
{
	struct output *out = session->out;
	size_t line = output_line_begin(out);

	finding_line_mark(out, cause->severity);
	output_char(out, ' ');
	cause_text(out, &session->settings->print, session->own, cause);
	output_char(out, '\n');
	output_line_end(out, line, finding_line_indent(cause->severity));
	line = output_line_begin(out);
	output_char(out, '\t');
	print_times(session, cause);
	color_print(out, COLOR_DIM);
	output_text(out, vsock_finding_name(cause->code));
	color_print(out, COLOR_NONE);
	if (cause->connections > 0) {
		output_text(out, ", ");
		cause_text_flows(out, cause);
	}
	if (cause->example.packet_count > 0) {
		output_text(out, ", ");
		print_example(out, cause);
	}
	print_method(out, cause);
	output_char(out, '\n');
	output_line_end(out, line, REFERENCE_INDENT);
}

static void print_totals(struct session *session, const struct connection_totals *totals)
{
	const struct causes *causes = session->own;
	struct output *out = session->out;

	output_text(out, causes_all_is_well(causes, totals) ? "nothing wrong: " : "");
	verdict_print_summary(session, totals);
}

/* Limits of the capture that the verdict depends on. */
static void print_limits(struct session *session, const struct connection_totals *totals)
{
	const struct causes *causes = session->own;
	uint64_t evicted = vsock_flow_table_stats(session->flows).evicted;

	if (session->settings->print.incomplete)
		output_text(session->out, "only packets that match the filter were seen\n");
	else if (session->settings->print.filtered)
		output_text(session->out, "only connections with a packet that matches the filter "
					  "are shown\n");
	verdict_print_limits(session, totals);
	if (causes->left_out) {
		output_u64(session->out, causes->left_out);
		output_text(session->out, " more findings: too many causes to list\n");
	}
	if (evicted) {
		output_u64(session->out, evicted);
		output_text(session->out, evicted == 1 ? " flow" : " flows");
		output_text(session->out,
			    " left the table while alive, to make room (see "
			    "--max-flows): what happened to them later is not known\n");
	}
}

static void print_report(struct session *session)
{
	const struct causes *causes = session->own;
	const struct cause **worst = causes_worst_first(causes);
	struct connection_totals totals = diagnose_totals(session);
	bool any = false;
	size_t lines;

	for (uint32_t i = 0; worst && i < causes->count; i++) {
		if (session->settings->print.quiet && worst[i]->severity == VSOCK_INFORMATION)
			continue;
		print_cause(session, worst[i]);
		any = true;
	}
	free(worst);
	output_text(session->out, any ? "\n" : "");
	lines = output_line_begin(session->out);
	print_limits(session, &totals);
	if (session->packets > 0)
		print_totals(session, &totals);
	else if (!session->failing)
		output_text(session->out, "no packets, so no diagnosis\n");
	output_line_end(session->out, lines, INDENT);
}

static void print_snapshot(struct session *session)
{
	print_report(session);
	output_char(session->out, '\n');
	output_flush(session->out);
}

static void print_end(struct session *session)
{
	if (!session->own)
		return;
	diagnose_settle(session);
	print_report(session);
	diagnose_end(session);
}

const struct mode mode_diagnose = {
    .option = "--diagnose",
    .json = &mode_diagnose_json,
    .prints_at_end = true,
    .needs_flows = true,
    .begin = diagnose_begin,
    .packet = diagnose_packet,
    .finding = diagnose_finding,
    .flow_left = diagnose_flow_left,
    .snapshot = print_snapshot,
    .end = print_end,
};
