/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mode is what becomes of the packets: one line each, one JSON object each, a table of flows,
 * a number. Each mode is a file of its own and a row in the table of mode.c.
 */
#ifndef VSOCKDUMP_MODE_MODE_H
#define VSOCKDUMP_MODE_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/session.h"
#include "tool/print/seen.h"
#include "tool/settings.h"

struct mode {
	const char *name;
	bool needs_flows;
	bool keep_ended_flows;
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

extern const struct mode mode_packets;
/* The same without flows and what is known through them; it costs less than half. */
extern const struct mode mode_packets_alone;
extern const struct mode mode_packets_json;
extern const struct mode mode_flows;
extern const struct mode mode_flows_json;
extern const struct mode mode_diagnose;
extern const struct mode mode_diagnose_json;
extern const struct mode mode_count;
extern const struct mode mode_follow;
extern const struct mode mode_export;
/* Nothing is printed: the packets go to a file. */
extern const struct mode mode_silent;

const struct mode *mode_for(const struct settings *settings);

#endif
