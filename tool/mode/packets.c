/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets for people: one line each, then with -v the first line of the message that begins in it,
 * the payload if an option asks for it, and the packet's findings. Lines that are no packet begin
 * with a tab.
 */
#include <inttypes.h>

#include "tool/inside/inside.h"
#include "tool/mode/flow-list.h"
#include "tool/message.h"
#include "tool/mode/mode.h"
#include "tool/print/finding-line.h"
#include "tool/print/hexdump.h"
#include "tool/print/packet-line.h"
#include "tool/print/timestamp.h"
#include "tool/print/usual-line.h"

/* The indent of further rows, if the terminal is narrower than the line. */
#define INDENT 4

/* The columns of the tab at the start of a line that is no packet. */
#define TAB 8

struct packets {
	struct timestamp_cache time_cache;
	struct address_cache address_cache;
	bool usual;            /* see tool/print/usual-line.h */
	struct inside *inside; /* -v; NULL: no first lines */
};

static void packets_free(struct session *session)
{
	struct packets *packets = session->own;

	if (packets)
		inside_free(packets->inside);
	session_free_own(session);
}

static void packets_begin(struct session *session)
{
	struct packets *packets;

	if (!session_make_own(session, sizeof(struct packets)))
		return;
	packets = session->own;
	packets->usual =
	    usual_line_possible(session->out, &session->settings->print, session->nanosecond);
	if (!session->settings->print.verbose || !session->flows)
		return;
	packets->inside = inside_new(false, true);
	if (packets->inside)
		return;
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
}

static void packets_names_changed(struct session *session)
{
	struct packets *packets = session->own;

	packets->address_cache = (struct address_cache){0};
}

static void print_time(struct session *session, uint64_t ts)
{
	struct packets *packets = session->own;
	enum time_style style = session->settings->print.time;

	timestamp_print(session->out, &packets->time_cache, style, session->nanosecond, ts,
			style == TIME_DELTA ? session->previous_ts : session->first_ts);
}

/* As tcpdump does: five columns, and two blanks. */
static void print_number(struct output *out, uint64_t number)
{
	output_printf(out, "%5" PRIu64 "  ", number);
}

static void print_payload(struct output *out, enum payload_style style,
			  struct packet_payload payload)
{
	if (payload.misplaced)
		output_text(out, "\t[not known: part of a packet whose start was not captured]\n");
	else
		hexdump_print(out, style, payload.bytes, payload.length);
}

static void print_findings(struct session *session, const struct seen *seen)
{
	for (size_t i = 0; i < seen->finding_count; i++) {
		size_t line;

		if (!finding_line_wanted(&session->settings->print, &seen->findings[i]))
			continue;
		line = output_line_begin(session->out);
		output_char(session->out, '\t');
		finding_line_print(session->out, &session->settings->print, &seen->findings[i]);
		output_line_end(
		    session->out, line,
		    TAB + finding_line_indent((enum vsock_class)seen->findings[i].severity));
	}
}

/* The first line of the message that begins in the packet. */
static void print_message(struct session *session)
{
	const struct packets *packets = session->own;
	size_t length;
	const char *text = packets->inside ? inside_first_line(packets->inside, &length) : NULL;
	size_t line;

	if (!text)
		return;
	line = output_line_begin(session->out);
	output_char(session->out, '\t');
	output_bytes(session->out, text, length);
	if (packets->inside->line_count > 1)
		output_printf(session->out, " [and %u more]", packets->inside->line_count - 1);
	output_char(session->out, '\n');
	output_line_end(session->out, line, TAB + INDENT);
}

static void print_line(struct session *session, const struct seen *seen)
{
	const struct print_settings *settings = &session->settings->print;
	struct packets *packets = session->own;
	size_t line = output_line_begin(session->out);

	if (settings->packet_number)
		print_number(session->out, seen->number);
	if (seen->record->clock != CAPTURE_TIME_NONE)
		print_time(session, seen->record->ts);
	else if (settings->time != TIME_NONE)
		output_text(session->out, "- ");
	packet_line_print(session->out, settings, &packets->address_cache, seen);
	output_line_end(session->out, line, INDENT);
	print_message(session);
	if (settings->payload != PAYLOAD_NONE)
		print_payload(session->out, settings->payload, packet_payload(seen));
}

static void packets_packet(struct session *session, const struct seen *seen)
{
	struct packets *packets = session->own;

	if (packets->inside)
		inside_packet(packets->inside, seen);
	if (!packets->usual ||
	    !usual_line_print(session->out, &session->settings->print, &packets->time_cache,
			      &packets->address_cache, seen))
		print_line(session, seen);
	print_findings(session, seen);
}

/* With its time, because it does not belong to the packet above it. */
static void packets_finding(struct session *session, const struct vsock_finding *finding)
{
	size_t line;

	if (!finding_line_wanted(&session->settings->print, finding))
		return;
	line = output_line_begin(session->out);
	output_char(session->out, '\t');
	print_time(session, finding->ts);
	finding_line_print(session->out, &session->settings->print, finding);
	output_line_end(session->out, line,
			TAB + finding_line_indent((enum vsock_class)finding->severity));
}

static void packets_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct packets *packets = session->own;

	if (packets->inside)
		inside_flow_left(packets->inside, flow);
}

static void packets_end(struct session *session)
{
	if (session->flows)
		flow_list_report_evicted(session);
	packets_free(session);
}

const struct mode mode_packets = {
    .json = &mode_packets_json,
    .takes = MODE_TAKES_NO_FINDINGS,
    .silenced_by_w = true,
    .needs_flows = true,
    .begin = packets_begin,
    .packet = packets_packet,
    .finding = packets_finding,
    .flow_left = packets_flow_left,
    .names_changed = packets_names_changed,
    .end = packets_end,
};

const struct mode mode_packets_alone = {
    .json = &mode_packets_json,
    .takes = MODE_TAKES_NO_FINDINGS,
    .silenced_by_w = true,
    .begin = packets_begin,
    .packet = packets_packet,
    .names_changed = packets_names_changed,
    .end = packets_end,
};
