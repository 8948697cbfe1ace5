/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A first look at both files: which pairs of machines they have, from when to when, and how far
 * their clocks are apart by the opening and closing packets of connections.
 *
 * With this, both files can be read side by side in the order of time, so that little has to wait
 * in memory.
 */
#ifndef VSOCKDUMP_COMPARE_SCAN_H
#define VSOCKDUMP_COMPARE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/compare/clock.h"
#include "tool/compare/item.h"
#include "tool/settings.h"

struct capture_reader;

/* Packets that open or close a connection and are remembered, of both files together. */
#define SCAN_SIGNS_MAX (UINT32_C(1) << 18)

/* Pairs of CIDs of a file. */
#define SCAN_MACHINES_MAX 4096
/* The table has room for more, so that a search ends soon. */
#define MACHINES_ROOM ((size_t)2 * SCAN_MACHINES_MAX)

struct machines {
	struct {
		uint32_t lower;
		uint32_t higher;
		bool used;
	} of[MACHINES_ROOM];
	uint32_t count;
	bool full; /* there are more */
};

struct scan_file {
	uint64_t packets;
	uint64_t first_ts; /* lowest and highest */
	uint64_t last_ts;
	struct machines machines;
	bool failed; /* it could not be read to its end */
};

struct sign;

struct scan {
	struct scan_file files[2];
	struct clock_samples samples;
	struct clock_estimate clock;
	bool made_up;      /* a file has connections with ports that were made up */
	bool same_machine; /* both files say that the same machine captured them */

	/* While it is read. */
	const struct flow_settings *settings;
	struct sign *signs;
	uint32_t *heads;
	uint32_t sign_count;
};

/* Reads a file to its end. False without memory. */
bool scan_read(struct scan *scan, enum compare_file file, struct capture_reader *reader,
	       bool (*stop)(void));
/* After both. */
void scan_end(struct scan *scan);
void scan_free(struct scan *scan);

/* The CID of a machine in A that --map gives another number in B: the number in B. */
uint32_t scan_map(const struct flow_settings *settings, enum compare_file file, uint32_t cid);

/* Whether a file has packets between these two CIDs. */
bool scan_has(const struct scan *scan, enum compare_file file, uint32_t cid, uint32_t other);

#endif
