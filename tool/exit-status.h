/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exit statuses of vsockdump, as in vsockdump(8). Scripts rely on them, so a number never changes
 * its meaning.
 */
#ifndef VSOCKDUMP_EXIT_STATUS_H
#define VSOCKDUMP_EXIT_STATUS_H

#include <stdbool.h>

enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,     /* any other reason: no memory, an interface that disappeared */
	EXIT_USAGE = 2,      /* the command line cannot be understood */
	EXIT_PERMISSION = 3, /* a capability to capture is missing */
	EXIT_NO_DEVICE = 4,  /* no such interface, no vsockmon interface, or a kernel without it */
	EXIT_INPUT = 5,      /* the input file cannot be opened, is no capture, or is damaged */
	EXIT_OUTPUT = 6,     /* output could not be written; what was written before is valid */
	/* No failure: --diagnose found something suspicious, or the files of --compare differ. */
	EXIT_UNHEALTHY = 10,
};

/* Whether the program itself failed. A failure takes precedence over EXIT_UNHEALTHY. */
static inline bool exit_status_failed(enum exit_status status)
{
	return status != EXIT_OK && status != EXIT_UNHEALTHY;
}

#endif
