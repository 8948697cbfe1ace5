/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the records said about a flow last. Only flows with a record before their last one have a
 * note: those that last long, that have findings, or whose senders were stalled. Most flows are
 * short and healthy, and cost nothing here.
 */
#ifndef VSOCKDUMP_RECORDS_FLOW_NOTES_H
#define VSOCKDUMP_RECORDS_FLOW_NOTES_H

#include <stdbool.h>
#include <stdint.h>

/* Flows with notes. All of them take 144 MiB at most. */
#define FLOW_NOTES_MAX (UINT32_C(1) << 20)

struct flow_note {
	uint64_t flow; /* its number plus 1; 0: no note */
	/* Of the last record, nanoseconds since 1970; 0: there is none. */
	uint64_t ts;
	/* Totals of the last record, by enum vsock_side. */
	uint64_t packets[2];
	uint64_t bytes[2];
	bool failed;        /* that no connection came of it has a record, or is counted */
	uint32_t seq;       /* of the next record */
	uint32_t findings;  /* that have a record */
	uint32_t stalls[2]; /* so far, by enum vsock_side of the sender */
};

/* All zeros: no notes. */
struct flow_notes {
	struct flow_note *notes; /* a hash table; its size is a power of two */
	uint32_t size;
	uint32_t count;
	uint64_t dropped; /* notes that were wanted when there was no room */
};

/* NULL without a note. */
struct flow_note *flow_notes_find(const struct flow_notes *notes, uint64_t flow);
/* Makes a note of zeros unless there is one. NULL without room. Moves other notes. */
struct flow_note *flow_notes_add(struct flow_notes *notes, uint64_t flow);
void flow_notes_remove(struct flow_notes *notes, uint64_t flow);
void flow_notes_free(struct flow_notes *notes);

#endif
