/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/drop-watch.h"

#include "core/time-units.h"

#define LOOK_INTERVAL (NANOSECONDS_PER_SECOND / 2)
#define TELL_INTERVAL (5 * NANOSECONDS_PER_SECOND)

bool drop_watch_due(const struct drop_watch *watch, uint64_t now)
{
	return now - watch->looked_at >= LOOK_INTERVAL;
}

static void advance(uint64_t *total, uint32_t *last, uint32_t counter)
{
	*total += counter - *last; /* modulo 2^32 */
	*last = counter;
}

void drop_watch_look(struct drop_watch *watch, uint64_t now, uint32_t accepted,
		     uint32_t kernel_drops, uint32_t interface_drops)
{
	watch->looked_at = now;
	advance(&watch->accepted, &watch->last_accepted, accepted);
	advance(&watch->kernel_drops, &watch->last_kernel_drops, kernel_drops);
	advance(&watch->interface_drops, &watch->last_interface_drops, interface_drops);
}

uint64_t drop_watch_tell(struct drop_watch *watch, uint64_t now)
{
	const uint64_t drops = watch->kernel_drops + watch->interface_drops;
	const uint64_t news = drops - watch->told;

	if (news == 0 || (watch->told_at && now - watch->told_at < TELL_INTERVAL))
		return 0;
	watch->told = drops;
	watch->told_at = now;
	return news;
}
