/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of --top, in one table, which is also the help. */
#ifndef VSOCKDUMP_TOP_KEYS_H
#define VSOCKDUMP_TOP_KEYS_H

#include "tool/print/output.h"

enum top_action {
	TOP_NO_ACTION,
	TOP_QUIT,
	TOP_UP,
	TOP_DOWN,
	TOP_PAGE_UP,
	TOP_PAGE_DOWN,
	TOP_FIRST,
	TOP_LAST,
	TOP_OPEN,
	TOP_BACK,
	TOP_FOCUS,
	TOP_FILTER,
	TOP_EXPLAIN,
	TOP_PAUSE,
	TOP_SORT_NEXT,
	TOP_SORT_BEFORE,
	TOP_REVERSE,
	TOP_GROUP,
	TOP_TOTALS,
	TOP_NUMBERS,
	TOP_FINDING,
	TOP_CALLS,
	TOP_HELP,
};

/* What a key does (enum screen_key or a character). */
enum top_action top_action_of(int key);

/* All keys, a line each. */
void top_keys_print(struct output *out);

#endif
