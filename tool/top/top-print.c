/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/top-print.h"

#include <inttypes.h>

#include "core/time-units.h"
#include "lib/common/plural.h"
#include "tool/mode/cause-text.h"
#include "tool/mode/verdict-text.h"
#include "tool/print/color.h"
#include "tool/print/finding-line.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"
#include "tool/top/calls-row.h"

/* Of the second line of a sentence. */
#define INDENT 12

/* "14:14:50", with a tenth of a second if tables come that often. Nothing with -t. */
static void print_time(struct session *session, uint64_t ts, bool tenths)
{
	enum time_style style = session->settings->print.time;
	uint64_t second = ts / NANOSECONDS_PER_SECOND;
	struct timestamp_cache cache = {0};

	if (style == TIME_NONE)
		return;
	timestamp_keep_second(&cache, second, style == TIME_DATE);
	if (style == TIME_EPOCH)
		output_u64(session->out, second);
	else
		output_bytes(session->out, cache.text, cache.length);
	if (tenths)
		output_printf(
		    session->out, ".%u",
		    (unsigned)(ts % NANOSECONDS_PER_SECOND * 10 / NANOSECONDS_PER_SECOND));
	output_char(session->out, ' ');
}

void top_print_interface(struct session *session)
{
	struct json_context *points = &session->json;
	const struct capture_origin *origin;

	if (!points->count || points->count(points->source) != 1)
		return;
	origin = points->describe(points->source, 0);
	output_escaped(session->out, origin->interface, strlen(origin->interface));
	output_text(session->out, "  ");
}

uint64_t top_drops(const struct session *session)
{
	struct capture_statistics statistics = session_statistics(session);
	uint64_t drops = statistics.kernel_drops;

	if (drops != CAPTURE_NOT_KNOWN && statistics.interface_drops != CAPTURE_NOT_KNOWN)
		drops += statistics.interface_drops;
	return drops;
}

static void print_drops(struct session *session)
{
	uint64_t drops = top_drops(session);

	if (drops == CAPTURE_NOT_KNOWN) {
		output_text(session->out, "drops ?");
		return;
	}
	if (drops > 0)
		color_print(session->out, COLOR_SUSPICIOUS);
	output_printf(session->out, "drops %" PRIu64, drops);
	if (drops > 0)
		color_print(session->out, COLOR_NONE);
}

/* "14:14:50  vsockmon0  12m41s  every 1.00s  by rate  drops 0" */
static void print_time_line(struct session *session, const struct top *top)
{
	const struct top_table *table = &top->table;
	struct output *out = session->out;

	print_time(session, table->now, top->pace.interval < NANOSECONDS_PER_SECOND);
	if (session->settings->print.time != TIME_NONE)
		output_char(out, ' ');
	top_print_interface(session);
	timestamp_print_duration(out, table->now > top->began ? table->now - top->began : 0);
	output_text(out, "  every ");
	timestamp_print_duration(out, top->pace.wait);
	output_printf(out, "  by %s  ", top_sort_name(table->sort));
	print_drops(session);
	output_char(out, '\n');
}

static void print_rate(struct output *out, const struct top *top, enum vsock_side sender)
{
	output_text(out, sender == VSOCK_CLIENT ? "  > " : "  < ");
	size_print(out, top->rate[sender]);
	output_text(out, "/s");
}

/* "flows: 9 open  214 ended  2 refused  1 stalled  > 41.3 MB/s  < 2.1 MB/s" */
static void print_sums(struct session *session, const struct top *top)
{
	struct output *out = session->out;

	output_printf(out,
		      "flows: %" PRIu64 " open  %" PRIu64 " ended  %" PRIu64 " refused  %" PRIu64
		      " stalled",
		      top->table.open, top->ended, top->refused, top->table.stalled);
	print_rate(out, top, VSOCK_CLIENT);
	print_rate(out, top, VSOCK_SERVER);
	output_char(out, '\n');
}

static void print_rows(struct session *session, const struct top *top, struct top_screen *screen)
{
	const struct print_settings *settings = &session->settings->print;
	const struct top_table *table = &top->table;
	struct output *out = session->out;
	bool others = top_columns_choose(&screen->columns, out, settings, table);

	/* Scripts want the heading once. People have lost sight of the last one. */
	if (others || out->columns > 0)
		top_row_print_heading(out, &screen->columns);
	for (uint32_t i = 0; i < top_table_count(table); i++)
		top_row_print(out, &screen->columns, settings, top_table_row(table, i), table->now);
	if (table->flows > top_table_count(table))
		output_printf(out, "  ... %" PRIu64 " more: --rows\n",
			      table->flows - top_table_count(table));
}

/* "14:14:48 ! host:9000 does not read what web sent ... (flow 12)" */
void top_print_cause(struct session *session, const struct causes *causes,
		     const struct cause *cause)
{
	struct output *out = session->out;
	size_t line = output_line_begin(out);

	print_time(session, cause->last_ts, false);
	finding_line_mark(out, cause->severity);
	output_char(out, ' ');
	cause_text(out, &session->settings->print, causes, cause);
	if (cause->connections > 0) {
		output_text(out, " (");
		cause_text_flows(out, cause);
		output_char(out, ')');
	}
	output_char(out, '\n');
	output_line_end(out, line, INDENT);
}

/* Returns how many causes there are. */
static uint32_t print_causes(struct session *session, const struct causes *causes)
{
	enum vsock_class least =
	    session->settings->print.quiet ? VSOCK_SUSPICIOUS : VSOCK_INFORMATION;
	const struct cause *newest[TOP_CAUSES_SHOWN];
	unsigned count = causes_newest(causes, least, TOP_CAUSES_SHOWN, newest);
	uint32_t all = 0;

	for (enum vsock_class class = least; class < VSOCK_CLASSES; class ++)
		all += causes->class_count[class];
	if (all == 0)
		return 0;
	output_printf(session->out, "causes: %" PRIu32 "\n", all);
	for (unsigned i = 0; i < count; i++)
		top_print_cause(session, causes, newest[i]);
	return all;
}

void top_print_table(struct session *session, const struct top *top, struct top_screen *screen,
		     const struct causes *causes)
{
	size_t line;

	if (screen->began)
		output_char(session->out, '\n');
	screen->began = true;
	line = output_line_begin(session->out);
	print_time_line(session, top);
	print_sums(session, top);
	if (calls_row_exists(causes->inside)) {
		calls_row_print(session->out, causes->inside, top->table.now);
		output_char(session->out, '\n');
	}
	output_line_end(session->out, line, 2);
	print_rows(session, top, screen);
	print_causes(session, causes);
}

void top_print_end(struct session *session, const struct top_screen *screen,
		   const struct causes *causes, const struct connection_totals *totals)
{
	struct output *out = session->out;
	uint32_t all;

	if (session->packets == 0)
		return;
	if (screen->began)
		output_char(out, '\n');
	if (session->settings->print.incomplete)
		output_text(out, "only packets that match the filter were seen\n");
	verdict_print_summary(session, totals);
	all = print_causes(session, causes);
	if (all > TOP_CAUSES_SHOWN)
		output_printf(out, "%" PRIu32 " more cause%s: use --diagnose\n",
			      all - TOP_CAUSES_SHOWN, plural(all - TOP_CAUSES_SHOWN));
}
