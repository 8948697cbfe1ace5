/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/window.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/common/time.h"
#include "tool/message.h"
#include "tool/screen/screen.h"
#include "tool/signals.h"
#include "tool/top/keys.h"
#include "tool/top/window-state.h"

/* So long after a movement, the order of the rows stays. */
#define HOLD_NS (5 * NANOSECONDS_PER_SECOND)

static bool wants(void *context, const struct vsock_flow *flow)
{
	const struct window *window = context;

	return flow_filter_wants(&window->filter, flow);
}

static void add_to_groups(void *context, const struct top_row *row)
{
	struct window *window = context;

	if (window->groups.by != TOP_BY_FLOW)
		top_groups_add(&window->groups, row);
}

static void before_table(void *context)
{
	struct window *window = context;

	if (window->held_for && clock_now(CLOCK_MONOTONIC) >= window->held_for) {
		window->held_for = 0;
		top_table_hold(&window->top->table, false);
	}
	top_groups_clear(&window->groups, window->groups.by);
}

struct window *window_open(struct session *session, struct top *top, const struct causes *causes,
			   const char **reason)
{
	struct window *window;

	if (!screen_open(session->out->color, reason))
		return NULL;
	window = calloc(1, sizeof(*window));
	if (window)
		window->memory = malloc(WINDOW_MEMORY);
	if (!window || !window->memory) {
		free(window);
		screen_close();
		print_error("not enough memory");
		session->failure = EXIT_FAILED;
		return NULL;
	}
	window->session = session;
	window->top = top;
	window->causes = causes;
	window->settings = *session->settings;
	window->ladder_time = window->settings.print.time;
	window->columns.bars = true;
	return window;
}

void window_join(struct window *window)
{
	struct top *top = window->top;

	top->before = before_table;
	top->wants = wants;
	top->context = window;
	top->table.each = add_to_groups;
	top->table.context = window;
}

void window_close(struct window *window)
{
	if (!window)
		return;
	screen_close();
	recorder_free(&window->recorder);
	flow_filter_free(&window->filter);
	free(window->memory);
	free(window);
}

bool window_is_paused(const struct window *window)
{
	return window->paused;
}

void window_packet(struct window *window, const struct seen *seen)
{
	recorder_packet(&window->recorder, window->session, seen);
	flow_filter_packet(&window->filter, seen);
}

void window_finding(struct window *window, const struct vsock_finding *finding)
{
	recorder_finding(&window->recorder, window->session, finding);
}

/* The rows are new: the selected flow may be in another one. */
static void find_selected(struct window *window)
{
	const struct top_table *table = &window->top->table;
	int64_t row;

	window->rows =
	    window->groups.by == TOP_BY_FLOW ? top_table_count(table) : window->groups.count;
	if (window->groups.by == TOP_BY_FLOW && window->chosen) {
		row = top_table_find(table, window->chosen - 1);
		if (row >= 0)
			window->row = (uint32_t)row;
		else
			window->chosen = 0;
	}
	if (window->row >= window->rows)
		window->row = window->rows ? window->rows - 1 : 0;
}

static void take_rows(struct window *window)
{
	if (window->groups.by != TOP_BY_FLOW)
		top_groups_sort(&window->groups, window->columns.totals);
	find_selected(window);
}

void window_show(struct window *window)
{
	take_rows(window);
	window_draw(window);
}

/* The user wants other rows of the same table. */
static void refill(struct window *window)
{
	top_refill(window->session, window->top);
	take_rows(window);
}

static void release_order(struct window *window)
{
	window->held_for = 0;
	top_table_hold(&window->top->table, false);
}

/* The selection moves to this row, and stays on its flow. */
static void select_row(struct window *window, int64_t row)
{
	struct top_table *table = &window->top->table;

	if (row >= (int64_t)window->rows)
		row = (int64_t)window->rows - 1;
	window->row = row > 0 ? (uint32_t)row : 0;
	if (window->groups.by != TOP_BY_FLOW || window->rows == 0)
		return;
	window->chosen = top_table_row(table, window->row)->flow.number + 1;
	if (!window->held_for)
		top_table_hold(table, true);
	window->held_for = clock_now(CLOCK_MONOTONIC) + HOLD_NS;
}

static void select_cause(struct window *window, int64_t cause)
{
	if (cause >= (int64_t)window->cause_count)
		cause = (int64_t)window->cause_count - 1;
	window->cause = cause > 0 ? (uint32_t)cause : 0;
}

/* Lines of a text; window-draw.c limits the line. */
static void scroll(struct window *window, int64_t line)
{
	window->line = line > 0 ? (uint32_t)line : 0;
	window->follows = false;
}

static void move(struct window *window, enum top_action action)
{
	int64_t page = window->height > 1 ? window->height - 1 : 1;
	int64_t now = window->page != WINDOW_TABLE ? window->line
		      : window->on_causes          ? window->cause
						   : window->row;
	int64_t last = window->page != WINDOW_TABLE ? window->line_count
		       : window->on_causes          ? window->cause_count
						    : window->rows;
	const int64_t to[] = {
	    [TOP_UP] = now - 1,           [TOP_DOWN] = now + 1, [TOP_PAGE_UP] = now - page,
	    [TOP_PAGE_DOWN] = now + page, [TOP_FIRST] = 0,      [TOP_LAST] = last,
	};

	if (window->page != WINDOW_TABLE) {
		scroll(window, to[action]);
		window->follows = action == TOP_LAST;
	} else if (window->on_causes) {
		select_cause(window, to[action]);
	} else {
		select_row(window, to[action]);
	}
}

static void open_page(struct window *window, enum window_page page)
{
	if (window->page == page)
		return;
	window->before = window->page == WINDOW_FLOW ? WINDOW_FLOW : WINDOW_TABLE;
	window->page = page;
	window->line = 0;
	window->follows = false;
}

static void go_back(struct window *window)
{
	window->page = window->page == WINDOW_TABLE ? WINDOW_TABLE : window->before;
	window->before = WINDOW_TABLE;
	window->line = 0;
	window->follows = false;
}

static const struct top_row *row_of_flow(const struct window *window, uint64_t number)
{
	int64_t row = top_table_find(&window->top->table, number);

	return row < 0 ? NULL : top_table_row(&window->top->table, (uint32_t)row);
}

static void open_flow(struct window *window, uint64_t number)
{
	const struct top_row *row = row_of_flow(window, number);

	if (!row && !recorder_find(&window->recorder, number)) {
		snprintf(window->error, sizeof(window->error),
			 "flow %llu has ended, and its packets were not recorded",
			 (unsigned long long)number);
		return;
	}
	if (row)
		recorder_watch(&window->recorder, &row->flow);
	window->flow = number;
	open_page(window, WINDOW_FLOW);
}

static void set_filter(struct window *window, const char *text)
{
	window->error[0] = '\0';
	if (flow_filter_set(&window->filter, text, window->settings.print.names, window->error))
		refill(window);
}

/* All flows of the selected group. */
static void open_group(struct window *window)
{
	const struct top_group *group = top_groups_row(&window->groups, window->row);

	if (window->groups.by == TOP_BY_SERVICE)
		snprintf(window->typed, sizeof(window->typed), "addr %u:%u", group->cid,
			 group->port);
	else
		snprintf(window->typed, sizeof(window->typed), "cid %u", group->cid);
	window->typed_length = strlen(window->typed);
	window->groups.by = TOP_BY_FLOW;
	window->row = 0;
	window->chosen = 0;
	set_filter(window, window->typed);
}

static const struct cause *selected_cause(const struct window *window)
{
	return window->on_causes && window->cause < window->cause_count
		   ? window->newest[window->cause]
		   : NULL;
}

static void open_selected(struct window *window)
{
	const struct cause *cause = selected_cause(window);

	if (window->page != WINDOW_TABLE)
		return;
	if (cause && cause->connections > 0)
		open_flow(window, cause->flows[0]);
	else if (window->on_causes || window->row >= window->rows)
		return;
	else if (window->groups.by != TOP_BY_FLOW)
		open_group(window);
	else
		open_flow(window, top_table_row(&window->top->table, window->row)->flow.number);
}

/* The code of the flow's worst finding; of several, the first. */
static int worst_code(const struct vsock_flow *flow)
{
	for (int code = 0; code < VSOCK_FINDING_CODES; code++)
		if (flow->reported >> code & 1 &&
		    vsock_finding_severity((enum vsock_finding_code)code) >= flow->worst)
			return code;
	for (int code = 0; code < VSOCK_FINDING_CODES; code++)
		if (flow->reported >> code & 1)
			return code;
	return -1;
}

static void explain_selected(struct window *window)
{
	const struct cause *cause = selected_cause(window);
	const struct top_row *row = NULL;
	int code = cause ? (int)cause->code : -1;

	if (window->page == WINDOW_FLOW)
		row = row_of_flow(window, window->flow);
	else if (!window->on_causes && window->groups.by == TOP_BY_FLOW &&
		 window->row < window->rows)
		row = top_table_row(&window->top->table, window->row);
	if (row)
		code = worst_code(&row->flow);
	if (code < 0) {
		snprintf(window->error, sizeof(window->error), "%s",
			 "nothing to explain: Tab selects a cause");
		return;
	}
	snprintf(window->code, sizeof(window->code), "%s",
		 vsock_finding_name((enum vsock_finding_code)code));
	open_page(window, WINDOW_EXPLANATION);
}

static void change_sort(struct window *window, int step)
{
	struct top_table *table = &window->top->table;

	table->sort = (enum top_sort)((table->sort + TOP_SORTS + (unsigned)step) % TOP_SORTS);
	release_order(window);
	refill(window);
}

static void change_group(struct window *window)
{
	window->groups.by = (enum top_grouping)((window->groups.by + 1) % TOP_GROUPINGS);
	window->row = 0;
	window->first = 0;
	window->chosen = 0;
	release_order(window);
	refill(window);
}

/* In a ladder, "t" chooses the time of its rows, as -t to -ttttt do. */
static void change_time(struct window *window)
{
	if (window->page == WINDOW_FLOW) {
		window->ladder_time =
		    (enum time_style)((window->ladder_time + 1) % (TIME_SINCE_FIRST + 1));
		return;
	}
	window->columns.totals = !window->columns.totals;
	take_rows(window);
}

static void begin_typing(struct window *window)
{
	memcpy(window->filter_before, window->typed, sizeof(window->filter_before));
	window->typing = true;
}

static void pause_or_continue(struct window *window)
{
	window->paused = !window->paused;
}

static void act(struct window *window, enum top_action action)
{
	window->error[0] = '\0';
	switch (action) {
	case TOP_QUIT:
		signals_ask_to_stop();
		break;
	case TOP_UP:
	case TOP_DOWN:
	case TOP_PAGE_UP:
	case TOP_PAGE_DOWN:
	case TOP_FIRST:
	case TOP_LAST:
		move(window, action);
		break;
	case TOP_OPEN:
		open_selected(window);
		break;
	case TOP_BACK:
		go_back(window);
		break;
	case TOP_FOCUS:
		window->on_causes = window->page == WINDOW_TABLE && !window->on_causes;
		break;
	case TOP_FILTER:
		window->page = WINDOW_TABLE;
		begin_typing(window);
		break;
	case TOP_EXPLAIN:
		explain_selected(window);
		break;
	case TOP_PAUSE:
		pause_or_continue(window);
		break;
	case TOP_SORT_NEXT:
		change_sort(window, 1);
		break;
	case TOP_SORT_BEFORE:
		change_sort(window, -1);
		break;
	case TOP_REVERSE:
		window->top->table.reverse = !window->top->table.reverse;
		change_sort(window, 0);
		break;
	case TOP_GROUP:
		change_group(window);
		break;
	case TOP_TOTALS:
		change_time(window);
		break;
	case TOP_NUMBERS:
		window->settings.print.numbers = !window->settings.print.numbers;
		window->columns.needs = (struct top_needs){0};
		break;
	case TOP_FINDING:
		window->to_next_finding = window->page == WINDOW_FLOW;
		break;
	case TOP_CALLS:
		open_page(window, WINDOW_CALLS);
		break;
	case TOP_HELP:
		open_page(window, WINDOW_KEYS);
		break;
	case TOP_NO_ACTION:
		break;
	}
}

static void end_typing(struct window *window, bool keep)
{
	window->typing = false;
	if (keep && !window->error[0])
		return;
	memcpy(window->typed, window->filter_before, sizeof(window->typed));
	window->typed_length = strlen(window->typed);
	set_filter(window, window->typed);
}

/* The filter is checked and used as it is typed. */
static void type(struct window *window, int key)
{
	if (key == SCREEN_ENTER || key == SCREEN_ESCAPE) {
		end_typing(window, key == SCREEN_ENTER);
		return;
	}
	if (key == SCREEN_BACKSPACE && window->typed_length > 0)
		window->typed_length--;
	else if (key < 128 && isprint(key) && window->typed_length + 1 < sizeof(window->typed))
		window->typed[window->typed_length++] = (char)key;
	else
		return;
	window->typed[window->typed_length] = '\0';
	set_filter(window, window->typed);
}

unsigned window_waits(const struct window *window, struct pollfd *waits)
{
	(void)window;
	return screen_waits(waits);
}

void window_ready(struct window *window, const struct pollfd *waits, unsigned count)
{
	bool changed = window->dirty;
	int key;

	if (!screen_ready(waits, count)) {
		signals_ask_to_stop();
		return;
	}
	/* All keys that are there, and then one frame. */
	while ((key = screen_key()) != SCREEN_NO_KEY) {
		changed = true;
		if (key == SCREEN_RESIZED)
			continue;
		if (window->typing)
			type(window, key);
		else
			act(window, top_action_of(key));
	}
	if (changed)
		window_draw(window);
}
