/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/delays.h"

static void thin_out(struct delays *delays)
{
	for (uint32_t i = 0; i < DELAYS_KEPT / 2; i++)
		delays->values[i] = delays->values[(size_t)2 * i];
	delays->kept = DELAYS_KEPT / 2;
	delays->step *= 2;
}

void delays_add(struct delays *delays, const struct delay *delay)
{
	if (delays->count == 0) {
		delays->step = 1;
		delays->least = delays->most = *delay;
	}
	if (delay->estimated < delays->least.estimated)
		delays->least = *delay;
	if (delay->estimated > delays->most.estimated)
		delays->most = *delay;
	if (delays->count++ % delays->step)
		return;
	if (delays->kept == DELAYS_KEPT)
		thin_out(delays);
	delays->values[delays->kept++] = *delay;
}
