/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/delays.h"

static void thin_out(struct delays *delays)
{
	for (uint32_t i = 0; i < DELAYS_KEPT / 2; i++)
		delays->values[i] = delays->values[(size_t)2 * i];
	delays->kept = DELAYS_KEPT / 2;
	delays->step *= 2;
}

/* Whether the value that was counted last is one of those that are kept. */
static bool is_in_step(const struct delays *delays)
{
	return ((delays->count - 1) & (delays->step - 1)) == 0;
}

bool delays_count(struct delays *delays, int64_t estimated)
{
	if (delays->count++ == 0)
		delays->step = 1;
	return is_in_step(delays) || estimated < delays->least.estimated ||
	       estimated > delays->most.estimated;
}

void delays_keep(struct delays *delays, const struct delay *delay)
{
	if (delays->count == 1)
		delays->least = delays->most = *delay;
	if (delay->estimated < delays->least.estimated)
		delays->least = *delay;
	if (delay->estimated > delays->most.estimated)
		delays->most = *delay;
	if (!is_in_step(delays))
		return;
	if (delays->kept == DELAYS_KEPT)
		thin_out(delays);
	delays->values[delays->kept++] = *delay;
}
