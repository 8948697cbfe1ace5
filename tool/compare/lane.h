/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lane: what one side of a flow sent, according to both files, packet by packet.
 *
 * vsock is reliable and keeps the order, so the n-th packet of a lane is the same in both files. A
 * packet waits until the other file has its partner. If the two differ, the lane waits for more
 * packets, and searches for the place where both become equal again: that shows what happened.
 *
 * Packets may be cut at other places at the two ends. Then the bytes are compared, and the headers
 * are not.
 */
#ifndef VSOCKDUMP_COMPARE_LANE_H
#define VSOCKDUMP_COMPARE_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/compare/clock.h"
#include "tool/compare/delays.h"
#include "tool/compare/difference.h"
#include "tool/compare/item.h"

/* The most packets, and their bytes, that wait in a lane. */
#define LANE_ITEMS_MAX 4096
#define LANE_BYTES_MAX (UINT32_C(8) << 20)

/* The same for a flow that is in one file only until now. */
#define LANE_ITEMS_ALONE 64
#define LANE_BYTES_ALONE (UINT32_C(256) << 10)

/* After so many differences, the rest of a lane is not compared. */
#define LANE_DIFFERENCES_MAX 64

/* Packets that were compared last: a packet that comes again equals one of them. */
#define LANE_TRACES 2
#define TRACE_BYTES 8

struct trace {
	uint32_t length;
	uint8_t count; /* of the bytes at both ends */
	uint8_t begin[TRACE_BYTES];
	uint8_t end[TRACE_BYTES];
};

/* What all lanes share. */
struct lane_world {
	struct item_store store;
	struct difference_list differences;
	struct clock_samples clock; /* from all packets that are in both files */
	struct delays delays[2];    /* by enum clock_class */
	uint64_t packets;           /* that are in both files */
	uint64_t bytes;             /* that were compared and are equal */
	uint64_t unknown;           /* that a snapshot length or a split hid in one file */
	uint64_t doubtful;          /* that a kernel copied wrongly */
	uint64_t split;             /* bytes in packets that are cut at other places */
	uint64_t control_lost[2];   /* packets without data that a file lacks */
	uint64_t abandoned;         /* lanes that were not compared to their ends */
	uint64_t outside;           /* packets outside of the other file's time */
	int64_t offset;             /* B - A, as estimated for the present packets */
	/* While the other file was captured, too, by this file's clock. */
	uint64_t since[2];
	uint64_t until[2];
	bool kernel_doubtful[2]; /* the kernel that captured copies some payload wrongly */
	bool drops[2];           /* the file counts packets that its capture dropped */
};

struct lane_end {
	struct item *head;
	struct item *tail;
	uint64_t total;        /* of the stream, in this file */
	uint64_t acknowledged; /* by this lane's receiver, in this file */
	uint32_t count;
	uint32_t bytes;   /* known and in memory */
	uint32_t fwd_cnt; /* the receiver's last one */
	bool whole;       /* the flow's first packet is in this file */
	bool present;     /* the flow is in this file */
	bool ended;       /* no more packets come */
	bool trimmed;     /* packets at the start were dropped, because they waited for too long */
};

/* What only differences need. With many flows, it stays out of the cache. */
struct lane_rest {
	const struct compared_flow *flow;
	struct difference *first; /* those that are kept */
	struct difference *last;
	uint64_t unknown;    /* bytes */
	uint64_t missing[2]; /* bytes of whole packets that this file lacks */
	uint32_t found;      /* differences ... */
	uint32_t lost;       /* ... that are only losses of a capture */
	uint32_t search_at;  /* packets that must wait before the next search */
};

struct lane {
	struct lane_end ends[2]; /* by enum compare_file */
	struct lane_rest *rest;
	uint64_t equal; /* bytes */
	struct trace traces[LANE_TRACES];
	uint8_t traced;
	uint8_t sender; /* enum vsock_side */
	uint8_t class;  /* enum clock_class */
	bool searching;
	bool loose;     /* one file knows no packets, only bytes: headers are not compared */
	bool aligned;   /* a packet was found in both files, or both have the start */
	bool abandoned; /* not compared further */
	bool matched;   /* something of it is in both files */
};
_Static_assert(sizeof(struct lane) <= 168, "both lanes of a pair take six lines of cache");

/* The next packet of a file. Its data may belong to the frame. This changes how much is taken. */
void lane_take(struct lane *lane, struct lane_world *world, enum compare_file file,
	       struct item *item);

/*
 * No more packets come from either file. Compares what waits, and decides which packets a capture
 * lost. The lane is empty after that.
 */
void lane_end(struct lane *lane, struct lane_world *world);

/* Compares what waits, after packets came in another way than by lane_take(). */
void lane_run(struct lane *lane, struct lane_world *world);

/* Forgets the packets that wait. */
void lane_clear(struct lane *lane, struct lane_world *world);

/* One file has no packet headers: only bytes are compared. */
void lane_make_loose(struct lane *lane, struct lane_world *world);

/* For search.c. */
void lane_report(struct lane *lane, struct lane_world *world, const struct difference *difference);
struct difference lane_difference(const struct lane *lane, enum difference_form form,
				  const struct item *a, const struct item *b);
void lane_drop(struct lane *lane, struct lane_world *world, enum compare_file file);
void lane_abandon(struct lane *lane, struct lane_world *world);
/* Both packets, or n bytes of them, are equal. */
void lane_note_equal(struct lane *lane, struct lane_world *world, struct item *a, struct item *b,
		     uint32_t n);
bool lane_repeats(const struct lane *lane, const struct item *item);

/*
 * Both packets at the front differ. Finds out what happened, if enough packets wait, reports it,
 * and drops what it explains. False: more packets are needed. `complete`: no more come.
 */
bool lane_search(struct lane *lane, struct lane_world *world, bool complete);

#endif
