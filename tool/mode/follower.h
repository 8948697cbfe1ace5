/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --follow: the payload of flows. follow.c finds it; a follower prints it. */
#ifndef VSOCKDUMP_MODE_FOLLOWER_H
#define VSOCKDUMP_MODE_FOLLOWER_H

#include "tool/mode/mode.h"
#include "tool/print/stream-segment.h"
#include "tool/print/stream-text.h"
#include "tool/print/timestamp.h"

struct follower;

struct follow {
	struct session *session;
	const struct follower *follower;
	bool many;       /* more than one flow may be shown */
	bool seen;       /* a flow that is shown has appeared */
	bool left;       /* ... and it was the only one, and left the table */
	uint64_t number; /* of the present flow */

	/* For the text. */
	struct timestamp_cache time_cache;
	struct stream_text text;
	bool headed;          /* a heading was printed ... */
	uint64_t turn_flow;   /* ... for this flow ... */
	enum vsock_side turn; /* ... and this side ... */
	uint64_t headed_ts;   /* ... at this time */

	/* For the raw bytes: a range of each side that is not known and may still grow. */
	struct {
		uint64_t offset;
		uint64_t length;
	} hole[2];
	uint64_t holes;  /* reported */
	uint64_t claims; /* lengths that no kernel sends */
	uint64_t unknown;
	bool lossy;
};

/* A way to show it. It gets only the sides that the user wants. */
struct follower {
	/* Bytes that were lost before what comes next. */
	void (*loss)(struct follow *follow, const struct stream_loss *loss);
	void (*segment)(struct follow *follow, const struct seen *seen,
			const struct stream_segment *segment);
	/* A side of a flow has sent all its data. May be NULL. */
	void (*flow_end)(struct follow *follow, const struct vsock_flow *flow,
			 enum vsock_side side);
	void (*end)(struct follow *follow);
};

extern const struct follower follow_text;
extern const struct follower follow_raw;

#endif
