/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/drop-watch.h"

#include "core/time-units.h"

#define READ_INTERVAL   (NANOSECONDS_PER_SECOND / 2)
#define REPORT_INTERVAL (5 * NANOSECONDS_PER_SECOND)

bool drop_watch_due(const struct drop_watch *watch, uint64_t now)
{
	return now - watch->read_at >= READ_INTERVAL;
}

static void advance(uint64_t *total, uint32_t *last, uint32_t counter)
{
	*total += counter - *last; /* modulo 2^32 */
	*last = counter;
}

void drop_watch_read(struct drop_watch *watch, uint64_t now, uint32_t accepted,
		     uint32_t kernel_drops, uint32_t interface_drops)
{
	watch->read_at = now;
	advance(&watch->accepted, &watch->last_accepted, accepted);
	advance(&watch->kernel_drops, &watch->last_kernel_drops, kernel_drops);
	advance(&watch->interface_drops, &watch->last_interface_drops, interface_drops);
}

uint64_t drop_watch_report(struct drop_watch *watch, uint64_t now)
{
	const uint64_t drops = watch->kernel_drops + watch->interface_drops;
	const uint64_t news = drops - watch->reported;

	if (news == 0 || (watch->reported_at && now - watch->reported_at < REPORT_INTERVAL))
		return 0;
	watch->reported = drops;
	watch->reported_at = now;
	return news;
}
