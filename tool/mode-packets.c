/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets for people: a line each, with the payload below it when asked for. */
#include "tool/hexdump.h"
#include "tool/mode.h"
#include "tool/packet-line.h"
#include "tool/timestamp.h"

static void print_packet(struct run *run, const struct seen *seen)
{
	const struct settings *settings = run->settings;
	uint64_t reference = settings->time == TIME_DELTA ? run->previous_ts : run->first_ts;

	timestamp_print(run->out, &run->time_cache, settings->time, run->nanosecond,
			seen->record->ts, reference);
	packet_line_print(run->out, settings, seen);
	if (settings->payload != PAYLOAD_NONE)
		hexdump_print(run->out, settings->payload, seen->packet.payload,
			      packet_payload_captured(&seen->packet));
}

const struct mode mode_packets = {
    .name = "packets",
    .packet = print_packet,
};

/* The numbers of flows are shown from -vv on; keeping flows costs more than printing a line. */
const struct mode mode_packets_verbose = {
    .name = "packets, verbose",
    .needs_flows = true,
    .packet = print_packet,
};
