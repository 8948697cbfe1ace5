/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/row-print.h"

#include <inttypes.h>

#include "core/duration.h"
#include "core/time-units.h"
#include "tool/print/address.h"
#include "tool/print/color.h"
#include "tool/print/finding-line.h"
#include "tool/print/process-name.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"
#include "tool/screen/screen.h"

/* More than any cell takes: a name of 63 bytes that are escaped, and a port. */
#define CELL_MAX ((size_t)320)

/* Columns of a line in a file or a pipe. */
#define FILE_WIDTH 80

/* The indent of rows that continue a row, if the terminal is too narrow. */
#define INDENT 8

struct cell {
	struct output text;
	size_t tail; /* characters that stay if it is shortened */
	char room[CELL_MAX + OUTPUT_SLACK];
};

/* The arrow shows the direction: > to the server, < to the client. */
static const struct {
	const char *heading;
	bool right; /* aligned like numbers */
} column_style[TOP_COLUMNS] = {
    [TOP_MARK] = {"", false},           [TOP_FLOW] = {"flow", true},
    [TOP_CLIENT] = {"client", false},   [TOP_SERVER] = {"server", false},
    [TOP_STATE] = {"state", false},     [TOP_CLIENT_RATE] = {">/s", true},
    [TOP_SERVER_RATE] = {"</s", true},  [TOP_CREDIT] = {"credit", false},
    [TOP_AGE] = {"age", true},          [TOP_PACKETS] = {"packets", true},
    [TOP_TOTAL] = {"total", true},      [TOP_HANDSHAKE] = {"handshake", true},
    [TOP_HISTORY] = {"history", false},
};

/* Small letters for a flow that is open. */
static const char state_letters[VSOCK_FLOW_STATES] = {
    [VSOCK_FLOW_REQUESTED] = 'r',   [VSOCK_FLOW_TIMED_OUT] = 't', [VSOCK_FLOW_ESTABLISHED] = 'e',
    [VSOCK_FLOW_HALF_CLOSED] = 'h', [VSOCK_FLOW_CLOSING] = 'c',   [VSOCK_FLOW_CLOSED] = 'C',
    [VSOCK_FLOW_FORCED] = 'F',      [VSOCK_FLOW_RESET] = 'R',     [VSOCK_FLOW_REFUSED] = 'X',
    [VSOCK_FLOW_SUPERSEDED] = 'S',  [VSOCK_FLOW_EVICTED] = 'E',
};

static void cell_begin(struct cell *cell)
{
	output_memory(&cell->text, cell->room, sizeof(cell->room));
	cell->tail = 0;
}

static void fill_address(struct cell *cell, const struct print_settings *settings, uint32_t cid,
			 uint32_t port, bool made_up)
{
	size_t name;

	address_print_cid(&cell->text, settings, cid);
	name = cell->text.length;
	cell->text.length = 0;
	address_print_marked(&cell->text, settings, cid, port, made_up);
	cell->tail = cell->text.length - name;
}

static void fill_client(struct cell *cell, const struct print_settings *settings,
			const struct vsock_flow *flow, bool port)
{
	if (port)
		fill_address(cell, settings, flow->client_cid, flow->client_port,
			     flow->made_up & 1);
	else
		address_print_cid(&cell->text, settings, flow->client_cid);
}

static void fill_server(struct cell *cell, const struct print_settings *settings,
			const struct vsock_flow *flow)
{
	fill_address(cell, settings, flow->server_cid, flow->server_port, flow->made_up & 2);
}

/* "4s", "2m", "<1s": at most three characters below four months. */
static void put_short_time(struct output *text, uint64_t ns)
{
	static const struct {
		uint64_t below; /* seconds */
		uint64_t unit;
		char name;
	} units[] = {{60, 1, 's'}, {3600, 60, 'm'}, {86400, 3600, 'h'}, {UINT64_MAX, 86400, 'd'}};
	uint64_t seconds = ns / NANOSECONDS_PER_SECOND;
	size_t i = 0;

	if (seconds == 0) {
		output_text(text, "<1s");
		return;
	}
	while (seconds >= units[i].below)
		i++;
	output_u64(text, seconds / units[i].unit);
	output_char(text, units[i].name);
}

/* ">100% 4s" */
static void fill_credit(struct output *text, const struct top_credit *credit, bool with_time)
{
	if (!credit->known) {
		output_char(text, '-');
		return;
	}
	output_printf(text, "%c%3" PRIu32 "%%", credit->sender == VSOCK_CLIENT ? '>' : '<',
		      credit->percent);
	if (credit->full_ns == 0 || !with_time)
		return;
	output_char(text, ' ');
	put_short_time(text, credit->full_ns);
}

static uint64_t bytes_of(const struct top_columns *columns, const struct top_row *row,
			 enum vsock_side sender)
{
	return columns->totals ? row->flow.side[sender].bytes : row->rate[sender];
}

/* The rate, or the total. */
static void fill_bytes(struct output *text, const struct top_columns *columns,
		       const struct top_row *row, enum vsock_side sender)
{
	if (row->rate_known || columns->totals)
		size_print_short(text, bytes_of(columns, row, sender));
	else
		output_char(text, '?');
}

static void fill_more_bytes(struct output *text, const struct top_columns *columns,
			    const struct top_row *row)
{
	enum vsock_side sender =
	    bytes_of(columns, row, VSOCK_SERVER) > bytes_of(columns, row, VSOCK_CLIENT)
		? VSOCK_SERVER
		: VSOCK_CLIENT;

	if (row->rate_known || columns->totals)
		output_char(text, sender == VSOCK_CLIENT ? '>' : '<');
	fill_bytes(text, columns, row, sender);
}

static void fill_state(struct output *text, const struct top_row *row, bool letter, uint64_t now)
{
	enum vsock_flow_state state = vsock_flow_state_at(&row->flow, now);

	if (letter)
		output_char(text, state_letters[state]);
	else
		output_text(text, vsock_flow_state_name(state));
}

static void fill_handshake(struct output *text, const struct vsock_flow *flow)
{
	int64_t handshake = vsock_flow_handshake_ns(flow);

	if (handshake < 0)
		output_char(text, '-');
	else
		timestamp_print_duration(text, (uint64_t)handshake);
}

static void fill_history(struct output *text, const struct vsock_flow *flow)
{
	char history[VSOCK_FLOW_HISTORY_MAX];
	size_t length = vsock_flow_history(flow, history);

	output_bytes(text, history, length);
}

static void fill_cell(struct cell *cell, const struct top_columns *columns, enum top_column column,
		      const struct print_settings *settings, const struct top_row *row,
		      uint64_t now)
{
	const struct top_layout *layout = &columns->layout;
	const struct vsock_flow *flow = &row->flow;
	struct output *text = &cell->text;

	switch (column) {
	case TOP_FLOW:
		output_u64(text, flow->number);
		break;
	case TOP_CLIENT:
		fill_client(cell, settings, flow, layout->client_port);
		break;
	case TOP_SERVER:
		fill_server(cell, settings, flow);
		break;
	case TOP_STATE:
		fill_state(text, row, layout->state_letter, now);
		break;
	case TOP_CLIENT_RATE:
		if (layout->width[TOP_SERVER_RATE])
			fill_bytes(text, columns, row, VSOCK_CLIENT);
		else
			fill_more_bytes(text, columns, row);
		break;
	case TOP_SERVER_RATE:
		fill_bytes(text, columns, row, VSOCK_SERVER);
		break;
	case TOP_CREDIT:
		fill_credit(text, &row->credit, !layout->short_credit);
		break;
	case TOP_AGE:
		if (row->ended)
			output_text(text, "ended");
		else
			timestamp_print_duration(text, row->age);
		break;
	case TOP_PACKETS:
		size_print_short(text, flow->side[VSOCK_CLIENT].packets +
					   flow->side[VSOCK_SERVER].packets);
		break;
	case TOP_TOTAL:
		size_print_short(text,
				 flow->side[VSOCK_CLIENT].bytes + flow->side[VSOCK_SERVER].bytes);
		break;
	case TOP_HANDSHAKE:
		fill_handshake(text, flow);
		break;
	case TOP_HISTORY:
		fill_history(text, flow);
		break;
	case TOP_MARK:
	case TOP_COLUMNS:
		break;
	}
}

static void widen(unsigned *width, size_t length)
{
	if (length > *width)
		*width = (unsigned)length;
}

static void measure(struct top_needs *needs, const struct print_settings *settings,
		    const struct top_row *row)
{
	struct cell cell;

	widen(&needs->flow, output_u64_width(row->flow.number));
	cell_begin(&cell);
	fill_client(&cell, settings, &row->flow, false);
	widen(&needs->client, cell.text.length);
	cell_begin(&cell);
	fill_client(&cell, settings, &row->flow, true);
	widen(&needs->client_port, cell.text.length);
	cell_begin(&cell);
	fill_server(&cell, settings, &row->flow);
	widen(&needs->server, cell.text.length);
}

bool top_columns_choose(struct top_columns *columns, const struct output *out,
			const struct print_settings *settings, const struct top_table *table)
{
	struct top_layout before = columns->layout;
	unsigned width = out->columns ? out->columns : FILE_WIDTH;

	for (uint32_t i = 0; i < top_table_count(table); i++)
		measure(&columns->needs, settings, top_table_row(table, i));
	top_layout_choose(&columns->layout, &columns->needs, settings->wide ? TOP_ANY_WIDTH : width,
			  out->columns > 0);
	return before.client_port != columns->layout.client_port ||
	       memcmp(before.width, columns->layout.width, sizeof(before.width)) != 0;
}

/* Blanks are printed in front of the next text, so that no line ends with one. */
struct line {
	struct output *out;
	size_t blanks;
};

static void put_cell(struct line *line, const char *text, size_t length, unsigned width, bool right)
{
	size_t rest = length < width ? width - length : 0;

	if (length > 0)
		output_blanks(line->out, line->blanks + (right ? rest : 0));
	if (length > 0)
		line->blanks = 0;
	output_bytes(line->out, text, length);
	line->blanks += (right && length > 0 ? 0 : rest) + 1;
}

/* The cell of the credit: the part of the buffer that is in flight is in reverse. */
static void put_bar(struct line *line, const char *text, size_t length, unsigned width,
		    uint32_t percent)
{
	size_t full = percent < 100 ? (size_t)width * percent / 100 : width;

	output_blanks(line->out, line->blanks);
	output_text(line->out, SCREEN_REVERSE);
	for (size_t i = 0; i < width; i++) {
		if (i == full)
			color_print_sequence(line->out, COLOR_NONE);
		output_char(line->out, i < length ? text[i] : ' ');
	}
	color_print_sequence(line->out, COLOR_NONE);
	line->blanks = 1;
}

static const char *heading_of(const struct top_columns *columns, enum top_column column)
{
	const struct top_layout *layout = &columns->layout;

	if (column == TOP_STATE && layout->state_letter)
		return "s";
	if (column == TOP_CREDIT && layout->short_credit)
		return "used";
	if (column == TOP_CLIENT_RATE && !layout->width[TOP_SERVER_RATE])
		return columns->totals ? "bytes" : "rate";
	if (columns->totals && column == TOP_CLIENT_RATE)
		return ">";
	if (columns->totals && column == TOP_SERVER_RATE)
		return "<";
	return column_style[column].heading;
}

void top_row_print_heading(struct output *out, const struct top_columns *columns)
{
	const struct top_layout *layout = &columns->layout;
	struct line line = {.out = out};

	color_print(out, COLOR_HEADING);
	for (enum top_column column = TOP_MARK; column < TOP_COLUMNS; column++) {
		const char *heading = heading_of(columns, column);

		if (layout->width[column])
			put_cell(&line, heading, strlen(heading), layout->width[column],
				 column_style[column].right);
	}
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
}

static bool is_name(enum top_column column)
{
	return column == TOP_CLIENT || column == TOP_SERVER;
}

/* The mark has a color, which takes no columns. */
static void print_mark(struct line *line, const struct print_settings *settings,
		       const struct vsock_flow *flow, unsigned width)
{
	enum vsock_class class = (enum vsock_class)flow->worst;
	unsigned length = 0;

	if (flow->reported && (class > VSOCK_INFORMATION || !settings->quiet)) {
		finding_line_mark(line->out, class);
		length = finding_line_indent(class) - 1;
	}
	line->blanks = width - length + 1;
}

/* "  client socat (pid 351), server cat (pid 352)" */
static void print_processes(struct output *out, const struct print_settings *settings,
			    const struct vsock_flow *flow)
{
	static const char *const sides[] = {"client ", "server "};
	const char *before = "  ";

	for (int side = VSOCK_CLIENT; settings->processes && side <= VSOCK_SERVER; side++) {
		const struct process_entry *entry =
		    process_of_flow(settings, flow, (enum vsock_side)side);

		if (!entry)
			continue;
		output_text(out, before);
		output_text(out, sides[side]);
		process_print(out, entry);
		before = ", ";
	}
}

void top_row_print(struct output *out, const struct top_columns *columns,
		   const struct print_settings *settings, const struct top_row *row, uint64_t now)
{
	const struct top_layout *layout = &columns->layout;
	size_t begin = output_line_begin(out);
	struct line line = {.out = out};

	print_mark(&line, settings, &row->flow, layout->width[TOP_MARK]);
	if (row->ended)
		color_print(out, COLOR_DIM);
	for (enum top_column column = TOP_FLOW; column < TOP_COLUMNS; column++) {
		struct cell cell;
		size_t length;

		if (!layout->width[column])
			continue;
		cell_begin(&cell);
		fill_cell(&cell, columns, column, settings, row, now);
		length = cell.text.length;
		if (is_name(column))
			length = top_shorten(cell.room, length, cell.tail, layout->width[column]);
		if (column == TOP_CREDIT && columns->bars && row->credit.known)
			put_bar(&line, cell.room, length, layout->width[column],
				row->credit.percent);
		else
			put_cell(&line, cell.room, length, layout->width[column],
				 column_style[column].right);
	}
	if (row->ended)
		color_print(out, COLOR_NONE);
	print_processes(out, settings, &row->flow);
	output_char(out, '\n');
	output_line_end(out, begin, INDENT);
}
