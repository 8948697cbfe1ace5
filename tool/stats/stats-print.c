/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints --stats in 80 columns. A 0 means that none was seen; a "?" means that nobody knows, since
 * packets were dropped, or nothing was captured then.
 */
#include "tool/stats/stats-print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "core/names.h"
#include "core/time-units.h"
#include "lib/common/plural.h"
#include "tool/mode/verdict-text.h"
#include "tool/print/address.h"
#include "tool/print/color.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

#define TIME_WIDTH  8
#define DATE_WIDTH  19
#define STALL_WIDTH 8
/* Without the time and the bar. */
#define ROW_WIDTH 59
/* A shorter bar says nothing. */
#define BAR_LEAST 5

/* On a terminal, the heading comes again after so many rows of a live capture. */
#define HEADING_ROWS 20

/* More intervals in a row without a packet are one line. */
#define SILENT_ROWS 3

#define DAY (86400 * NANOSECONDS_PER_SECOND)

#define CELL_MAX 64

/* A percentile needs so many samples, or the highest one would decide it. */
#define P99_LEAST 100

/* The text of a cell. Returns its length. */
static size_t finish(struct output *text)
{
	text->data[text->length] = '\0';
	return text->length;
}

static void print_right(struct output *out, const char *text, unsigned width)
{
	size_t length = strlen(text);

	output_blanks(out, length < width ? width - length : 0);
	output_text(out, text);
}

static void print_size(struct output *out, uint64_t bytes, unsigned width)
{
	char data[CELL_MAX + OUTPUT_SLACK];
	struct output text;

	output_memory(&text, data, sizeof(data));
	size_print_short(&text, bytes);
	finish(&text);
	print_right(out, data, width);
}

/* "-" for none. */
static void print_stall(struct output *out, uint64_t us, unsigned width)
{
	char text[VSOCK_DURATION_TEXT_MAX] = "-";

	if (us > 0)
		vsock_duration_text(text, us * NANOSECONDS_PER_MICROSECOND, "");
	print_right(out, text, width);
}

void stats_print_heading(struct session *session, const struct stats_rows *rows)
{
	struct output *out = session->out;
	unsigned time = rows->dated ? DATE_WIDTH : TIME_WIDTH;

	color_print(out, COLOR_HEADING);
	if (session->settings->print.time != TIME_NONE)
		output_printf(out, "%-*s", (int)time, "time");
	output_text(out, "   packets    >bytes    <bytes  open  new  end  ref   stall");
	if (rows->drops)
		output_text(out, "  drops");
	if (rows->bar)
		output_text(out, "  bytes");
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
}

/* Whether more may have happened than was seen. */
static bool is_unsure(const struct shown_interval *shown)
{
	return shown->blind || shown->dropped > 0 || shown->sum.missing > 0;
}

static void print_count(struct output *out, const struct shown_interval *shown, uint64_t count,
			unsigned width)
{
	char text[CELL_MAX] = "?";

	if (count > 0 || !is_unsure(shown))
		snprintf(text, sizeof(text), "%" PRIu64, count);
	print_right(out, text, width);
}

/* Of packets: "4120?" if there were more. */
static void print_packets(struct output *out, const struct shown_interval *shown)
{
	char text[CELL_MAX] = "?";

	if (shown->sum.packets > 0 || !is_unsure(shown))
		snprintf(text, sizeof(text), "%" PRIu64 "%s", shown->sum.packets,
			 is_unsure(shown) ? "?" : "");
	print_right(out, text, 10);
}

static void print_bytes(struct output *out, const struct shown_interval *shown, int side)
{
	if (shown->sum.bytes[side] == 0 && is_unsure(shown))
		print_right(out, "?", 10);
	else
		print_size(out, shown->sum.bytes[side], 10);
}

static void print_time(struct session *session, const struct stats_rows *rows, uint64_t start)
{
	struct timestamp_cache cache = {0};
	unsigned width = rows->dated ? DATE_WIDTH : TIME_WIDTH;
	char text[CELL_MAX];

	if (session->settings->print.time == TIME_NONE)
		return;
	if (session->settings->print.time == TIME_EPOCH) {
		snprintf(text, sizeof(text), "%" PRIu64, start / NANOSECONDS_PER_SECOND);
	} else {
		timestamp_keep_second(&cache, start / NANOSECONDS_PER_SECOND, rows->dated);
		snprintf(text, sizeof(text), "%.*s", (int)cache.length, cache.text);
	}
	output_printf(session->out, "%-*s", (int)width, text);
}

static void print_bar(struct output *out, const struct stats_rows *rows, const struct interval *sum)
{
	uint64_t bytes = sum->bytes[VSOCK_CLIENT] + sum->bytes[VSOCK_SERVER];
	uint64_t length;

	if (rows->bar == 0 || bytes == 0)
		return;
	length = (uint64_t)((double)bytes / (double)rows->largest * rows->bar + 0.5);
	output_text(out, "  ");
	for (uint64_t i = 0; i < (length ? length : 1); i++)
		output_char(out, '#');
}

/* "  ... 57 intervals without a packet" */
static void print_silence(struct session *session, const struct shown_interval *shown)
{
	output_printf(session->out, "  ... %" PRIu64 " intervals %s", shown->count,
		      shown->blind ? "without a capture" : "without a packet");
	if (shown->stall_us) {
		output_text(session->out, ", stall ");
		print_stall(session->out, shown->stall_us, 0);
	}
	output_char(session->out, '\n');
}

static void print_row(struct session *session, struct stats_rows *rows,
		      const struct shown_interval *shown)
{
	const struct interval *sum = &shown->sum;
	struct output *out = session->out;

	print_time(session, rows, sum->start);
	print_packets(out, shown);
	print_bytes(out, shown, VSOCK_CLIENT);
	print_bytes(out, shown, VSOCK_SERVER);
	print_count(out, shown, sum->open, 6);
	print_count(out, shown, sum->opened, 5);
	print_count(out, shown, sum->ended, 5);
	print_count(out, shown, sum->refused, 5);
	print_stall(out, shown->stall_us, STALL_WIDTH);
	if (rows->drops && shown->drops_known)
		output_printf(out, "%7" PRIu64, shown->dropped);
	else if (rows->drops)
		print_right(out, "?", 7);
	print_bar(out, rows, sum);
	output_char(out, '\n');
}

void stats_print_interval(struct session *session, struct stats_rows *rows, uint64_t width,
			  const struct shown_interval *shown)
{
	struct shown_interval one = *shown;

	if (shown->count > SILENT_ROWS && rows->folds) {
		print_silence(session, shown);
		return;
	}
	one.count = 1;
	one.stall_us /= shown->count;
	for (uint64_t i = 0; i < shown->count; i++) {
		if (rows->repeats && rows->since++ % HEADING_ROWS == 0)
			stats_print_heading(session, rows);
		print_row(session, rows, &one);
		one.sum.start += width;
	}
}

/* The bars' scale, and whether the times need a date. */
static struct stats_rows plan_rows(const struct session *session, const struct stats *stats)
{
	struct stats_rows rows = {.folds = stats->intervals.chosen};
	struct interval_walk walk = {0};
	struct shown_interval shown;
	uint64_t first = UINT64_MAX;
	unsigned used;

	while (stats_next_interval(stats, &walk, &shown)) {
		uint64_t bytes = shown.sum.bytes[VSOCK_CLIENT] + shown.sum.bytes[VSOCK_SERVER];

		if (bytes > rows.largest)
			rows.largest = bytes;
		if (shown.sum.start < first)
			first = shown.sum.start;
	}
	rows.dated = session->settings->print.time == TIME_DATE || walk.end - first > DAY;
	used = ROW_WIDTH + 2 + (rows.dated ? DATE_WIDTH : TIME_WIDTH);
	if (rows.largest > 0 && session->out->columns >= used + BAR_LEAST)
		rows.bar = session->out->columns - used;
	if (rows.bar > STATS_BAR_MAX)
		rows.bar = STATS_BAR_MAX;
	return rows;
}

void stats_print_intervals(struct session *session, const struct stats *stats)
{
	struct stats_rows rows = plan_rows(session, stats);
	struct interval_walk walk = {0};
	struct shown_interval shown;
	bool all = session->settings->print.verbose || !stats->intervals.chosen;
	uint64_t lines = 0;

	if (stats->intervals.count == 0)
		return;
	stats_print_heading(session, &rows);
	while (stats_next_interval(stats, &walk, &shown)) {
		if (all || lines < INTERVALS_SHOWN)
			stats_print_interval(session, &rows, stats->intervals.width, &shown);
		lines += shown.count > SILENT_ROWS && rows.folds ? 1 : shown.count;
	}
	if (!all && lines > INTERVALS_SHOWN)
		output_printf(session->out, "  ... %" PRIu64 " more rows: -v\n",
			      lines - INTERVALS_SHOWN);
	if (stats->intervals.widened)
		output_printf(session->out,
			      "each interval has %" PRIu64 " seconds: there were too many\n",
			      stats->intervals.width / NANOSECONDS_PER_SECOND);
}

/* The name of the file without its folder, or of the interface. */
static void print_source(struct session *session)
{
	const struct settings *settings = session->settings;
	const char *name = settings->source.file_count ? settings->source.files[0] : "capture";
	const char *slash = strrchr(name, '/');

	if (settings->source.file_count > 1) {
		output_printf(session->out, "%zu files", settings->source.file_count);
		return;
	}
	name = slash ? slash + 1 : name;
	output_escaped(session->out, name, strlen(name));
}

static void print_point(struct session *session)
{
	struct json_context *points = &session->json;
	const struct capture_origin *origin;

	if (!points->count || points->count(points->source) != 1)
		return;
	origin = points->describe(points->source, 0);
	if (*origin->os) {
		output_text(session->out, "  ");
		output_escaped(session->out, origin->os, strlen(origin->os));
	}
	if (*origin->interface) {
		output_text(session->out, *origin->os ? ", " : "  ");
		output_escaped(session->out, origin->interface, strlen(origin->interface));
	}
}

static void print_span(struct session *session)
{
	struct timestamp_cache first = {0};
	struct timestamp_cache last = {0};
	int64_t span = session_span(session);
	uint64_t end = session->lowest_ts + (uint64_t)span;

	if (session->packets == 0 || span < 0)
		return;
	timestamp_keep_second(&first, session->lowest_ts / NANOSECONDS_PER_SECOND, true);
	timestamp_keep_second(&last, end / NANOSECONDS_PER_SECOND, (uint64_t)span >= DAY);
	output_printf(session->out, "  %.*s to %.*s (", (int)first.length, first.text,
		      (int)last.length, last.text);
	timestamp_print_duration(session->out, (uint64_t)span);
	output_char(session->out, ')');
}

static void print_drops(struct session *session, const struct stats *stats)
{
	struct capture_statistics statistics = session_statistics(session);
	struct output *out = session->out;
	uint64_t drops = 0;

	if (statistics.interface_drops != CAPTURE_NOT_KNOWN)
		drops = statistics.interface_drops;
	if (statistics.kernel_drops != CAPTURE_NOT_KNOWN)
		output_printf(out, "  %" PRIu64 " dropped", drops + statistics.kernel_drops);
	else if (drops > 0)
		output_printf(out, "  %" PRIu64 " dropped", drops);
	else
		output_text(out, "  drops not known");
	if (stats->missing > 0)
		output_printf(out, "  %" PRIu64 " bytes lost", stats->missing);
	else
		output_text(out, "  none lost");
}

void stats_print_capture(struct session *session, const struct stats *stats,
			 const struct connection_totals *verdicts)
{
	struct output *out = session->out;
	size_t line = output_line_begin(out);

	print_source(session);
	print_span(session);
	print_point(session);
	output_char(out, '\n');
	output_printf(out, "%" PRIu64 " packet%s  ", session->packets, plural(session->packets));
	size_print(out, verdicts->bytes);
	output_printf(out, " payload  %" PRIu64 " flow%s, %" PRIu64 " healthy",
		      verdicts->connections, plural(verdicts->connections),
		      verdicts->verdicts[VSOCK_HEALTHY]);
	print_drops(session, stats);
	output_char(out, '\n');
	if (stats->timeless > 0)
		output_printf(out, "%" PRIu64 " packet%s without a time: in no row\n",
			      stats->timeless, plural(stats->timeless));
	output_line_end(out, line, 2);
}

/* The address of a server, or "others". Returns its length. */
static size_t label_of(char label[static CELL_MAX + OUTPUT_SLACK],
		       const struct print_settings *settings, const struct services *services,
		       const struct service *service)
{
	struct output text;

	output_memory(&text, label, CELL_MAX + OUTPUT_SLACK);
	if (service == &services->others)
		output_text(&text, "others");
	else
		address_print_marked(&text, settings, service->cid, service->port,
				     service->made_up);
	return finish(&text);
}

static void print_percentile(struct output *out, const struct histogram *setups, unsigned percent,
			     unsigned width)
{
	char text[VSOCK_DURATION_TEXT_MAX] = "-";

	if (setups->count >= (percent == 99 ? P99_LEAST : 1))
		vsock_duration_text(text, histogram_percentile(setups, percent), "");
	print_right(out, text, width);
}

static void print_service(struct session *session, const struct services *services,
			  const struct service *service, size_t width)
{
	char label[CELL_MAX + OUTPUT_SLACK];
	size_t length = label_of(label, &session->settings->print, services, service);
	struct output *out = session->out;

	output_text(out, label);
	output_blanks(out, width > length ? width - length : 0);
	output_printf(out, "%7" PRIu64 "%6" PRIu64 "%10" PRIu64, service->flows, service->refused,
		      service->packets);
	print_size(out, service->bytes[VSOCK_CLIENT], 9);
	print_size(out, service->bytes[VSOCK_SERVER], 9);
	print_percentile(out, &service->setups, 50, 11);
	print_percentile(out, &service->setups, 99, 8);
	print_stall(out, service->stall_us, STALL_WIDTH);
	output_char(out, '\n');
}

static void print_services(struct session *session, struct services *services)
{
	bool all = session->settings->print.verbose || services->count <= SERVICES_SHOWN;
	uint32_t shown = all ? services->count : SERVICES_SHOWN;
	char label[CELL_MAX + OUTPUT_SLACK];
	struct output *out = session->out;
	size_t width = strlen("server");

	for (uint32_t i = 0; i < shown; i++) {
		size_t length =
		    label_of(label, &session->settings->print, services, &services->sorted[i]);

		width = length > width ? length : width;
	}
	if (services->count == 0)
		return;
	color_print(out, COLOR_HEADING);
	output_text(out, "\nserver");
	output_blanks(out, width - strlen("server"));
	output_text(out, "  flows   ref   packets   >bytes   <bytes  setup p50     p99   stall");
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
	for (uint32_t i = 0; i < shown; i++)
		print_service(session, services, &services->sorted[i], width);
	if (services->others.flows > 0)
		print_service(session, services, &services->others, width);
	if (!all)
		output_printf(out, "  ... %" PRIu32 " more servers: -v\n",
			      services->count - SERVICES_SHOWN);
}

static void print_op(struct output *out, const char **before, const char *name, uint64_t packets)
{
	if (packets == 0)
		return;
	output_printf(out, "%s%s %" PRIu64, *before, name, packets);
	*before = "  ";
}

static void print_ops(struct session *session, const struct stats *stats)
{
	struct output *out = session->out;
	size_t line = output_line_begin(out);
	const char *before = "";

	output_text(out, "\nops  ");
	for (int op = 0; op < VSOCK_OPS; op++)
		print_op(out, &before, vsock_op_name((uint16_t)op), stats->ops[op].packets);
	for (int op = 0; op < VSOCK_MONITOR_OPS; op++)
		print_op(out, &before, vsock_monitor_op_name((uint16_t)op),
			 stats->bare[op].packets);
	print_op(out, &before, "other", stats->others.packets);
	output_char(out, '\n');
	output_line_end(out, line, 5);
}

/* "to 1 kB 8%"; "<1%" for a few. */
static void print_share(struct output *out, uint64_t count, uint64_t all)
{
	uint64_t percent = (uint64_t)((double)count / (double)all * 100 + 0.5);

	if (percent == 0)
		output_text(out, " <1%");
	else
		output_printf(out, " %" PRIu64 "%%", percent);
}

static void print_sizes(struct session *session, const struct stats *stats)
{
	static const char *const names[STATS_SIZES] = {
	    "64 bytes or less", "to 1 KiB", "to 4 KiB", "to 32 KiB", "to 64 KiB", "more",
	};
	const struct op_count *rw = &stats->ops[VSOCK_OP_RW];
	const struct op_count *bare = &stats->bare[VSOCK_MONITOR_PAYLOAD];
	uint64_t all = rw->packets + bare->packets;
	struct output *out = session->out;
	const char *before = "";

	if (all == 0)
		return;
	output_text(out, "sizes of RW  ");
	for (int i = 0; i < STATS_SIZES; i++) {
		uint64_t count = rw->sizes[i] + bare->sizes[i];

		if (count == 0)
			continue;
		output_printf(out, "%s%s", before, names[i]);
		print_share(out, count, all);
		before = ", ";
	}
	output_char(out, '\n');
}

/* The server with most refused connections: the next thing to look at. */
static void print_advice(struct session *session, const struct services *services)
{
	const struct service *worst = NULL;

	for (uint32_t i = 0; i < services->count; i++)
		if (services->sorted[i].refused > (worst ? worst->refused : 0))
			worst = &services->sorted[i];
	if (worst)
		output_printf(session->out,
			      "see why %" PRIu64 " %s refused: --diagnose 'port %" PRIu32 "'\n",
			      worst->refused, worst->refused == 1 ? "was" : "were", worst->port);
}

/* What limits these numbers. */
static void print_limits(struct session *session, const struct stats *stats)
{
	uint64_t evicted = vsock_flow_table_stats(session->flows).evicted;
	struct output *out = session->out;
	size_t lines = output_line_begin(out);

	if (evicted > 0)
		output_printf(out,
			      "%" PRIu64 " flow%s left the table while alive, to make room (see "
			      "--max-flows)\n",
			      evicted, plural(evicted));
	if (session->settings->print.incomplete)
		output_text(out, "only packets that match the filter were seen\n");
	else if (session->settings->print.filtered)
		output_text(out, "the rows and the ops count packets that match the filter; the "
				 "servers count all packets of their connections\n");
	if (stats->intervals.failed)
		output_text(out, "not enough memory for all rows\n");
	output_line_end(out, lines, 2);
}

void stats_print_tables(struct session *session, const struct stats *stats,
			struct stats_flows *flows)
{
	print_services(session, &flows->services);
	if (session->settings->print.verbose)
		flow_totals_print(session->out, &session->settings->print, &flows->totals);
	if (session->packets > 0) {
		print_ops(session, stats);
		print_sizes(session, stats);
	}
	print_limits(session, stats);
	print_advice(session, &flows->services);
}
