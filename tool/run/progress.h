/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a long read has come, in one line on standard error that overwrites itself and vanishes
 * at the end. Only for a person at a terminal whose lines it does not get between.
 */
#ifndef VSOCKDUMP_RUN_PROGRESS_H
#define VSOCKDUMP_RUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/settings.h"

struct progress {
	bool wanted;
	uint64_t start; /* milliseconds */
	uint64_t due;   /* when it is shown next, or for the first time */
	int shown;      /* columns on the screen; 0: none */
};

/* Before the sandbox closes: no terminal is asked for its nature in it. */
void progress_start(struct progress *progress, const struct settings *settings);

/*
 * Shows the line when it is due; for calls as frequent as reads. `total` is the size of the file,
 * 0 for a pipe.
 */
void progress_show(struct progress *progress, uint64_t bytes, uint64_t total, uint64_t packets);

/* Before anything else is written to the terminal. */
void progress_erase(struct progress *progress);

#endif
