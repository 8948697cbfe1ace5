/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --ladder: the packets of a flow as arrows. ladder.c collects the rows, ladder-print.c prints
 * them. */
#ifndef VSOCKDUMP_MODE_LADDER_H
#define VSOCKDUMP_MODE_LADDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/finding.h"
#include "core/flow-event.h"
#include "tool/mode/session.h"
#include "tool/print/seen.h"

enum ladder_kind {
	LADDER_PACKETS, /* one packet, or several of the same op and side */
	LADDER_FINDING,
	LADDER_LOST, /* bytes that were acknowledged and not captured */
	LADDER_LEFT_OUT,
};

/* After a packet: what this side has in flight, and its peer's receive buffer. */
struct ladder_credit {
	uint32_t in_flight;
	uint32_t buffer;
	bool known;
	bool least; /* there may be more in flight */
};

struct ladder_row {
	uint64_t first_ts;
	uint64_t last_ts;
	uint64_t number; /* of the first packet */
	uint64_t bytes;  /* payload; LOST: what is missing */
	uint32_t count;  /* packets; FINDING: place in ladder.findings; LEFT_OUT: rows */
	uint32_t stalls; /* short ones that ended within the row */
	uint32_t read;   /* CREDIT_UPDATE: bytes that its sender has read since it last said so */
	uint32_t buf_alloc;
	uint32_t fwd_cnt;
	uint32_t flags;
	struct ladder_credit credit[2]; /* by enum vsock_side of the sender of data */
	uint16_t op;                    /* enum vsock_op; of a bare frame, the monitor's */
	uint16_t type;
	uint8_t kind; /* enum ladder_kind */
	uint8_t side; /* enum vsock_side: who sent it */
	bool bare;
	bool timeless;
	bool again; /* the tap delivered it twice */
};

struct ladder {
	struct vsock_flow flow; /* as it was last seen */
	struct ladder_row *rows;
	uint32_t count;
	uint32_t capacity;
	uint64_t packets;
	uint32_t fwd_cnt[2];
	bool fwd_known[2];
	struct vsock_finding *findings;
	uint32_t finding_count;
	uint32_t most; /* rows in memory; 0: as many as the output may need */
	bool failed;   /* no memory for a row */
};

/* Rows at both ends, and around a finding, that are always shown. */
#define LADDER_HEAD   100
#define LADDER_AROUND 5
#define LADDER_TAIL   20
/* More rows than this are not all shown without -v. */
#define LADDER_SHOWN 200

/*
 * Removes rows from the middle, and says in their place how many there were. Those at both ends and
 * around a finding stay.
 */
void ladder_cut(struct ladder *ladder);

/* Adds a packet of the ladder's flow, with the findings that it proves. */
void ladder_take_packet(struct session *session, struct ladder *ladder, const struct seen *seen);

/* Adds a finding of the ladder's flow that a timer found. */
void ladder_take_finding(struct session *session, struct ladder *ladder,
			 const struct vsock_finding *finding);

/* Frees the rows and the findings. */
void ladder_free(struct ladder *ladder);

void ladder_print(struct session *session, const struct ladder *ladder);

#endif
