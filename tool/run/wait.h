/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for packets, and for everything else that may happen meanwhile. */
#ifndef VSOCKDUMP_RUN_WAIT_H
#define VSOCKDUMP_RUN_WAIT_H

#include <stdbool.h>

#include "lib/common/system-call.h"
#include "tool/run/pipeline.h"

struct wait {
	bool input;       /* something to read */
	bool signal;      /* see tool/signals.h */
	bool output_gone; /* nobody reads standard output any more */
};

extern const struct system_call wait_system_calls[];

/*
 * Shows what is due, then waits until `fd` is readable or has failed, a signal comes, standard
 * output loses its reader, the next flush is due, or a quarter of a second is over where there are
 * timers (after either everything is flushed). All of the result is false when the caller should
 * just look.
 */
struct wait wait_for_input(struct pipeline *pipeline, int fd);

#endif
