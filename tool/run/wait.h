/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for packets, and for everything else that may happen meanwhile. */
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
 * Flushes output that is due. Then waits until `fd` is readable or has failed, a signal comes,
 * standard output loses its reader, or the next flush is due. With timers, it waits at most half
 * a second, and half of that if something is printed before the end. After a timeout it flushes
 * everything. The whole result is false if the caller should only check its state. `longest`: at
 * most so many milliseconds, without a flush after them; -1: no such limit. If something is ready
 * that the mode waits for, the mode handles it.
 */
struct wait wait_for_input(struct pipeline *pipeline, int fd, int longest);

#endif
