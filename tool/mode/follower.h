/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --follow: one flow's payload. follow.c picks it out; a follower prints it. */
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
	bool seen; /* the flow has appeared */
	bool left; /* ... and left the table */

	/* Of the text. */
	struct timestamp_cache time_cache;
	struct stream_text text;
	bool headed;          /* a heading was printed ... */
	enum vsock_side turn; /* ... for this side ... */
	uint64_t headed_ts;   /* ... at this time */
	uint32_t message[2];  /* bytes of each side's message under way */

	/* Of the raw bytes: a stretch of each side that is not known and may yet grow. */
	struct {
		uint64_t offset;
		uint64_t length;
	} hole[2];
	uint64_t holes; /* reported */
	uint64_t unknown;
	bool lossy;
};

/* Ways to show it. Only the sides that were asked for come here. */
struct follower {
	/* Bytes that were lost before what comes next. */
	void (*loss)(struct follow *follow, const struct stream_loss *loss);
	void (*segment)(struct follow *follow, const struct seen *seen,
			const struct stream_segment *segment);
	void (*end)(struct follow *follow);
};

extern const struct follower follow_text;
extern const struct follower follow_raw;

#endif
