/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mode decides what vsockdump does with the packets: a line or a JSON object for each, a table of
 * flows, a number. Each mode is one file, which ends with its struct mode. The struct says all that
 * the rest of the tool needs to know about the mode. A row of tool/options/table.c selects it.
 */
#ifndef VSOCKDUMP_MODE_MODE_H
#define VSOCKDUMP_MODE_MODE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/mode/session.h"
#include "tool/print/seen.h"
#include "tool/modes.h"
#include "tool/settings.h"

/* Options that only some modes accept. */
enum mode_option {
	MODE_TAKES_RAW = 1u << 0,         /* --raw */
	MODE_TAKES_NO_FINDINGS = 1u << 1, /* --no-findings */
	MODE_TAKES_SORT = 1u << 2,        /* --sort */
	MODE_TAKES_ROWS = 1u << 3,        /* --rows */
	MODE_TAKES_INTERVAL = 1u << 4,    /* --interval */
	MODE_TAKES_RECORDS = 1u << 5,     /* options of flow records */
};

/* Descriptors that a mode may wait for. */
#define MODE_WAITS 2

struct mode {
	const char *option;      /* the option that selects it, such as "--flows"; or NULL */
	const struct mode *json; /* the mode with --json; NULL: it does not accept --json */
	const char *for_files;   /* it is for live captures only: the option for a file; or NULL */
	unsigned takes;          /* bits of enum mode_option */
	bool prints_json;
	bool prints_at_end; /* prints nothing before, so a shared terminal is free */
	bool prints_live;   /* but a live capture prints something meanwhile */
	bool silenced_by_w; /* -w leaves nothing for standard output, unless --print */
	bool whole_flows;   /* gets all packets of a wanted flow, not only those of the filter */
	bool needs_flows;   /* otherwise session->flows is NULL */
	bool keep_ended_flows;
	bool reads_alone; /* a second thread reads ahead only if --threads asks for it */
	const struct system_call *system_calls; /* that it needs after begin; or NULL */
	/* Any of these may be NULL. If begin sets session->failure, only end is called. */
	void (*begin)(struct session *session);
	/* Packets of the flows in these slots come next; UINT32_MAX: of one that is not known. */
	void (*expect)(struct session *session, const uint32_t *slots, size_t count);
	void (*packet)(struct session *session, const struct seen *seen);
	/*
	 * A timer found it, before the next packet is shown. For a packet's findings see
	 * seen.findings.
	 */
	void (*finding)(struct session *session, const struct vsock_finding *finding);
	/* A flow leaves the table before the end. */
	void (*flow_left)(struct session *session, const struct vsock_flow *flow);
	/*
	 * Live: the time is `now`, and no packet came before it that was not shown. clock_due()
	 * says when this is wanted next.
	 */
	void (*clock)(struct session *session, uint64_t now);
	uint64_t (*clock_due)(const struct session *session);
	/*
	 * Live: the mode wants to know when these descriptors are ready. waits() sets them and
	 * returns their number. ready() is called then, and after signals.
	 */
	unsigned (*waits)(const struct session *session, struct pollfd waits[static MODE_WAITS]);
	void (*ready)(struct session *session, const struct pollfd *waits, unsigned count);
	/* No packet comes from a capture point after `end`; see vsock_analysis_point_end(). */
	void (*point_end)(struct session *session, uint16_t point, uint64_t end);
	/* CIDs got other names: texts that have the old ones are no longer right. */
	void (*names_changed)(struct session *session);
	/* SIGUSR1: show the present state, then continue. */
	void (*snapshot)(struct session *session);
	void (*end)(struct session *session);
};

#define MODE_ERROR_MAX 160

/*
 * Completes settings->mode: with --json, with -w, or if less work is enough. False with a message
 * if another option excludes the mode.
 */
bool mode_choose(struct settings *settings, char error[static MODE_ERROR_MAX]);

/*
 * Whether anything is printed on standard output. As with tcpdump, -w prints no packets without
 * --print. An option for a special output always prints it.
 */
static inline bool mode_prints(const struct settings *settings)
{
	return !settings->file.name || settings->file.print_too || !settings->mode->silenced_by_w;
}

/* Whether nothing is printed before the end, so a status line disturbs nobody. */
static inline bool mode_is_silent_until_end(const struct settings *settings)
{
	const struct mode *mode = settings->mode;
	bool live = settings->source.file_count == 0;

	return !mode_prints(settings) || (mode->prints_at_end && !(live && mode->prints_live));
}

#endif
