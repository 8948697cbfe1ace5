/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of the source of packets: an interface or files. */
#ifndef VSOCKDUMP_RUN_PACKET_SOURCE_H
#define VSOCKDUMP_RUN_PACKET_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/capture-file/origin.h"

struct packet_source {
	bool nanosecond;      /* times are finer than microseconds */
	bool show_nanosecond; /* and are shown like that, unless an option says otherwise */
	bool live;            /* packets come while the program runs */
	bool complete;        /* live: packets that do not match the filter come, too */
	int point;            /* the capture point of -i; -1: none */
	uint32_t snaplen;     /* the longest frame; 0: not known */
	struct capture_origin origin;
	/* Gives the present counters; NULL: they are not known. */
	void (*statistics)(void *context, struct capture_statistics *statistics);
	/* The number of capture points that are known, and a description of one. */
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
