/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/calls-row.h"

#include <inttypes.h>

#include "tool/print/timestamp.h"

bool calls_row_exists(const struct inside *inside)
{
	return inside->answered + inside->unanswered + inside->open.count > 0;
}

static const struct call_class *older(const struct call_class *a, const struct call_class *b)
{
	if (!b || b->oldest_ts == 0)
		return a;
	return a && a->oldest_ts <= b->oldest_ts ? a : b;
}

/* The class whose oldest call waits longest; NULL: none waits, except those that are meant to. */
static const struct call_class *oldest_class(const struct inside *inside)
{
	const struct call_class *oldest = older(NULL, inside->classes.others);

	for (uint32_t i = 0; i < inside->classes.count; i++)
		oldest = older(oldest, inside->classes.sorted[i]);
	return oldest;
}

void calls_row_print(struct output *out, struct inside *inside, uint64_t now)
{
	uint64_t open = inside_count_open(inside);
	const struct call_class *oldest = oldest_class(inside);

	output_printf(out, "calls: %" PRIu64 " answered, %" PRIu64 " open", inside->answered, open);
	if (inside->unanswered > 0)
		output_printf(out, ", %" PRIu64 " without an answer", inside->unanswered);
	if (!oldest)
		return;
	output_text(out, ", the oldest waits for ");
	timestamp_print_duration(out, now > oldest->oldest_ts ? now - oldest->oldest_ts : 0);
	output_printf(out, " (flow %" PRIu64 ")", oldest->oldest_flow);
}
