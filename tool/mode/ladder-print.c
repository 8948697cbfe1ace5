/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a ladder, 80 columns wide: the time, the time since the row before, an arrow from side to
 * side, and the bytes in flight. Only ASCII.
 *
 *  0.031002  1.45ms  |== RW x64, 262 kB in 3.1ms ============>|  262144 / 262144
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/duration.h"
#include "core/names.h"
#include "core/verdict.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/ladder.h"
#include "tool/print/address.h"
#include "tool/print/color.h"
#include "tool/print/finding-line.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

#define TIME_WIDTH   10 /* of the time since the flow's first packet */
#define GAP_WIDTH    8
#define SPAN         41 /* between the two uprights */
#define CREDIT_WIDTH 17

/* A pause that gets its own row: this long, and this many times the usual pause. */
#define SILENCE_LEAST (100 * NANOSECONDS_PER_MILLISECOND)
#define SILENCE_TIMES 10

#define LABEL_MAX (SPAN - 4)

struct picture {
	struct session *session;
	struct output *out;
	const struct ladder *ladder;
	struct timestamp_cache time_cache;
	int time_width;           /* 0: no times */
	enum vsock_side measured; /* the side whose bytes in flight are shown */
	uint64_t usual_gap;
	uint64_t previous_ts; /* end of the row before; 0: none */
	bool left_out;
};

/* Text in the caller's memory. Returns its length. */
static size_t finish(struct output *text)
{
	text->data[text->length] = '\0';
	return text->length;
}

static size_t print_end(char *text, size_t size, const struct picture *p, enum vsock_side side)
{
	const struct vsock_flow *flow = &p->ladder->flow;
	struct output out;

	output_memory(&out, text, size - 1);
	address_print_marked(&out, &p->session->settings->print,
			     side == VSOCK_CLIENT ? flow->client_cid : flow->server_cid,
			     side == VSOCK_CLIENT ? flow->client_port : flow->server_port,
			     flow->made_up >> side & 1);
	return finish(&out);
}

static void print_heading(struct picture *p)
{
	const struct vsock_flow *flow = &p->ladder->flow;
	const char *type = flow->bare ? NULL : vsock_type_name(flow->type);
	const char *state =
	    vsock_flow_state_name(vsock_flow_state_at(flow, flow_list_now(p->session)));
	const char *verdict = vsock_verdict_name(vsock_flow_verdict(flow));
	bool same = strcmp(state, verdict) == 0;
	struct output *out = p->out;
	char client[160];
	char server[160];
	size_t line = output_line_begin(out);

	print_end(client, sizeof(client), p, VSOCK_CLIENT);
	print_end(server, sizeof(server), p, VSOCK_SERVER);
	output_printf(out, "flow %" PRIu64 "  %s > %s  %s%s%s%s%s; %" PRIu64 " packet%s\n",
		      flow->number, client, server, type ? type : "", type ? " " : "", state,
		      same ? "" : ", ", same ? "" : verdict, p->ladder->packets,
		      p->ladder->packets == 1 ? "" : "s");
	output_line_end(out, line, 2);
}

static void print_time_of_first(struct picture *p)
{
	struct timestamp_cache cache = {0};

	if (p->ladder->flow.marks & VSOCK_FLOW_TIMELESS)
		return;
	output_text(p->out, "first packet at ");
	timestamp_print(p->out, &cache, TIME_DATE, p->session->nanosecond, p->ladder->flow.first_ts,
			0);
	p->out->length--; /* the blank after the time */
	output_char(p->out, '\n');
}

static void print_upright(struct picture *p)
{
	color_print(p->out, COLOR_DIM);
	output_char(p->out, '|');
	color_print(p->out, COLOR_NONE);
}

/* The names above the two uprights. A pair that is too long takes two lines. */
static void print_names(struct picture *p)
{
	const size_t indent = (size_t)p->time_width + GAP_WIDTH + 2;
	const size_t room = SPAN + 2;
	char client[160];
	char server[160];
	size_t left = print_end(client, sizeof(client), p, VSOCK_CLIENT);
	size_t right = print_end(server, sizeof(server), p, VSOCK_SERVER);
	bool apart = left + right + 1 > room;

	output_printf(p->out, "\n%*s%*s  %s", p->time_width, p->time_width ? "time" : "", GAP_WIDTH,
		      "gap", client);
	if (apart)
		output_char(p->out, '\n');
	output_blanks(p->out, apart ? (indent + room > right ? indent + room - right : 0)
				    : room - left - right);
	output_text(p->out, server);
	if (!p->ladder->flow.bare)
		output_printf(p->out, "  %15s",
			      p->measured == VSOCK_CLIENT ? "in flight >" : "< in flight");
	output_char(p->out, '\n');
}

/* A time since the flow's first packet is what one looks for here, unless the user wants another.
 */
static bool is_relative(enum time_style style)
{
	return style == TIME_OF_DAY || style == TIME_SINCE_FIRST || style == TIME_DELTA;
}

static void print_timestamp(struct picture *p, struct output *out, uint64_t ts)
{
	timestamp_print(out, &p->time_cache, p->session->settings->print.time,
			p->session->nanosecond, ts, p->session->first_ts);
}

static int time_width(struct picture *p)
{
	enum time_style style = p->session->settings->print.time;
	char text[2 * OUTPUT_SLACK];
	struct output out;

	if (style == TIME_NONE)
		return 0;
	if (is_relative(style))
		return TIME_WIDTH;
	output_memory(&out, text, sizeof(text));
	print_timestamp(p, &out, p->ladder->flow.first_ts);
	return (int)out.length;
}

static void print_time(struct picture *p, const struct ladder_row *row)
{
	uint64_t first = p->ladder->flow.first_ts;
	uint64_t since = row->first_ts > first ? row->first_ts - first : 0;
	char text[32] = "-";

	if (p->time_width == 0)
		return;
	if (!row->timeless && !is_relative(p->session->settings->print.time)) {
		print_timestamp(p, p->out, row->first_ts);
		return;
	}
	if (!row->timeless)
		snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64,
			 since / NANOSECONDS_PER_SECOND,
			 since % NANOSECONDS_PER_SECOND / NANOSECONDS_PER_MICROSECOND);
	output_printf(p->out, "%*s", p->time_width, text);
}

static uint64_t gap_before(const struct picture *p, const struct ladder_row *row)
{
	return p->previous_ts && !row->timeless && row->first_ts > p->previous_ts
		   ? row->first_ts - p->previous_ts
		   : 0;
}

static void print_gap(struct picture *p, const struct ladder_row *row)
{
	char text[VSOCK_DURATION_TEXT_MAX] = "";

	if (p->previous_ts && !row->timeless)
		vsock_duration_text(text, gap_before(p, row), "");
	color_print(p->out, COLOR_DIM);
	output_printf(p->out, "%*s", GAP_WIDTH, text);
	color_print(p->out, COLOR_NONE);
	output_text(p->out, "  ");
}

/* "262144 / 262144": in flight, and the buffer of the receiver. */
static void print_credit(struct picture *p, const struct ladder_row *row)
{
	const struct ladder_credit *credit = &row->credit[p->measured];
	char text[40];

	if (!credit->known)
		return;
	if (credit->buffer > 0 && credit->in_flight >= credit->buffer)
		snprintf(text, sizeof(text), "%" PRIu32 " full", credit->in_flight);
	else
		snprintf(text, sizeof(text), "%s%" PRIu32 " / %" PRIu32, credit->least ? ">=" : "",
			 credit->in_flight, credit->buffer);
	output_printf(p->out, "%*s", CREDIT_WIDTH, text);
}

static bool is_data(const struct ladder_row *row)
{
	return row->bare ? row->op == VSOCK_MONITOR_PAYLOAD : row->op == VSOCK_OP_RW;
}

static void put_op(struct output *label, const struct ladder_row *row)
{
	const char *name = row->bare ? vsock_monitor_op_name(row->op) : vsock_op_name(row->op);

	if (name)
		output_text(label, name);
	else
		output_printf(label, "op %u", row->op);
}

/* "RW x64, 262 kB in 3.1ms, 4 stalls" */
static void put_run(struct output *label, const struct ladder_row *row)
{
	char span[VSOCK_DURATION_TEXT_MAX];

	vsock_duration_text(span, row->last_ts > row->first_ts ? row->last_ts - row->first_ts : 0,
			    "");
	output_printf(label, " x%" PRIu32 ", ", row->count);
	if (is_data(row))
		size_print(label, row->bytes);
	else
		output_printf(label, "%" PRIu32 " bytes read", row->read);
	output_printf(label, " in %s", span);
	if (row->stalls)
		output_printf(label, ", %" PRIu32 " stall%s", row->stalls,
			      row->stalls == 1 ? "" : "s");
}

static void put_one(struct output *label, const struct ladder_row *row)
{
	char flags[VSOCK_FLAGS_TEXT_MAX];

	if (is_data(row))
		output_printf(label, " %" PRIu64, row->bytes);
	else if (!row->bare && row->op == VSOCK_OP_CREDIT_UPDATE)
		output_printf(label, ", %" PRIu32 " bytes read", row->read);
	if (!row->bare && (row->flags || row->op == VSOCK_OP_SHUTDOWN)) {
		vsock_flags_text(flags, row->op, row->type, row->flags);
		output_printf(label, " %s", flags);
	}
}

static void put_label(struct output *label, const struct picture *p, const struct ladder_row *row)
{
	unsigned verbose = p->session->settings->print.verbose;

	if (verbose >= 2)
		output_printf(label, "#%" PRIu64 " ", row->number);
	put_op(label, row);
	if (row->count > 1)
		put_run(label, row);
	else
		put_one(label, row);
	if (row->again)
		output_text(label, " again");
	if (verbose >= 2 && !row->bare)
		output_printf(label, " buf %" PRIu32 " fwd %" PRIu32, row->buf_alloc, row->fwd_cnt);
}

static enum color color_of(const struct ladder_row *row)
{
	if (is_data(row))
		return COLOR_DATA;
	if (row->bare)
		return row->op == VSOCK_MONITOR_CONNECT ? COLOR_OPEN : COLOR_CLOSE;
	switch (row->op) {
	case VSOCK_OP_REQUEST:
	case VSOCK_OP_RESPONSE:
		return COLOR_OPEN;
	case VSOCK_OP_SHUTDOWN:
		return COLOR_CLOSE;
	case VSOCK_OP_RST:
		return COLOR_RESET;
	case VSOCK_OP_CREDIT_UPDATE:
	case VSOCK_OP_CREDIT_REQUEST:
		return COLOR_CREDIT;
	default:
		return COLOR_ODD;
	}
}

/* "-- RW 13 ------>", or "<------ RW 13 --". A run has double lines. */
static void print_arrow(struct picture *p, const struct ladder_row *row)
{
	const char line = row->count > 1 ? '=' : '-';
	char text[256 + OUTPUT_SLACK];
	char arrow[SPAN];
	struct output label;
	size_t length;

	output_memory(&label, text, sizeof(text) - 1);
	put_label(&label, p, row);
	length = finish(&label);
	if (length > LABEL_MAX - 1)
		length = LABEL_MAX - 1;
	memset(arrow, line, sizeof(arrow));
	if (row->side == VSOCK_CLIENT) {
		memcpy(arrow + 2, " ", 1);
		memcpy(arrow + 3, text, length);
		arrow[3 + length] = ' ';
		arrow[SPAN - 1] = '>';
	} else {
		arrow[0] = '<';
		arrow[SPAN - 3] = ' ';
		memcpy(arrow + SPAN - 3 - length, text, length);
		arrow[SPAN - 4 - length] = ' ';
	}
	color_print(p->out, color_of(row));
	output_bytes(p->out, arrow, sizeof(arrow));
	color_print(p->out, COLOR_NONE);
}

/* ":     a text in the middle      :", in place of an arrow. */
static void print_note(struct picture *p, const char *text)
{
	size_t length = strlen(text);
	size_t left = length < SPAN ? (SPAN - length) / 2 : 0;

	output_blanks(p->out, (size_t)p->time_width + GAP_WIDTH + 2);
	output_char(p->out, ':');
	output_blanks(p->out, left);
	output_text(p->out, text);
	output_blanks(p->out, length + left < SPAN ? SPAN - length - left : 0);
	output_text(p->out, ":\n");
}

static void print_silence(struct picture *p, const struct ladder_row *row)
{
	uint64_t gap = gap_before(p, row);
	char duration[VSOCK_DURATION_TEXT_MAX];
	char text[64];

	if (gap < SILENCE_LEAST || gap / SILENCE_TIMES < p->usual_gap)
		return;
	vsock_duration_text(duration, gap, " ");
	snprintf(text, sizeof(text), "silence for %s", duration);
	print_note(p, text);
}

static void print_packets(struct picture *p, const struct ladder_row *row)
{
	print_silence(p, row);
	print_time(p, row);
	print_gap(p, row);
	print_upright(p);
	print_arrow(p, row);
	print_upright(p);
	print_credit(p, row);
	output_char(p->out, '\n');
	if (!row->timeless)
		p->previous_ts = row->last_ts;
}

static void print_finding(struct picture *p, const struct vsock_finding *finding)
{
	const struct print_settings *settings = &p->session->settings->print;
	size_t line;

	if (!finding_line_wanted(settings, finding))
		return;
	line = output_line_begin(p->out);
	finding_line_mark(p->out, (enum vsock_class)finding->severity);
	output_char(p->out, ' ');
	finding_line_body(p->out, settings, finding);
	output_line_end(p->out, line, finding_line_indent((enum vsock_class)finding->severity));
}

static void print_row(struct picture *p, const struct ladder_row *row)
{
	char text[64];

	switch ((enum ladder_kind)row->kind) {
	case LADDER_PACKETS:
		print_packets(p, row);
		break;
	case LADDER_FINDING:
		print_finding(p, &p->ladder->findings[row->count]);
		break;
	case LADDER_LOST:
		snprintf(text, sizeof(text), "%" PRIu64 " bytes were not captured", row->bytes);
		print_note(p, text);
		break;
	case LADDER_LEFT_OUT:
		snprintf(text, sizeof(text), "%" PRIu32 " row%s left out", row->count,
			 row->count == 1 ? "" : "s");
		print_note(p, text);
		p->previous_ts = 0;
		p->left_out = true;
		break;
	}
}

static int compare_gaps(const void *a, const void *b)
{
	const uint64_t *first = a;
	const uint64_t *second = b;

	return (*first > *second) - (*first < *second);
}

/* The median of the times between rows. Without memory 0: then each long pause is a silence. */
static uint64_t median_gap(const struct ladder *ladder)
{
	uint64_t *gaps = calloc(ladder->count, sizeof(*gaps));
	uint64_t before = 0;
	uint64_t median;
	size_t count = 0;

	for (uint32_t i = 0; gaps && i < ladder->count; i++) {
		const struct ladder_row *row = &ladder->rows[i];

		if (row->kind != LADDER_PACKETS || row->timeless)
			continue;
		if (before && row->first_ts >= before)
			gaps[count++] = row->first_ts - before;
		before = row->last_ts;
	}
	if (count > 0)
		qsort(gaps, count, sizeof(*gaps), compare_gaps);
	median = count > 0 ? gaps[count / 2] : 0;
	free(gaps);
	return median;
}

void ladder_print(struct session *session, const struct ladder *ladder)
{
	const struct vsock_flow_side *sides = ladder->flow.side;
	struct picture picture = {
	    .session = session,
	    .out = session->out,
	    .ladder = ladder,
	    .usual_gap = median_gap(ladder),
	    .measured =
		sides[VSOCK_SERVER].bytes > sides[VSOCK_CLIENT].bytes ? VSOCK_SERVER : VSOCK_CLIENT,
	};

	picture.time_width = time_width(&picture);
	print_heading(&picture);
	print_time_of_first(&picture);
	print_names(&picture);
	if (ladder->flow.marks & VSOCK_FLOW_MIDSTREAM)
		print_note(&picture, "the connection is older");
	for (uint32_t i = 0; i < ladder->count; i++)
		print_row(&picture, &ladder->rows[i]);
	if (picture.left_out)
		output_text(picture.out, "\n-v shows all rows\n");
}
