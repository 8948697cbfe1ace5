/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a long read has come, in a status line (tool/status-line.h). Only for a person at a
 * terminal whose lines it does not get between.
 */
#ifndef VSOCKDUMP_RUN_PROGRESS_H
#define VSOCKDUMP_RUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/settings.h"

struct progress {
	bool wanted;
	uint64_t due;   /* when it is shown next, or for the first time; milliseconds */
	uint64_t drawn; /* when `bytes` were read */
	uint64_t bytes;
	double pace; /* bytes a second */
};

void progress_start(struct progress *progress, const struct settings *settings);

/*
 * Shows the line when it is due; for calls as frequent as reads. `total` is the size of the file,
 * 0 for a pipe.
 */
void progress_show(struct progress *progress, uint64_t bytes, uint64_t total, uint64_t packets);

#endif
