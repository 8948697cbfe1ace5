/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets for people: a line each, with the payload below it when asked for, and then what the
 * packet proves. Lines that are no packet begin with a tab.
 */
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/print/finding-line.h"
#include "tool/print/hexdump.h"
#include "tool/print/packet-line.h"
#include "tool/print/timestamp.h"

static void print_time(struct run *run, uint64_t ts)
{
	enum time_style style = run->settings->time;

	timestamp_print(run->out, &run->time_cache, style, run->nanosecond, ts,
			style == TIME_DELTA ? run->previous_ts : run->first_ts);
}

static void print_payload(struct output *out, enum payload_style style,
			  struct packet_payload payload)
{
	if (payload.misplaced)
		output_text(out, "\t[not known: part of a packet whose start was not captured]\n");
	else
		hexdump_print(out, style, payload.bytes, payload.length);
}

static void print_findings(struct run *run, const struct seen *seen)
{
	for (size_t i = 0; i < seen->finding_count; i++) {
		if (!finding_line_wanted(run->settings, &seen->findings[i]))
			continue;
		output_char(run->out, '\t');
		finding_line_print(run->out, run->settings, &seen->findings[i]);
	}
}

static void print_packet(struct run *run, const struct seen *seen)
{
	const struct settings *settings = run->settings;

	print_time(run, seen->record->ts);
	packet_line_print(run->out, settings, &run->address_cache, seen);
	if (settings->payload != PAYLOAD_NONE)
		print_payload(run->out, settings->payload, packet_payload(seen));
	print_findings(run, seen);
}

/* With its time, since it does not belong to the packet above it. */
static void print_timer_finding(struct run *run, const struct vsock_finding *finding)
{
	if (!finding_line_wanted(run->settings, finding))
		return;
	output_char(run->out, '\t');
	print_time(run, finding->ts);
	finding_line_print(run->out, run->settings, finding);
}

static void end(struct run *run)
{
	flow_list_tell_evicted(run);
}

const struct mode mode_packets = {
    .name = "packets",
    .needs_flows = true,
    .packet = print_packet,
    .finding = print_timer_finding,
    .end = end,
};

const struct mode mode_packets_alone = {
    .name = "packets, alone",
    .packet = print_packet,
};
