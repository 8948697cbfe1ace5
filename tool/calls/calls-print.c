/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/calls/calls-print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/duration.h"
#include "lib/common/plural.h"
#include "lib/protocols/hpack.h"
#include "tool/print/address.h"
#include "tool/print/color.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

#define CELL_MAX     120
#define METHOD_LEAST 10
#define PROTO_WIDTH  6
/* "calls err p50 p99 max %", with what is between them. */
#define NUMBERS_WIDTH 43
#define WIDTH_DEFAULT 80
/* Further rows of a line. */
#define INDENT 9

struct screen {
	struct session *session;
	const struct inside *inside;
	struct output *out;
	struct call_class **classes;
	uint32_t count;
	uint32_t shown;
	unsigned server_width;
	unsigned method_width;
	uint64_t now;
};

unsigned calls_share(const struct inside *inside, const struct call_class *class)
{
	if (inside->waited == 0)
		return 0;
	return (unsigned)((double)class->waited / (double)inside->waited * 100 + 0.5);
}

static void print_left(struct output *out, const char *text, size_t length, unsigned width)
{
	output_bytes(out, text, length);
	output_blanks(out, width > length ? width - length : 0);
}

static void print_right(struct output *out, const char *text, unsigned width)
{
	output_printf(out, " %*s", (int)width - 1, text);
}

static void print_time(struct output *out, bool known, uint64_t nanoseconds, unsigned width)
{
	char text[VSOCK_DURATION_TEXT_MAX] = "-";

	if (known)
		vsock_duration_text(text, nanoseconds, "");
	print_right(out, text, width);
}

static void print_percentile(struct output *out, const struct histogram *times, unsigned percent,
			     unsigned width)
{
	bool known = times->count >= calls_least(percent);

	print_time(out, known, known ? histogram_percentile(times, percent) : 0, width);
}

/* The address of the side that answers, as text. */
static size_t server_of(char text[static CELL_MAX + OUTPUT_SLACK],
			const struct print_settings *settings, const struct call_class *class)
{
	struct output out;

	output_memory(&out, text, CELL_MAX + OUTPUT_SLACK);
	if (class->other)
		output_char(&out, '-');
	else
		address_print_marked(&out, settings, class->cid, class->port, class->made_up);
	return out.length;
}

static size_t method_of(char text[static CELL_MAX * 4 + OUTPUT_SLACK],
			const struct call_class *class)
{
	struct output out;

	output_memory(&out, text, CELL_MAX * 4 + OUTPUT_SLACK);
	output_escaped(&out, class->name, strlen(class->name));
	return out.length;
}

/* The end of a long name says more than its middle. */
static void print_method(const struct screen *screen, const struct call_class *class)
{
	char text[CELL_MAX * 4 + OUTPUT_SLACK];
	size_t length = method_of(text, class);
	unsigned width = screen->method_width;
	size_t head;

	if (length <= width) {
		print_left(screen->out, text, length, width);
		return;
	}
	head = (width - 2) / 3;
	output_bytes(screen->out, text, head);
	output_text(screen->out, "..");
	output_bytes(screen->out, text + length - (width - 2 - head), width - 2 - head);
}

static void measure(struct screen *screen)
{
	const struct session *session = screen->session;
	unsigned columns = screen->out->columns ? screen->out->columns : WIDTH_DEFAULT;
	size_t method = METHOD_LEAST;
	size_t server = strlen("server");
	size_t room;

	for (uint32_t i = 0; i < screen->shown; i++) {
		char text[CELL_MAX * 4 + OUTPUT_SLACK];
		size_t length = server_of(text, &session->settings->print, screen->classes[i]);

		server = length > server ? length : server;
		length = method_of(text, screen->classes[i]);
		method = length > method ? length : method;
	}
	screen->server_width = (unsigned)server + 1;
	room = screen->server_width + PROTO_WIDTH + NUMBERS_WIDTH;
	room = columns > room + METHOD_LEAST ? columns - room : METHOD_LEAST;
	if (session->settings->print.wide || session->settings->print.verbose)
		room = method;
	screen->method_width = (unsigned)(method < room ? method : room);
}

static void print_source(const struct screen *screen)
{
	const struct settings *settings = screen->session->settings;
	const char *name = settings->source.file_count ? settings->source.files[0] : "this capture";
	const char *slash = strrchr(name, '/');

	if (settings->source.file_count > 1) {
		output_printf(screen->out, "%zu files", settings->source.file_count);
		return;
	}
	name = slash ? slash + 1 : name;
	output_escaped(screen->out, name, strlen(name));
}

/* "calls in web.pcapng, 10m41s: 5118 answered (88 unnamed), 14 open, 3 not paired" */
static void print_summary(const struct screen *screen, uint64_t open)
{
	const struct inside *inside = screen->inside;
	struct output *out = screen->out;
	int64_t span = session_span(screen->session);
	size_t line = output_line_begin(out);

	output_text(out, "calls in ");
	print_source(screen);
	if (span > 0) {
		output_text(out, ", ");
		timestamp_print_duration(out, (uint64_t)span);
	}
	output_printf(out, ": %" PRIu64 " answered", inside->answered);
	if (inside->unnamed)
		output_printf(out, " (%" PRIu64 " unnamed)", inside->unnamed);
	output_printf(out, ", %" PRIu64 " open", open);
	if (inside->unanswered)
		output_printf(out, ", %" PRIu64 " without an answer", inside->unanswered);
	if (inside->unpaired)
		output_printf(out, ", %" PRIu64 " not paired", inside->unpaired);
	output_char(out, '\n');
	output_line_end(out, line, INDENT);
}

static void print_heading(const struct screen *screen)
{
	struct output *out = screen->out;

	output_char(out, '\n');
	color_print(out, COLOR_HEADING);
	print_left(out, "server", strlen("server"), screen->server_width);
	print_left(out, "proto", strlen("proto"), PROTO_WIDTH);
	print_left(out, "method", strlen("method"), screen->method_width);
	output_text(out, "   calls  err     p50     p99     max   %");
	if (screen->session->settings->print.verbose)
		output_text(out, "     p90    last   >bytes  <bytes  slowest");
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
}

static void print_size(struct output *out, uint64_t bytes, unsigned width)
{
	char text[CELL_MAX];
	struct output memory;

	output_memory(&memory, text, sizeof(text));
	size_print_short(&memory, bytes);
	text[memory.length] = '\0';
	print_right(out, text, width);
}

static void print_callers(const struct screen *screen, const struct call_class *class)
{
	struct output *out = screen->out;

	if (class->caller_count == 0)
		return;
	output_text(out, class->caller_count == 1 ? "; caller " : "; callers ");
	for (uint32_t i = 0; i < class->caller_count; i++) {
		output_text(out, i > 0 ? ", " : "");
		address_print_cid(out, &screen->session->settings->print, class->callers[i]);
	}
	if (class->more_callers)
		output_text(out, " and others");
}

static void print_details(const struct screen *screen, const struct call_class *class)
{
	struct output *out = screen->out;

	print_percentile(out, &class->first, 90, 8);
	print_percentile(out, &class->last, 50, 8);
	print_size(out, class->bytes[0], 9);
	print_size(out, class->bytes[1], 8);
	if (class->first.count > 0)
		output_printf(out, "  flow %" PRIu64 " packet %" PRIu64, class->slowest_flow,
			      class->slowest_packet);
	else
		output_text(out, "  -");
	print_callers(screen, class);
}

static void print_class(const struct screen *screen, const struct call_class *class)
{
	char server[CELL_MAX + OUTPUT_SLACK];
	size_t length = server_of(server, &screen->session->settings->print, class);
	const char *protocol =
	    class->other ? "-" : call_protocol_name((enum call_protocol) class->protocol);
	struct output *out = screen->out;

	print_left(out, server, length, screen->server_width);
	print_left(out, protocol, strlen(protocol), PROTO_WIDTH);
	print_method(screen, class);
	output_printf(out, " %7" PRIu64 "%5" PRIu64, class->answered, class->errors);
	print_percentile(out, &class->first, 50, 8);
	print_percentile(out, &class->first, 99, 8);
	print_time(out, class->first.count > 0, class->first.most, 8);
	output_printf(out, " %3u", calls_share(screen->inside, class));
	if (screen->session->settings->print.verbose)
		print_details(screen, class);
	output_char(out, '\n');
}

static void print_table(struct screen *screen)
{
	if (screen->count == 0)
		return;
	measure(screen);
	print_heading(screen);
	for (uint32_t i = 0; i < screen->shown; i++)
		print_class(screen, screen->classes[i]);
	if (screen->shown < screen->count)
		output_printf(screen->out, "  ... %" PRIu32 " more rows: -v\n",
			      screen->count - screen->shown);
}

/* "err      host:9000 POST /v1/logs: " */
static size_t begin_note(const struct screen *screen, const char *kind,
			 const struct call_class *class)
{
	char server[CELL_MAX + OUTPUT_SLACK];
	struct output *out = screen->out;
	size_t line = output_line_begin(out);

	print_left(out, kind, strlen(kind), INDENT);
	if (!class)
		return line;
	output_bytes(out, server, server_of(server, &screen->session->settings->print, class));
	output_char(out, ' ');
	output_escaped(out, class->name, strlen(class->name));
	output_text(out, ": ");
	return line;
}

static void end_note(const struct screen *screen, size_t line)
{
	output_char(screen->out, '\n');
	output_line_end(screen->out, line, INDENT);
}

static void print_errors(const struct screen *screen, const struct call_class *class)
{
	struct output *out = screen->out;
	uint64_t listed = 0;
	size_t line;

	if (class->errors == 0)
		return;
	line = begin_note(screen, "err", class);
	for (int i = 0; i<CALL_STATUSES &&class->statuses[i].count> 0; i++) {
		char text[CALL_STATUS_TEXT_MAX];

		output_printf(out, "%s%s x%" PRIu64, i > 0 ? ", " : "",
			      call_status_text(text, (enum call_protocol) class->protocol,
					       class->statuses[i].status),
			      class->statuses[i].count);
		listed += class->statuses[i].count;
	}
	if (listed < class->errors)
		output_printf(out, "%sothers x%" PRIu64, listed ? ", " : "",
			      class->errors - listed);
	end_note(screen, line);
}

static void print_open(const struct screen *screen, const struct call_class *class)
{
	struct output *out = screen->out;
	size_t line;

	if (class->open == 0)
		return;
	line = begin_note(screen, "open", class);
	output_printf(out, "%" PRIu64 " call%s", class->open, plural(class->open));
	if (class->waits) {
		output_text(out, ", long by design");
	} else if (class->oldest_ts > 0) {
		output_text(out,
			    class->open == 1 ? " has waited for " : ", the oldest has waited for ");
		timestamp_say_duration(out, vsock_elapsed(class->oldest_ts, screen->now));
		output_printf(out, " (flow %" PRIu64 ")", class->oldest_flow);
	} else {
		output_text(out, ", none waits for an answer to begin");
	}
	end_note(screen, line);
}

static void print_missing(const struct screen *screen, const struct call_class *class)
{
	size_t line;

	if (class->unanswered) {
		line = begin_note(screen, "none", class);
		output_printf(screen->out, "the connection ended before the answer x%" PRIu64,
			      class->unanswered);
		end_note(screen, line);
	}
	if (class->unpaired) {
		line = begin_note(screen, "lost", class);
		output_printf(screen->out, "not paired, because bytes are missing x%" PRIu64,
			      class->unpaired);
		end_note(screen, line);
	}
}

static void print_remark(const struct screen *screen, const char *kind, uint64_t count,
			 const char *one, const char *many)
{
	size_t line;

	if (count == 0)
		return;
	line = begin_note(screen, kind, NULL);
	output_printf(screen->out, "%" PRIu64 " %s", count, count == 1 ? one : many);
	end_note(screen, line);
}

static void print_notes(const struct screen *screen)
{
	const struct inside *inside = screen->inside;

	if (screen->count > 0)
		output_char(screen->out, '\n');
	for (uint32_t i = 0; i < screen->count; i++)
		print_errors(screen, screen->classes[i]);
	for (uint32_t i = 0; i < screen->count; i++)
		print_open(screen, screen->classes[i]);
	for (uint32_t i = 0; i < screen->count; i++)
		print_missing(screen, screen->classes[i]);
	print_remark(screen, "late", inside->late, "connection whose beginning is missing",
		     "connections whose beginning is missing");
	if (inside->unnamed && !hpack_is_available())
		output_text(screen->out, "limit    this vsockdump was built without libnghttp2\n");
	print_remark(screen, "limit", inside->not_followed,
		     "connection was not looked into: too many at a time",
		     "connections were not looked into: too many at a time");
	print_remark(screen, "limit", inside->left_out, "call was not followed: too many at a time",
		     "calls were not followed: too many at a time");
}

/* The flow with the longest wait is the next thing to look at. */
static void print_advice(const struct screen *screen)
{
	const struct call_class *worst = NULL;
	struct output *out = screen->out;

	for (uint32_t i = 0; i < screen->count; i++)
		if (screen->classes[i]->first.count > 0 && !screen->classes[i]->waits &&
		    (!worst || screen->classes[i]->first.most > worst->first.most))
			worst = screen->classes[i];
	if (!worst)
		return;
	output_text(out, " time = end of request to first byte of answer; % = share of all waiting "
			 "time\n");
	output_printf(out, " slowest call: --ladder %" PRIu64 "     %s\n", worst->slowest_flow,
		      screen->session->settings->print.verbose ? "last = p50 to the last byte"
							       : "more columns: -v");
}

static void print_nothing(const struct screen *screen)
{
	output_text(screen->out,
		    screen->session->packets == 0 ? "no packets\n"
		    : screen->inside->of_protocol
			? "no flow of HTTP, gRPC, ttRPC or TLS has a call\n"
			: "no flow has a protocol that is known: HTTP, gRPC, ttRPC and TLS are\n");
}

void calls_print(struct session *session, struct inside *inside, uint64_t now)
{
	uint64_t open = inside_count_open(inside);
	struct screen screen = {
	    .session = session,
	    .inside = inside,
	    .out = session->out,
	    .classes = call_classes_sort(&inside->classes),
	    .now = now,
	};

	if (!screen.classes)
		return;
	screen.count = call_classes_count(&inside->classes);
	screen.shown = session->settings->print.verbose || screen.count <= CALLS_SHOWN
			   ? screen.count
			   : CALLS_SHOWN;
	print_summary(&screen, open);
	print_table(&screen);
	print_notes(&screen);
	if (screen.count == 0)
		print_nothing(&screen);
	print_advice(&screen);
	free(screen.classes);
}
