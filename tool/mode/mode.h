/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mode decides what vsockdump does with the packets: a line or a JSON object for each, a table of
 * flows, a number. Each mode is one file, which ends with its struct mode. The struct says all that
 * the rest of the tool needs to know about the mode. A row of tool/options/table.c selects it.
 */
#ifndef VSOCKDUMP_MODE_MODE_H
#define VSOCKDUMP_MODE_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/session.h"
#include "tool/print/seen.h"
#include "tool/modes.h"
#include "tool/settings.h"

/* Options that only some modes take. */
enum mode_option {
	MODE_TAKES_RAW = 1u << 0,         /* --raw */
	MODE_TAKES_NO_FINDINGS = 1u << 1, /* --no-findings */
	MODE_TAKES_SORT = 1u << 2,        /* --sort */
};

struct mode {
	const char *option;      /* that selects it, as in "--flows"; NULL: none does */
	const struct mode *json; /* what it is with --json; NULL: it does not take --json */
	unsigned takes;          /* bits of enum mode_option */
	bool prints_json;
	bool prints_at_end; /* nothing before, so that a shared terminal is free until then */
	bool silenced_by_w; /* -w leaves nothing for standard output, unless --print */
	bool whole_flows;   /* gets all packets of a wanted flow, not only those of the filter */
	bool needs_flows;   /* else session->flows is NULL */
	bool keep_ended_flows;
	const struct system_call *system_calls; /* that it needs after begin; or NULL */
	/* Any of these may be NULL. If begin sets session->failure, only end is called. */
	void (*begin)(struct session *session);
	void (*packet)(struct session *session, const struct seen *seen);
	/* Found by a timer, before the next packet is shown; else see seen.findings. */
	void (*finding)(struct session *session, const struct vsock_finding *finding);
	/* A flow leaves the table before the end. */
	void (*flow_left)(struct session *session, const struct vsock_flow *flow);
	/* SIGUSR1: show the present state, then continue. */
	void (*snapshot)(struct session *session);
	void (*end)(struct session *session);
};

#define MODE_ERROR_MAX 160

/*
 * Completes settings->mode: with --json, with -w, or where less work does. False with a message if
 * the mode does not go together with another option.
 */
bool mode_choose(struct settings *settings, char error[static MODE_ERROR_MAX]);

/*
 * Whether anything goes to standard output. As with tcpdump, -w silences the packets unless
 * --print; asking for a special output is asking for output.
 */
static inline bool mode_prints(const struct settings *settings)
{
	return !settings->file.name || settings->file.print_too || !settings->mode->silenced_by_w;
}

/* Whether nothing goes to standard output before the end: a status line is in nobody's way. */
static inline bool mode_is_silent_until_end(const struct settings *settings)
{
	return !mode_prints(settings) || settings->mode->prints_at_end;
}

#endif
