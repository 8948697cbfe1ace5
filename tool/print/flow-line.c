/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/flow-line.h"

#include "core/duration.h"
#include "core/names.h"
#include "core/time-units.h"
#include "tool/print/color.h"
#include "tool/print/process-name.h"
#include "tool/print/timestamp.h"

/* Blanks between columns. */
#define GAP 2

/* The indent of rows that continue a row, if the terminal is too narrow. */
#define NOTES_INDENT 6

/* More than all notes take. */
#define NOTES_ROOM ((size_t)512)

/* The arrow shows the direction of the packets and bytes: > to the server, < to the client. */
static const struct {
	const char *heading;
	bool right;        /* aligned like numbers */
	const char *usual; /* a text as wide as usual values; NULL: the heading is as wide */
} column_style[FLOW_COLUMNS] = {
    [FLOW_COLUMN_NUMBER] = {"flow", true, NULL},
    [FLOW_COLUMN_CLIENT] = {"client", false, "local:4294967295"},
    [FLOW_COLUMN_SERVER] = {"server", false, "host:65535"},
    [FLOW_COLUMN_TYPE] = {"type", false, "STREAM"},
    [FLOW_COLUMN_STATE] = {"state", false, "established"},
    [FLOW_COLUMN_HISTORY] = {"history", false, "QpDdCFr"},
    [FLOW_COLUMN_CLIENT_PACKETS] = {"packets>", true, NULL},
    [FLOW_COLUMN_SERVER_PACKETS] = {"<packets", true, NULL},
    [FLOW_COLUMN_CLIENT_BYTES] = {"bytes>", true, "1000000000"},
    [FLOW_COLUMN_SERVER_BYTES] = {"<bytes", true, "1000000000"},
    [FLOW_COLUMN_DURATION] = {"duration", true, NULL},
    [FLOW_COLUMN_HANDSHAKE] = {"handshake", true, NULL},
    [FLOW_COLUMN_STALL] = {"stall", true, NULL},
    [FLOW_COLUMN_NOTES] = {"", false, NULL},
};

/* Columns are hidden in this order if the terminal is too narrow. The others always stay. */
static const enum flow_column least_use_first[] = {
    FLOW_COLUMN_HISTORY, FLOW_COLUMN_CLIENT_PACKETS, FLOW_COLUMN_SERVER_PACKETS,
    FLOW_COLUMN_TYPE,    FLOW_COLUMN_HANDSHAKE,      FLOW_COLUMN_DURATION,
    FLOW_COLUMN_STALL,   FLOW_COLUMN_SERVER_BYTES,   FLOW_COLUMN_CLIENT_BYTES,
    FLOW_COLUMN_STATE,
};

static void fill_type(struct output *text, const struct vsock_flow *flow)
{
	const char *name = vsock_type_name(flow->type);

	if (name)
		output_text(text, name);
	else if (flow->bare)
		output_char(text, '-');
	else
		output_u64(text, flow->type);
}

/* If packets were captured out of order, the times of both ends may cross. */
static uint64_t duration_of(const struct vsock_flow *flow)
{
	return flow->last_ts > flow->first_ts ? flow->last_ts - flow->first_ts : 0;
}

static uint64_t stall_of(const struct vsock_flow *flow)
{
	uint64_t client = flow->stalls[VSOCK_CLIENT].longest_us;
	uint64_t server = flow->stalls[VSOCK_SERVER].longest_us;

	return (client > server ? client : server) * 1000;
}

/* "client socat (pid 351), server cat (pid 352)". Returns what separates the next note. */
static const char *fill_processes(struct output *text, const struct print_settings *settings,
				  const struct vsock_flow *flow)
{
	static const char *const sides[] = {"client ", "server "};
	const char *separator = "";

	for (int side = VSOCK_CLIENT; settings->processes && side <= VSOCK_SERVER; side++) {
		const struct process_entry *entry =
		    process_of_flow(settings, flow, (enum vsock_side)side);

		if (!entry)
			continue;
		output_text(text, separator);
		output_text(text, sides[side]);
		process_print(text, entry);
		separator = ", ";
	}
	return separator;
}

static void fill_notes(struct output *text, const struct print_settings *settings,
		       const struct vsock_flow *flow)
{
	static const struct {
		uint16_t mark;
		const char *words;
	} notes[] = {
	    {VSOCK_FLOW_MIDSTREAM, "start not seen"},
	    {VSOCK_FLOW_ROLES_GUESSED, "roles guessed"},
	    {VSOCK_FLOW_NO_RESPONSE, "RESPONSE missing"},
	    {VSOCK_FLOW_REORDERED, "RESPONSE before REQUEST"},
	    {VSOCK_FLOW_LOSSY, "packets missing"},
	};
	const char *separator = fill_processes(text, settings, flow);

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		if (!(flow->marks & notes[i].mark))
			continue;
		output_text(text, separator);
		output_text(text, flow->bare && notes[i].mark == VSOCK_FLOW_NO_RESPONSE
				      ? "acceptance not seen"
				      : notes[i].words);
		separator = ", ";
	}
}

static void fill_history(struct output *text, const struct vsock_flow *flow)
{
	char history[VSOCK_FLOW_HISTORY_MAX];
	size_t length = vsock_flow_history(flow, history);

	output_bytes(text, history, length);
}

static void fill_address(struct output *text, struct flow_columns *columns,
			 const struct print_settings *settings, const struct vsock_flow *flow,
			 enum vsock_side side)
{
	uint32_t cid = side == VSOCK_CLIENT ? flow->client_cid : flow->server_cid;
	uint32_t port = side == VSOCK_CLIENT ? flow->client_port : flow->server_port;

	if (flow->made_up >> side & 1)
		address_print_marked(text, settings, cid, port, true);
	else
		address_print_once(text, settings, &columns->addresses, cid, port);
}

/* Prints the text of a cell that has no duration. Its width is that of cell_width(). */
static void fill_cell(struct output *text, struct flow_columns *columns, enum flow_column column,
		      const struct print_settings *settings, const struct vsock_flow *flow,
		      uint64_t now)
{
	switch (column) {
	case FLOW_COLUMN_NUMBER:
		output_u64(text, flow->number);
		break;
	case FLOW_COLUMN_CLIENT:
		fill_address(text, columns, settings, flow, VSOCK_CLIENT);
		break;
	case FLOW_COLUMN_SERVER:
		fill_address(text, columns, settings, flow, VSOCK_SERVER);
		break;
	case FLOW_COLUMN_TYPE:
		fill_type(text, flow);
		break;
	case FLOW_COLUMN_STATE:
		output_text(text, vsock_flow_state_name(vsock_flow_state_at(flow, now)));
		break;
	case FLOW_COLUMN_CLIENT_PACKETS:
		output_u64(text, flow->side[VSOCK_CLIENT].packets);
		break;
	case FLOW_COLUMN_SERVER_PACKETS:
		output_u64(text, flow->side[VSOCK_SERVER].packets);
		break;
	case FLOW_COLUMN_CLIENT_BYTES:
		output_u64(text, flow->side[VSOCK_CLIENT].bytes);
		break;
	case FLOW_COLUMN_SERVER_BYTES:
		output_u64(text, flow->side[VSOCK_SERVER].bytes);
		break;
	case FLOW_COLUMN_HISTORY:
		fill_history(text, flow);
		break;
	case FLOW_COLUMN_DURATION:
	case FLOW_COLUMN_HANDSHAKE:
	case FLOW_COLUMN_STALL:
	case FLOW_COLUMN_NOTES:
	case FLOW_COLUMNS:
		break;
	}
}

/* Fills in the text of a cell with a duration. Returns its length. */
static size_t fill_duration(char text[static VSOCK_DURATION_TEXT_MAX], enum flow_column column,
			    const struct vsock_flow *flow)
{
	int64_t handshake = vsock_flow_handshake_ns(flow);

	if (column == FLOW_COLUMN_DURATION)
		return vsock_duration_text(text, duration_of(flow), "");
	if (column == FLOW_COLUMN_STALL && !flow->bare)
		return vsock_duration_text(text, stall_of(flow), "");
	if (column == FLOW_COLUMN_HANDSHAKE && handshake >= 0)
		return vsock_duration_text(text, (uint64_t)handshake, "");
	text[0] = '-';
	return 1;
}

/* "9999d23h" is as wide as the heading. */
#define LONG_DURATION (UINT64_C(9999) * 24 * 3600 * NANOSECONDS_PER_SECOND)

/* 0: at most as wide as the heading, like nearly all durations. */
static size_t duration_width(enum flow_column column, const struct vsock_flow *flow)
{
	char text[VSOCK_DURATION_TEXT_MAX];

	if (column != FLOW_COLUMN_STALL && duration_of(flow) < LONG_DURATION)
		return 0;
	return fill_duration(text, column, flow);
}

static size_t type_width(const struct vsock_flow *flow)
{
	const char *name = vsock_type_name(flow->type);

	if (flow->bare)
		return 1;
	return name ? strlen(name) : output_u64_width(flow->type);
}

/*
 * The width of a cell, by arithmetic: a table of a million rows takes a quarter less time than if
 * each row were printed twice. The notes have no width of their own.
 */
static size_t cell_width(struct flow_columns *columns, enum flow_column column,
			 const struct print_settings *settings, const struct vsock_flow *flow,
			 uint64_t now)
{
	switch (column) {
	case FLOW_COLUMN_NUMBER:
		return output_u64_width(flow->number);
	case FLOW_COLUMN_CLIENT:
		return address_width(settings, &columns->addresses, flow->client_cid,
				     flow->client_port) +
		       (flow->made_up & 1);
	case FLOW_COLUMN_SERVER:
		return address_width(settings, &columns->addresses, flow->server_cid,
				     flow->server_port) +
		       (flow->made_up >> 1);
	case FLOW_COLUMN_TYPE:
		return type_width(flow);
	case FLOW_COLUMN_STATE:
		return strlen(vsock_flow_state_name(vsock_flow_state_at(flow, now)));
	case FLOW_COLUMN_CLIENT_PACKETS:
		return output_u64_width(flow->side[VSOCK_CLIENT].packets);
	case FLOW_COLUMN_SERVER_PACKETS:
		return output_u64_width(flow->side[VSOCK_SERVER].packets);
	case FLOW_COLUMN_CLIENT_BYTES:
		return output_u64_width(flow->side[VSOCK_CLIENT].bytes);
	case FLOW_COLUMN_SERVER_BYTES:
		return output_u64_width(flow->side[VSOCK_SERVER].bytes);
	case FLOW_COLUMN_DURATION:
	case FLOW_COLUMN_HANDSHAKE:
	case FLOW_COLUMN_STALL:
		return duration_width(column, flow);
	case FLOW_COLUMN_HISTORY:
		return (size_t)__builtin_popcount(flow->events);
	case FLOW_COLUMN_NOTES:
	case FLOW_COLUMNS:
		break;
	}
	return 0;
}

/* Unlike for the other columns that may be hidden, this is known before the widths. */
static bool stall_is_hidden(const struct flow_columns *columns)
{
	return columns->sort != FLOW_SORT_STALL;
}

static void widen(struct flow_columns *columns, unsigned column, size_t width)
{
	if (columns->width[column] < width)
		columns->width[column] = (uint8_t)(width < UINT8_MAX ? width : UINT8_MAX);
}

static void measure_heading(struct flow_columns *columns)
{
	for (unsigned column = 0; column < FLOW_COLUMNS; column++)
		widen(columns, column, strlen(column_style[column].heading));
}

void flow_line_expect_usual(struct flow_columns *columns)
{
	for (unsigned column = 0; column < FLOW_COLUMNS; column++)
		if (column_style[column].usual)
			widen(columns, column, strlen(column_style[column].usual));
}

void flow_line_measure(struct flow_columns *columns, const struct print_settings *settings,
		       const struct vsock_flow *flow, uint64_t now)
{
	for (unsigned column = 0; column < FLOW_COLUMN_NOTES; column++)
		if (column != FLOW_COLUMN_STALL || !stall_is_hidden(columns))
			widen(columns, column,
			      cell_width(columns, (enum flow_column)column, settings, flow, now));
}

/* Columns of the terminal that the shown columns take, without the notes. */
static size_t table_width(const struct flow_columns *columns)
{
	size_t width = 0;

	for (unsigned column = 0; column < FLOW_COLUMN_NOTES; column++)
		if (!columns->hidden[column])
			width += columns->width[column] + (column > 0 ? GAP : 0);
	return width;
}

static bool sorted_by(const struct flow_columns *columns, enum flow_column column)
{
	switch (columns->sort) {
	case FLOW_SORT_BYTES:
		return column == FLOW_COLUMN_CLIENT_BYTES || column == FLOW_COLUMN_SERVER_BYTES;
	case FLOW_SORT_STALL:
		return column == FLOW_COLUMN_STALL;
	case FLOW_SORT_HANDSHAKE:
		return column == FLOW_COLUMN_HANDSHAKE;
	case FLOW_SORT_DURATION:
		return column == FLOW_COLUMN_DURATION;
	case FLOW_SORT_NUMBER:
		break;
	}
	return false;
}

static void choose_columns(const struct output *out, struct flow_columns *columns)
{
	size_t i = 0;

	memset(columns->hidden, 0, sizeof(columns->hidden));
	columns->hidden[FLOW_COLUMN_STALL] = stall_is_hidden(columns);
	for (; out->columns && i < sizeof(least_use_first) / sizeof(least_use_first[0]); i++) {
		if (table_width(columns) <= out->columns)
			break;
		if (!sorted_by(columns, least_use_first[i]))
			columns->hidden[least_use_first[i]] = true;
	}
}

void flow_line_print_hidden(struct output *out, const struct flow_columns *columns)
{
	const char *before = "no room for: ";
	size_t line = output_line_begin(out);

	for (unsigned column = 0; column < FLOW_COLUMN_NOTES; column++) {
		if (!columns->hidden[column] || column == FLOW_COLUMN_STALL)
			continue;
		if (*before != ',')
			color_print(out, COLOR_DIM);
		output_text(out, before);
		output_text(out, column_style[column].heading);
		before = ", ";
	}
	if (*before != ',')
		return;
	output_text(out, " (--wide shows all)");
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
	output_line_end(out, line, 2);
}

/* Notes that do not fit after the row get a separate row. */
static void print_notes(struct output *out, const struct flow_columns *columns,
			const struct print_settings *settings, const struct vsock_flow *flow)
{
	char room[NOTES_ROOM];
	struct output text;

	output_memory(&text, room, sizeof(room));
	fill_notes(&text, settings, flow);
	if (text.length == 0)
		return;
	if (out->columns && table_width(columns) + GAP + text.length > out->columns) {
		output_char(out, '\n');
		output_blanks(out, NOTES_INDENT);
	} else {
		output_blanks(out, GAP);
	}
	output_bytes(out, text.data, text.length);
}

/* The blanks before a cell of `width`, up to its text. */
static void begin_cell(struct output *out, const struct flow_columns *columns, unsigned column,
		       size_t width)
{
	size_t blanks = column > 0 ? GAP : 0;

	if (column_style[column].right && width < columns->width[column])
		blanks += columns->width[column] - width;
	output_blanks(out, blanks);
}

static void end_cell(struct output *out, const struct flow_columns *columns, unsigned column,
		     size_t width)
{
	if (!column_style[column].right && width < columns->width[column])
		output_blanks(out, columns->width[column] - width);
}

void flow_line_print_heading(struct output *out, struct flow_columns *columns)
{
	size_t line = output_line_begin(out);

	measure_heading(columns);
	choose_columns(out, columns);
	color_print(out, COLOR_HEADING);
	for (unsigned column = 0; column < FLOW_COLUMN_NOTES; column++) {
		size_t width = strlen(column_style[column].heading);

		if (columns->hidden[column])
			continue;
		begin_cell(out, columns, column, width);
		output_text(out, column_style[column].heading);
		end_cell(out, columns, column, width);
	}
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
	output_line_end(out, line, NOTES_INDENT);
	columns->headed = true;
}

static enum color state_color(enum vsock_flow_state state)
{
	switch (state) {
	case VSOCK_FLOW_RESET:
	case VSOCK_FLOW_REFUSED:
	case VSOCK_FLOW_FORCED:
	case VSOCK_FLOW_TIMED_OUT:
		return COLOR_RESET;
	case VSOCK_FLOW_CLOSED:
	case VSOCK_FLOW_SUPERSEDED:
	case VSOCK_FLOW_EVICTED:
		return COLOR_DIM;
	default:
		return COLOR_OPEN;
	}
}

static bool has_duration(enum flow_column column)
{
	return column == FLOW_COLUMN_DURATION || column == FLOW_COLUMN_HANDSHAKE ||
	       column == FLOW_COLUMN_STALL;
}

static void print_duration(struct output *out, const struct flow_columns *columns,
			   enum flow_column column, const struct vsock_flow *flow)
{
	char text[VSOCK_DURATION_TEXT_MAX];
	size_t length = fill_duration(text, column, flow);

	begin_cell(out, columns, column, length);
	output_bytes(out, text, length);
}

static void print_cell(struct output *out, struct flow_columns *columns, enum flow_column column,
		       const struct print_settings *settings, const struct vsock_flow *flow,
		       uint64_t now)
{
	size_t width = cell_width(columns, column, settings, flow, now);

	widen(columns, column, width);
	if (columns->hidden[column])
		return;
	if (has_duration(column)) {
		print_duration(out, columns, column, flow);
		return;
	}
	if (column == FLOW_COLUMN_STATE)
		color_print(out, state_color(vsock_flow_state_at(flow, now)));
	begin_cell(out, columns, column, width);
	fill_cell(out, columns, column, settings, flow, now);
	end_cell(out, columns, column, width);
	if (column == FLOW_COLUMN_STATE)
		color_print(out, COLOR_NONE);
}

void flow_line_print(struct output *out, struct flow_columns *columns,
		     const struct print_settings *settings, const struct vsock_flow *flow,
		     uint64_t now)
{
	size_t line = output_line_begin(out);

	for (unsigned column = 0; column < FLOW_COLUMN_NOTES; column++)
		print_cell(out, columns, (enum flow_column)column, settings, flow, now);
	print_notes(out, columns, settings, flow);
	output_char(out, '\n');
	output_line_end(out, line, NOTES_INDENT);
}
