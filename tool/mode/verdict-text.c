/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/verdict-text.h"

#include <inttypes.h>

#include "core/names.h"
#include "lib/common/plural.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

void verdict_print_counts(struct output *out, const struct connection_totals *totals)
{
	static const struct {
		enum vsock_verdict verdict;
		const char *text;
	} others[] = {
	    {VSOCK_UNHEALTHY, "unhealthy"}, {VSOCK_REFUSED, "refused"},
	    {VSOCK_GIVEN_UP, "given up"},   {VSOCK_RECOVERED, "recovered"},
	    {VSOCK_WAITING, "waiting"},     {VSOCK_UNJUDGED, "not judged"},
	};

	if (totals->connections == 0) {
		output_text(out, "no connection");
		return;
	}
	output_printf(out, "%" PRIu64 " of %" PRIu64 " connection%s healthy",
		      totals->verdicts[VSOCK_HEALTHY], totals->connections,
		      plural(totals->connections));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		uint64_t count = totals->verdicts[others[i].verdict];

		if (count > 0)
			output_printf(out, ", %" PRIu64 " %s", count, others[i].text);
	}
	/* A connection may be healthy while the program at its end hangs. */
	if (totals->unanswered > 0)
		output_printf(out, ", but %" PRIu64 " call%s without an answer", totals->unanswered,
			      plural(totals->unanswered));
}

void verdict_print_summary(struct session *session, const struct connection_totals *totals)
{
	struct output *out = session->out;
	int64_t span = session_span(session);

	verdict_print_counts(out, totals);
	output_text(out, "; ");
	size_print(out, totals->bytes);
	output_text(out, " carried");
	if (span >= 0) {
		output_text(out, "; captured ");
		timestamp_say_duration(out, (uint64_t)span);
	}
	output_char(out, '\n');
}

/* By the side that waits. */
static const char *const waiting_texts[VSOCK_WAITINGS][2] = {
    [VSOCK_WAITS_FOR_RESPONSE] = {"the server had not answered the REQUEST", ""},
    [VSOCK_WAITS_FOR_CREDIT] = {"the client had no credit", "the server had no credit"},
    [VSOCK_WAITS_FOR_CREDIT_ANSWER] = {"the server had not answered CREDIT_REQUEST",
				       "the client had not answered CREDIT_REQUEST"},
    [VSOCK_WAITS_FOR_SHUTDOWN_ANSWER] = {"the server had not answered SHUTDOWN",
					 "the client had not answered SHUTDOWN"},
    [VSOCK_WAITS_FOR_MESSAGE] = {"the server had sent a part of a message",
				 "the client had sent a part of a message"},
    [VSOCK_WAITS_FOR_ACCEPTANCE] = {"the server had not accepted it", ""},
};

/* "2 connections were waiting when the capture ended: in 1 the client had no credit, ..." */
static void print_waiting(struct session *session, const struct connection_totals *totals)
{
	struct output *out = session->out;
	uint64_t all = totals->verdicts[VSOCK_WAITING];
	const char *before = "";

	if (all == 0)
		return;
	if (session->ended)
		output_printf(out, "%" PRIu64 " connection%s waiting when the capture ended: ", all,
			      all == 1 ? " was" : "s were");
	else
		output_printf(out, "%" PRIu64 " connection%s waiting: ", all,
			      all == 1 ? " is" : "s are");
	for (int waiting = 1; waiting < VSOCK_WAITINGS; waiting++) {
		for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
			uint64_t count = totals->waiting[waiting][side];

			if (count == 0)
				continue;
			output_text(out, before);
			if (all > 1)
				output_printf(out, "in %" PRIu64 " of them ", count);
			output_text(out, waiting_texts[waiting][side]);
			before = ", ";
		}
	}
	output_char(out, '\n');
}

/* "no RESPONSE and no RST is in this capture: ..." */
static void print_withheld(struct session *session)
{
	uint32_t withheld = vsock_analysis_withheld(session->analysis);
	const char *before = "";

	if (withheld == 0)
		return;
	for (uint16_t op = 0; op < 32; op++) {
		if (!(withheld >> op & 1))
			continue;
		output_printf(session->out, "%sno %s", before, vsock_op_name(op));
		before = " and ";
	}
	output_text(session->out, " is in this capture: a filter may have left them out, so their "
				  "absence is not judged\n");
}

static void print_cut(struct session *session, const struct connection_totals *totals)
{
	uint64_t cut = session->cut_headers;

	if (cut == 0)
		return;
	output_printf(session->out,
		      "%" PRIu64 " packet%s cut within %s headers (76 bytes are needed)%s\n", cut,
		      cut == 1 ? " is" : "s are", cut == 1 ? "its" : "their",
		      totals->connections == 0 ? ": no connection could be followed" : "");
}

void verdict_print_limits(struct session *session, const struct connection_totals *totals)
{
	struct output *out = session->out;

	print_cut(session, totals);
	print_waiting(session, totals);
	if (totals->one_sided > 0)
		output_printf(out,
			      "only one direction of %" PRIu64 " connection%s was captured: what "
			      "the other direction may explain is not judged\n",
			      totals->one_sided, plural(totals->one_sided));
	if (totals->twice > 0)
		output_printf(out,
			      "%" PRIu64 " connection%s not judged: each packet is in this capture "
			      "twice, or connections of two vsock namespaces have the same "
			      "addresses\n",
			      totals->twice, totals->twice == 1 ? " is" : "s are");
	if (totals->bare > 0)
		output_printf(out,
			      "the credit of %" PRIu64 " connection%s is not in this capture: only "
			      "opening, data and closing are judged\n",
			      totals->bare, plural(totals->bare));
	print_withheld(session);
	if (session->timeless)
		output_text(out, "some packets have no valid time: durations after them were not "
				 "judged\n");
}
