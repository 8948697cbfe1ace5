/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mode is what becomes of the packets: one line each, one JSON object each, a table of flows,
 * a number. Each mode is one file with one struct mode, which says all about it. tool/modes.h has
 * their names.
 */
#ifndef VSOCKDUMP_MODE_MODE_H
#define VSOCKDUMP_MODE_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/session.h"
#include "tool/print/seen.h"
#include "tool/modes.h"
#include "tool/settings.h"

/* Options that only some modes take, as bits of struct mode.takes. */
enum mode_option {
	MODE_TAKES_RAW = 1u << 0,         /* --raw */
	MODE_TAKES_NO_FINDINGS = 1u << 1, /* --no-findings */
};

#define MODE_ERROR_MAX 160

struct mode {
	const char *option;      /* that selects it, "--flows"; NULL: packets, or none */
	const struct mode *json; /* what --json makes of it; NULL: it does not take --json */
	unsigned takes;          /* bits of enum mode_option */
	bool at_end;             /* prints nothing before the end */
	bool prints;             /* writes to standard output */
	bool needs_flows;
	bool keep_ended_flows;
	const struct system_call *system_calls; /* besides those of all modes; NULL: none */
	/* Any of these may be NULL. */
	void (*begin)(struct session *session);
	void (*packet)(struct session *session, const struct seen *seen);
	/* Found by a timer, before the next packet is shown; else see seen.findings. */
	void (*finding)(struct session *session, const struct vsock_finding *finding);
	/* A flow leaves the table before the end. */
	void (*flow_left)(struct session *session, const struct vsock_flow *flow);
	/* SIGUSR1: show where things stand, go on. */
	void (*snapshot)(struct session *session);
	void (*end)(struct session *session);
};

/*
 * Completes settings->mode, which the options may have left NULL: with --json, with -w, or where
 * less work does. False with a message if the mode does not go together with the other options.
 */
bool mode_choose(struct settings *settings, char error[static MODE_ERROR_MAX]);

#endif
