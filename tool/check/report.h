/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --check says: a row for each check, and whether a capture works. */
#ifndef VSOCKDUMP_CHECK_REPORT_H
#define VSOCKDUMP_CHECK_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/check/modules.h"
#include "tool/exit-status.h"

#define CHECK_ROWS_MAX    20
#define CHECK_TEXT_MAX    640
#define CHECK_COMMAND_MAX 192

enum check_group { CHECK_CAPTURE, CHECK_SEEN, CHECK_MACHINES, CHECK_LISTENERS, CHECK_GROUPS };

enum check_result {
	CHECK_OK,
	CHECK_WARN, /* a capture works, and lacks something */
	CHECK_FAIL, /* stops a capture */
	CHECK_SKIP, /* not known, or not there, which need not matter */
};

struct check_row {
	enum check_group group;
	enum check_result result;
	const char *name;
	char text[CHECK_TEXT_MAX];       /* a sentence */
	const char *fix;                 /* what to do, a sentence or the part before the command */
	char command[CHECK_COMMAND_MAX]; /* what to type, as root; empty: nothing */
	const enum module_state *state;  /* of the module that this is about; or NULL */
	bool detail;                     /* the text for a person leaves it out */
};

struct check_report {
	struct check_row rows[CHECK_ROWS_MAX];
	size_t count;
	unsigned warnings;
	unsigned failures;
	enum exit_status status; /* what a capture would give; EXIT_OK if any source works */
	bool hybrid;             /* -i hybrid captures */
	const char *source;      /* what captures: "vsockmon", "bpf"; NULL: nothing */
	/* What to do next, as in struct check_row. */
	const char *next;
	char command[CHECK_COMMAND_MAX];
};

#endif
