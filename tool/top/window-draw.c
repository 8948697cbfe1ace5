/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Draws the window of --top. Each line is printed into memory by the functions that print it
 * elsewhere, and then given to the screen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool/calls/calls-print.h"
#include "tool/explain/explain.h"
#include "tool/message.h"
#include "tool/mode/flow-list.h"
#include "tool/print/color.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"
#include "tool/screen/screen.h"
#include "tool/top/calls-row.h"
#include "tool/top/flow-page.h"
#include "tool/top/keys.h"
#include "tool/top/top-print.h"
#include "tool/top/window-state.h"

/* Lines above the rows: the title, the sums, an empty one, the heading. */
#define LINES_ABOVE 4
#define MESSAGE_ROW 2
/* The line of keys, and the heading of the causes. */
#define LINES_BELOW 2

#define CAUSE_LINES_LEAST 3
/* On a smaller terminal, the flows need the lines more. */
#define ROWS_FOR_CAUSES  16
#define ROWS_FOR_A_CAUSE 12

static const char keys_of_table[] =
    " q quit  Enter ladder  / filter  s sort  p pause  g group  e explain  ? keys";
static const char keys_of_text[] = " Escape back  Up Down Page Up Page Down  e explain  ? keys";
static const char keys_of_ladder[] =
    " Escape back  Up Down  f next finding  End newest  t times  e explain  ? keys";

/* Begins text in memory. A width wraps lines of sentences. */
static struct output *begin_text(struct window *window, unsigned columns)
{
	output_memory(&window->out, window->memory, WINDOW_MEMORY);
	window->out.color = true;
	window->out.columns = columns;
	return &window->out;
}

static void put_line(const struct window *window, unsigned row, bool selected)
{
	screen_line(row, window->out.data, window->out.length, selected);
}

/* From here to end_printing(), what prints for the session prints into the window's text. */
struct borrowed {
	struct output *out;
	const struct settings *settings;
};

static struct borrowed begin_printing(struct window *window)
{
	struct session *session = window->session;
	struct borrowed kept = {session->out, session->settings};

	session->out = &window->out;
	session->settings = &window->settings;
	return kept;
}

static void end_printing(struct window *window, struct borrowed kept)
{
	window->session->out = kept.out;
	window->session->settings = kept.settings;
}

/* Text that ends at the right edge. Color sequences take no columns, so it must have none. */
static void align_right(struct output *out, const char *text, unsigned columns)
{
	size_t length = strlen(text);

	if (out->length + length + 1 < columns)
		output_blanks(out, columns - out->length - length);
	else
		output_text(out, "  ");
	output_text(out, text);
}

static void drops_text(const struct window *window, char text[static 32])
{
	uint64_t drops = top_drops(window->session);

	if (drops == CAPTURE_NOT_KNOWN)
		snprintf(text, 32, "drops ?");
	else
		snprintf(text, 32, "drops %" PRIu64, drops);
}

/* "vsockdump --top  vsockmon0  12m41s  every 1s  by rate           LIVE  drops 0" */
static void draw_title(struct window *window)
{
	const struct top *top = window->top;
	struct output *out = begin_text(window, 0);
	struct borrowed kept = begin_printing(window);
	unsigned columns = screen_columns();
	char drops[32];
	char right[48];

	if (columns >= 60)
		output_text(out, "vsockdump --top  ");
	top_print_interface(window->session);
	timestamp_print_duration(out,
				 top->table.now > top->began ? top->table.now - top->began : 0);
	if (columns >= 60) {
		output_text(out, "  every ");
		timestamp_print_duration(out, top->pace.wait);
	}
	output_printf(out, "  %s %s", top->table.reverse ? "least" : "by",
		      top_sort_name(top->table.sort));
	drops_text(window, drops);
	snprintf(right, sizeof(right), "%s  %s", window->paused ? "PAUSED" : "LIVE", drops);
	align_right(out, right, columns);
	end_printing(window, kept);
	put_line(window, 0, false);
}

/* "flows: 9 open  214 ended  2 refused  1 stalled      > 41.3 MB/s   < 2.1 MB/s" */
static void draw_sums(struct window *window)
{
	const struct top *top = window->top;
	struct output *out = begin_text(window, 0);

	output_printf(out,
		      "flows: %" PRIu64 " open  %" PRIu64 " ended  %" PRIu64 " refused  %" PRIu64
		      " stalled    > ",
		      top->table.open, top->ended, top->refused, top->table.stalled);
	size_print(out, top->rate[VSOCK_CLIENT]);
	output_text(out, "/s  < ");
	size_print(out, top->rate[VSOCK_SERVER]);
	output_text(out, "/s");
	put_line(window, 1, false);
}

/* The filter, or the newest message, or what a key could not do. */
static void draw_message(struct window *window)
{
	const char *news = messages_newest();
	struct output *out = begin_text(window, 0);

	if (window->filter.on)
		output_printf(out, "filter: %s  ", window->typed);
	if (window->error[0] && !window->typing) {
		color_print(out, COLOR_SUSPICIOUS);
		output_text(out, window->error);
		color_print(out, COLOR_NONE);
	} else if (!window->filter.on) {
		output_bytes(out, news, strcspn(news, "\n"));
	}
	put_line(window, MESSAGE_ROW, false);
}

/* The calls have a line of their own if there are any. */
static unsigned lines_above(const struct window *window)
{
	return LINES_ABOVE + (calls_row_exists(window->causes->inside) ? 1 : 0);
}

static void draw_calls(struct window *window)
{
	if (!calls_row_exists(window->causes->inside))
		return;
	calls_row_print(begin_text(window, 0), window->causes->inside, window->top->table.now);
	put_line(window, MESSAGE_ROW + 1, false);
}

/* The part of a text from line `first`, up to `most` lines. Returns how many there were. */
static unsigned draw_lines(const char *text, size_t length, uint32_t first, unsigned row,
			   unsigned most, bool selected)
{
	unsigned drawn = 0;

	while (length > 0 && drawn < most) {
		const char *end = memchr(text, '\n', length);
		size_t line = end ? (size_t)(end - text) : length;

		if (first > 0)
			first--;
		else
			screen_line(row + drawn++, text, line, selected);
		line += end != NULL;
		text += line;
		length -= line;
	}
	return drawn;
}

static void draw_row(struct window *window, uint32_t i, unsigned row)
{
	const struct top_table *table = &window->top->table;
	const struct print_settings *settings = &window->settings.print;
	struct output *out = begin_text(window, 0);

	if (window->groups.by == TOP_BY_FLOW)
		top_row_print(out, &window->columns, settings, top_table_row(table, i), table->now);
	else
		top_groups_print_row(out, &window->groups, top_groups_row(&window->groups, i),
				     settings, window->columns.totals, screen_columns());
	if (out->length > 0 && out->data[out->length - 1] == '\n')
		out->length--;
	put_line(window, row, !window->on_causes && i == window->row);
}

static void draw_heading(struct window *window)
{
	struct output *out = begin_text(window, screen_columns());

	if (window->groups.by == TOP_BY_FLOW) {
		top_columns_choose(&window->columns, out, &window->settings.print,
				   &window->top->table);
		top_row_print_heading(out, &window->columns);
	} else {
		top_groups_print_heading(out, &window->groups, window->columns.totals,
					 screen_columns());
	}
	draw_lines(out->data, out->length, 0, lines_above(window) - 1, 1, false);
}

/* Flows or groups that are not in the table. */
static void draw_rest(struct window *window, unsigned row)
{
	const struct top_table *table = &window->top->table;
	struct output *out = begin_text(window, 0);
	const struct top_group *others = &window->groups.others;

	if (window->groups.by == TOP_BY_FLOW && table->flows > window->rows)
		output_printf(out, "   ... %" PRIu64 " more: a filter shows them",
			      table->flows - window->rows);
	else if (window->filter.on && window->rows == 0)
		output_text(out, "   no flow matches the filter");
	else if (window->groups.by != TOP_BY_FLOW && others->flows > 0)
		top_groups_print_row(out, &window->groups, others, &window->settings.print,
				     window->columns.totals, screen_columns());
	put_line(window, row, false);
}

static void draw_rows(struct window *window)
{
	uint32_t shown;

	if (window->row < window->first)
		window->first = window->row;
	if (window->row >= window->first + window->height)
		window->first = window->row - window->height + 1;
	if (window->first + window->height > window->rows)
		window->first = window->rows > window->height ? window->rows - window->height : 0;
	draw_heading(window);
	for (shown = 0; shown < window->height && window->first + shown < window->rows; shown++)
		draw_row(window, window->first + shown, lines_above(window) + shown);
	if (shown < window->height)
		draw_rest(window, lines_above(window) + shown);
}

static uint32_t count_causes(const struct window *window, enum vsock_class least)
{
	uint32_t all = 0;

	for (enum vsock_class class = least; class < VSOCK_CLASSES; class ++)
		all += window->causes->class_count[class];
	return all;
}

/* The newest causes, each with as many lines as it needs. */
static void draw_causes(struct window *window, unsigned row, unsigned lines)
{
	enum vsock_class least =
	    window->settings.print.quiet ? VSOCK_SUSPICIOUS : VSOCK_INFORMATION;
	struct output *out = begin_text(window, 0);
	uint32_t i = 0;

	window->cause_count = causes_newest(window->causes, least, WINDOW_CAUSES, window->newest);
	output_printf(out, " causes: %" PRIu32 "%s", count_causes(window, least),
		      window->on_causes || !window->cause_count ? "" : "  (Tab: select here)");
	put_line(window, row++, false);
	if (window->cause >= window->cause_count)
		window->cause = window->cause_count ? window->cause_count - 1 : 0;
	if (window->on_causes)
		i = window->cause;
	for (; i < window->cause_count && lines > 0; i++) {
		struct borrowed kept;
		unsigned drawn;

		begin_text(window, screen_columns());
		kept = begin_printing(window);
		top_print_cause(window->session, window->causes, window->newest[i]);
		end_printing(window, kept);
		drawn = draw_lines(window->out.data, window->out.length, 0, row, lines,
				   window->on_causes && i == window->cause);
		row += drawn;
		lines -= drawn;
	}
}

/* "/port 22", and what is wrong with it. Returns the cursor's column. */
static int draw_filter_line(struct window *window, unsigned row)
{
	struct output *out = begin_text(window, 0);
	int column;

	output_printf(out, "/%s", window->typed);
	column = (int)out->length;
	if (window->error[0]) {
		output_text(out, "   ");
		color_print(out, COLOR_SUSPICIOUS);
		output_text(out, window->error);
		color_print(out, COLOR_NONE);
	}
	put_line(window, row, false);
	return column;
}

/* The title of a text page does not say that it is paused. */
static void draw_key_line(struct window *window, const char *keys, unsigned row)
{
	struct output *out = begin_text(window, 0);

	if (window->paused && window->page != WINDOW_TABLE)
		output_text(out, " PAUSED");
	output_text(out, keys);
	put_line(window, row, false);
}

static void draw_table(struct window *window)
{
	unsigned rows = screen_rows();
	unsigned causes = window->on_causes ? rows / 2 : rows / 5;
	int cursor = -1;

	if (causes < CAUSE_LINES_LEAST)
		causes = CAUSE_LINES_LEAST;
	if (rows < ROWS_FOR_CAUSES)
		causes = rows < ROWS_FOR_A_CAUSE ? 0 : 1;
	window->height = rows - lines_above(window) - LINES_BELOW - causes;
	draw_title(window);
	draw_sums(window);
	draw_message(window);
	draw_calls(window);
	draw_rows(window);
	draw_causes(window, rows - 1 - causes - 1, causes);
	if (window->typing)
		cursor = draw_filter_line(window, rows - 1);
	else
		draw_key_line(window, keys_of_table, rows - 1);
	screen_show(rows - 1, cursor);
}

static void print_flow(struct window *window)
{
	struct record *record = recorder_find(&window->recorder, window->flow);
	int64_t i = top_table_find(&window->top->table, window->flow);
	const struct top_row *row = i < 0 ? NULL : top_table_row(&window->top->table, (uint32_t)i);

	enum time_style kept = window->settings.print.time;

	if (row)
		recorder_flow(&window->recorder, &row->flow);
	window->settings.print.time = window->ladder_time;
	if (row || record)
		flow_page_print(window->session, row, record);
	else
		output_text(&window->out, "the flow has ended\n");
	window->settings.print.time = kept;
}

static void print_page(struct window *window)
{
	char *const codes[] = {window->code, NULL};
	struct borrowed kept = begin_printing(window);

	if (window->page == WINDOW_FLOW)
		print_flow(window);
	else if (window->page == WINDOW_EXPLANATION)
		explain(&window->out, codes);
	else if (window->page == WINDOW_CALLS)
		calls_print(window->session, window->causes->inside, window->top->table.now);
	else
		top_keys_print(&window->out);
	end_printing(window, kept);
}

static uint32_t count_lines(const struct output *text)
{
	uint32_t lines = 0;

	for (size_t i = 0; i < text->length; i++)
		lines += text->data[i] == '\n';
	return lines;
}

/* Whether a line of a ladder begins a finding: with its mark. */
static bool is_finding(const char *line, size_t length)
{
	size_t mark = 0;

	while (mark < length && (line[mark] == '!' || line[mark] == '*'))
		mark++;
	return mark > 0 && mark < length && line[mark] == ' ';
}

/* The next line after the topmost one that is a finding, or the first one; else no change. */
static void go_to_finding(struct window *window)
{
	const char *text = window->out.data;
	size_t rest = window->out.length;
	uint32_t first = UINT32_MAX;

	window->to_next_finding = false;
	for (uint32_t line = 0; rest > 0; line++) {
		const char *end = memchr(text, '\n', rest);
		size_t length = end ? (size_t)(end - text) : rest;

		if (is_finding(text, length) && line > window->line) {
			window->line = line;
			window->follows = false;
			return;
		}
		if (is_finding(text, length) && first == UINT32_MAX)
			first = line;
		length += end != NULL;
		text += length;
		rest -= length;
	}
	if (first != UINT32_MAX) {
		window->line = first;
		window->follows = false;
	}
}

static void limit_line(struct window *window)
{
	uint32_t last =
	    window->line_count > window->height ? window->line_count - window->height : 0;

	if (window->follows || window->line > last)
		window->line = last;
}

static void draw_text_page(struct window *window)
{
	unsigned rows = screen_rows();
	const char *keys = window->page == WINDOW_FLOW ? keys_of_ladder : keys_of_text;

	begin_text(window, screen_columns());
	/* The escape sequences of a ladder would hide its marks. */
	window->out.color = window->page != WINDOW_FLOW;
	print_page(window);
	window->height = rows - 1;
	window->line_count = count_lines(&window->out);
	if (window->to_next_finding)
		go_to_finding(window);
	limit_line(window);
	draw_lines(window->out.data, window->out.length, window->line, 0, window->height, false);
	draw_key_line(window, keys, rows - 1);
	screen_show(rows - 1, -1);
}

static void draw_too_small(void)
{
	char text[96];
	int length =
	    snprintf(text, sizeof(text), "%ux%u is too small, %dx%d is enough", screen_columns(),
		     screen_rows(), WINDOW_COLUMNS_LEAST, WINDOW_ROWS_LEAST);

	screen_line(0, text, (size_t)length, false);
	screen_show(0, -1);
}

void window_draw(struct window *window)
{
	window->dirty = !screen_is_free();
	if (window->dirty)
		return;
	screen_begin();
	if (screen_rows() < WINDOW_ROWS_LEAST || screen_columns() < WINDOW_COLUMNS_LEAST)
		draw_too_small();
	else if (window->page == WINDOW_TABLE)
		draw_table(window);
	else
		draw_text_page(window);
}
