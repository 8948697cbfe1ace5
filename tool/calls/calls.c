/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --calls: a table of calls inside of flows, at the end and on SIGUSR1. */
#include "tool/calls/calls-print.h"
#include "tool/calls/calls-both.h"

static void show(struct session *session)
{
	if (session->packets > 0 || !session->failing)
		calls_print(session, session->own, calls_now(session));
}

static void snapshot(struct session *session)
{
	show(session);
	output_char(session->out, '\n');
	output_flush(session->out);
}

static void end(struct session *session)
{
	if (!session->own)
		return;
	show(session);
	calls_free(session);
}

const struct mode mode_calls = {
    .option = "--calls",
    .json = &mode_calls_json,
    .prints_at_end = true,
    .whole_flows = true,
    .needs_flows = true,
    .begin = calls_begin,
    .packet = calls_packet,
    .flow_left = calls_flow_left,
    .snapshot = snapshot,
    .end = end,
};
