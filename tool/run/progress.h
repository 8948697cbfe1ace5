/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows the progress of a long read in a status line (tool/status-line.h). Only on a terminal, and
 * only if it does not mix with other output.
 */
#ifndef VSOCKDUMP_RUN_PROGRESS_H
#define VSOCKDUMP_RUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/settings.h"

struct progress {
	bool wanted;
	uint64_t due;   /* the time of the next, or first, update; milliseconds */
	uint64_t drawn; /* when `bytes` were read */
	uint64_t bytes;
	double pace; /* bytes a second */
};

void progress_start(struct progress *progress, const struct settings *settings);

/*
 * Shows the line when it is due. Call it after each read. `total` is the size of the file, 0 for a
 * pipe.
 */
void progress_show(struct progress *progress, uint64_t bytes, uint64_t total, uint64_t packets);

#endif
