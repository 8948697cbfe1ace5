/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows the counts of a live capture in a status line (tool/status-line.h): for -w, like "tcpdump
 * -v", and for modes that print nothing before the end.
 */
#ifndef VSOCKDUMP_RUN_LIVE_STATUS_H
#define VSOCKDUMP_RUN_LIVE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/session.h"

struct live_status {
	bool wanted;
	uint64_t start; /* milliseconds */
	uint64_t due;   /* the time of the next update */
};

void live_status_start(struct live_status *status, const struct settings *settings);

/* Shows the line when it is due. Call it in each round of the capture loop. */
void live_status_show(struct live_status *status, const struct session *session);

#endif
