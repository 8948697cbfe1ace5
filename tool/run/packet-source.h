/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the place that packets come from, an interface or a file, knows of them. */
#ifndef VSOCKDUMP_RUN_PACKET_SOURCE_H
#define VSOCKDUMP_RUN_PACKET_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/capture-file/origin.h"

struct packet_source {
	bool nanosecond;      /* times are finer than microseconds */
	bool show_nanosecond; /* and are to be shown so, unless somebody says otherwise */
	bool live;            /* packets come while the program runs */
	int point;            /* the capture point that was asked for; -1: none */
	uint32_t snaplen;     /* frames are no longer; 0: not known */
	struct capture_origin origin;
	/* The counters as they are at the moment; NULL: none are known. */
	void (*statistics)(void *context, struct capture_statistics *statistics);
	/* The capture points: how many are known by now, and one of them. */
	uint32_t (*points)(void *context);
	const struct capture_origin *(*describe)(void *context, uint32_t point);
	void *context;
};

static inline struct capture_statistics packet_source_statistics(const struct packet_source *source)
{
	struct capture_statistics statistics = capture_statistics_not_known();

	if (source->statistics)
		source->statistics(source->context, &statistics);
	return statistics;
}

#endif
