/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exit statuses of vsockdump. Documented in vsockdump(8); scripts rely on them, so a number
 * never changes its meaning.
 */
#ifndef VSOCKDUMP_EXIT_STATUS_H
#define VSOCKDUMP_EXIT_STATUS_H

#include <stdbool.h>

enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,     /* anything not listed below: no memory, a device that went away */
	EXIT_USAGE = 2,      /* the command line cannot be understood */
	EXIT_PERMISSION = 3, /* a capability to capture is missing */
	EXIT_NO_DEVICE = 4,  /* no such interface, not a vsockmon, or a kernel without vsockmon */
	EXIT_INPUT = 5,      /* the input file cannot be opened, is no capture, or is damaged */
	EXIT_OUTPUT = 6,     /* output could not be written; what was written before is valid */
	EXIT_UNHEALTHY = 10, /* no failure: --diagnose found something suspicious or certain */
};

/* Whether the program itself failed. A failure takes precedence over EXIT_UNHEALTHY. */
static inline bool exit_status_failed(enum exit_status status)
{
	return status != EXIT_OK && status != EXIT_UNHEALTHY;
}

#endif
