/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/keys.h"

#include "tool/print/color.h"
#include "tool/screen/screen.h"

#define KEYS_MOST  3
#define NAME_WIDTH 18

static const struct {
	enum top_action action;
	int keys[KEYS_MOST]; /* 0: no more */
	const char *names;
	const char *help;
} rows[] = {
    {TOP_QUIT, {'q'}, "q, Ctrl-C", "quit"},
    {TOP_UP, {SCREEN_UP, 'k'}, "Up, k", "one row up"},
    {TOP_DOWN, {SCREEN_DOWN, 'j'}, "Down, j", "one row down"},
    {TOP_PAGE_UP, {SCREEN_PAGE_UP}, "Page Up", "one page up"},
    {TOP_PAGE_DOWN, {SCREEN_PAGE_DOWN}, "Page Down", "one page down"},
    {TOP_FIRST, {SCREEN_HOME}, "Home", "the first row"},
    {TOP_LAST, {SCREEN_END}, "End", "the last row; in a ladder: follow new packets"},
    {TOP_OPEN, {SCREEN_ENTER}, "Enter", "the selected flow: details and ladder"},
    {TOP_BACK, {SCREEN_ESCAPE, SCREEN_BACKSPACE}, "Escape", "back"},
    {TOP_FOCUS, {SCREEN_TAB}, "Tab", "select flows, or causes"},
    {TOP_FILTER, {'/'}, "/", "show only some flows: a filter, see vsock-filter(7)"},
    {TOP_EXPLAIN, {'e'}, "e", "explain the selected cause, or the flow's finding"},
    {TOP_PAUSE, {'p', ' '}, "p, Space", "stop drawing, and draw again; the capture continues"},
    {TOP_SORT_NEXT, {'s', '>'}, "s, >", "sort by the next column"},
    {TOP_SORT_BEFORE, {'<'}, "<", "sort by the column before"},
    {TOP_REVERSE, {'r'}, "r", "reverse the order"},
    {TOP_GROUP, {'g'}, "g", "a row for each flow, service or machine"},
    {TOP_TOTALS, {'t'}, "t", "bytes a second, or all bytes; in a ladder: times"},
    {TOP_CALLS, {'c'}, "c", "the calls inside of the flows, as --calls prints them"},
    {TOP_NUMBERS, {'n'}, "n", "names, or numbers"},
    {TOP_FINDING, {'f'}, "f", "in a ladder: the next finding"},
    {TOP_HELP, {'?', 'h', SCREEN_F1}, "?, h, F1", "this list"},
};

enum top_action top_action_of(int key)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int k = 0; k < KEYS_MOST && rows[i].keys[k]; k++)
			if (rows[i].keys[k] == key)
				return rows[i].action;
	return TOP_NO_ACTION;
}

void top_keys_print(struct output *out)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		color_print(out, COLOR_HEADING);
		output_printf(out, " %-*s", NAME_WIDTH, rows[i].names);
		color_print(out, COLOR_NONE);
		output_printf(out, "%s\n", rows[i].help);
	}
}
