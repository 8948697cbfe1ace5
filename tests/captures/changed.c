/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * changed [-w] CAPTURE...: checks that changes that people make to a capture cause no finding.
 *
 * The captures are of healthy kernels. Each is changed as people change captures: cut at its head
 * or tail, filtered by op, port or CID, reduced to one direction, doubled, or merged with a copy of
 * itself whose clock differs. A finding that the unchanged capture lacks would then be wrong,
 * unless it is information, or says that the capture itself is incomplete.
 *
 * With -w the captures may have faults. They are only cut after each packet, and then a flow that
 * waits must not be healthy.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "core/analysis.h"
#include "core/finding-text.h"
#include "core/timeouts.h"
#include "core/verdict.h"

struct frame {
	uint64_t ts;
	const uint8_t *bytes;
	struct vsock_packet packet;
};

struct frames {
	struct frame *at;
	size_t count;
	size_t room;
};

/* Findings by code and addresses. The ports of a flow identify it well enough here. */
struct known {
	struct vsock_finding *at;
	size_t count;
	size_t room;
};

static unsigned wrong;
static unsigned long runs;

static void *grow(void *memory, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return memory;
	*room = *room ? *room * 2 : 256;
	memory = realloc(memory, *room * size);
	if (!memory)
		exit(2);
	return memory;
}

static void add_frame(struct frames *frames, const struct frame *frame)
{
	frames->at = grow(frames->at, frames->count, &frames->room, sizeof(*frames->at));
	frames->at[frames->count++] = *frame;
}

static struct frames load(const char *file)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap =
	    pcap_open_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error);
	struct frames frames = {0};
	struct pcap_pkthdr *header;
	const u_char *bytes;

	if (!pcap) {
		fprintf(stderr, "%s: %s\n", file, error);
		exit(2);
	}
	while (pcap_next_ex(pcap, &header, &bytes) == 1) {
		struct frame frame = {
		    .ts = (uint64_t)header->ts.tv_sec * VSOCK_SECOND + (uint64_t)header->ts.tv_usec,
		};
		uint8_t *copy = malloc(header->caplen + 1);

		if (!copy)
			exit(2);
		frame.bytes = memcpy(copy, bytes, header->caplen);
		vsock_decode(&frame.packet, copy, header->caplen, header->len);
		add_frame(&frames, &frame);
	}
	pcap_close(pcap);
	return frames;
}

static void unload(struct frames *frames)
{
	for (size_t i = 0; i < frames->count; i++)
		free((void *)(uintptr_t)frames->at[i].bytes);
	free(frames->at);
}

static void note_finding(void *context, const struct vsock_finding *finding)
{
	struct known *known = context;

	known->at = grow(known->at, known->count, &known->room, sizeof(*known->at));
	known->at[known->count++] = *finding;
}

static struct known analyze(const struct frames *frames)
{
	struct known known = {0};
	struct vsock_analysis_config config = {
	    .flows = {.keep_ended = true, .context = &known},
	    .on_finding = note_finding,
	};
	struct vsock_analysis *analysis = vsock_analysis_new(&config);

	if (!analysis)
		exit(2);
	for (size_t i = 0; i < frames->count; i++) {
		struct vsock_moment moment = {.number = i + 1, .ts = frames->at[i].ts};
		struct vsock_flow_event event;

		vsock_analysis_packet(analysis, &frames->at[i].packet, &moment, &event);
	}
	vsock_analysis_end(analysis, false, 0);
	vsock_analysis_free(analysis);
	runs++;
	return known;
}

/* The same conversation, whichever side was taken for the client. */
static bool same_ports(const struct vsock_finding *a, const struct vsock_finding *b)
{
	return (a->client_port == b->client_port && a->server_port == b->server_port) ||
	       (a->client_port == b->server_port && a->server_port == b->client_port);
}

static bool contains(const struct known *known, const struct vsock_finding *finding)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->at[i].code == finding->code &&
		    known->at[i].severity >= finding->severity &&
		    same_ports(&known->at[i], finding))
			return true;
	return false;
}

static bool is_allowed(const struct vsock_finding *finding)
{
	return finding->severity == VSOCK_INFORMATION ||
	       (finding->severity == VSOCK_SUSPICIOUS &&
		vsock_finding_scope(finding->code) == VSOCK_SCOPE_CAPTURE);
}

static void print_wrong(const char *file, const char *change, const struct vsock_finding *finding)
{
	char text[VSOCK_FINDING_TEXT_MAX];

	vsock_finding_text(text, finding, NULL, 0);
	printf("%s, %s: %s %s: %s\n", file, change, vsock_class_name(finding->severity),
	       vsock_finding_name(finding->code), text);
	wrong++;
}

/* Nothing but REQUESTs, at least a second apart: a capture of a silent server looks the same. */
static bool has_only_slow_requests(const struct frames *frames)
{
	for (size_t i = 0; i < frames->count; i++)
		if (frames->at[i].packet.op != VSOCK_OP_REQUEST ||
		    (i > 0 && frames->at[i].ts - frames->at[i - 1].ts < VSOCK_HASTY_TIME))
			return false;
	return true;
}

static void check(const char *file, const struct known *unchanged, const struct frames *changed,
		  const char *change)
{
	struct known known;

	if (has_only_slow_requests(changed))
		return;
	known = analyze(changed);
	for (size_t i = 0; i < known.count; i++)
		if (!is_allowed(&known.at[i]) && !contains(unchanged, &known.at[i]))
			print_wrong(file, change, &known.at[i]);
	free(known.at);
}

/* What a filter may select by. */
enum choice {
	WITHOUT_OP,
	ONLY_OP,
	FROM_PORT,
	TO_PORT,
	WITHOUT_FROM_PORT,
	FROM_CID,
	TO_CID,
	ONE_DIRECTION, /* on loopback, where both sides have one CID, too */
	CHOICES
};

static const char *const choice_texts[CHOICES] = {
    [WITHOUT_OP] = "without op",
    [ONLY_OP] = "only op",
    [FROM_PORT] = "only from port",
    [TO_PORT] = "only to port",
    [WITHOUT_FROM_PORT] = "nothing from port",
    [FROM_CID] = "only from CID",
    [TO_CID] = "only to CID",
    [ONE_DIRECTION] = "only to the lower port:",
};

static uint64_t chosen_value(enum choice choice, const struct vsock_packet *packet)
{
	switch (choice) {
	case WITHOUT_OP:
	case ONLY_OP:
		return packet->op;
	case FROM_PORT:
	case WITHOUT_FROM_PORT:
		return packet->src_port;
	case TO_PORT:
		return packet->dst_port;
	case FROM_CID:
		return packet->src_cid;
	case TO_CID:
		return packet->dst_cid;
	case ONE_DIRECTION:
		return packet->dst_port < packet->src_port;
	case CHOICES:
		break;
	}
	return 0;
}

static bool passes(enum choice choice, const struct vsock_packet *packet, uint64_t value)
{
	bool equal = chosen_value(choice, packet) == value;

	return choice == WITHOUT_OP || choice == WITHOUT_FROM_PORT ? !equal : equal;
}

static void try_choice(const char *file, const struct frames *frames, const struct known *unchanged,
		       enum choice choice, uint64_t value)
{
	struct frames changed = {0};
	char change[64];

	for (size_t i = 0; i < frames->count; i++)
		if (passes(choice, &frames->at[i].packet, value))
			add_frame(&changed, &frames->at[i]);
	snprintf(change, sizeof(change), "%s %" PRIu64, choice_texts[choice], value);
	check(file, unchanged, &changed, change);
	free(changed.at);
}

#define VALUES_MOST 40

/* With each value that the capture has of this, up to VALUES_MOST. */
static void try_choices(const char *file, const struct frames *frames,
			const struct known *unchanged, enum choice choice)
{
	uint64_t values[VALUES_MOST];
	size_t count = 0;

	for (size_t i = 0; i < frames->count && count < VALUES_MOST; i++) {
		uint64_t value = chosen_value(choice, &frames->at[i].packet);
		size_t known = 0;

		while (known < count && values[known] != value)
			known++;
		if (known == count)
			values[count++] = value;
	}
	for (size_t i = 0; i < count; i++)
		try_choice(file, frames, unchanged, choice, values[i]);
}

/* From packet `first` on, and without the last ones. */
static void try_cut(const char *file, const struct frames *frames, const struct known *unchanged,
		    size_t first, size_t end)
{
	struct frames part = {.at = frames->at + first, .count = end - first};
	char change[64];

	snprintf(change, sizeof(change), "packets %zu to %zu", first + 1, end);
	check(file, unchanged, &part, change);
}

/* Longer captures are cut after this many packets. */
#define CUTS_MOST 600

/* After this packet its sender waits, whatever came before; unless the flow has ended. */
static bool makes_wait(const struct vsock_packet *packet)
{
	return packet->op == VSOCK_OP_REQUEST || packet->op == VSOCK_OP_CREDIT_REQUEST ||
	       (packet->op == VSOCK_OP_SHUTDOWN && packet->flags == VSOCK_SHUTDOWN_BOTH);
}

static void print_waits(const char *file, size_t end, const struct vsock_flow *flow)
{
	printf("%s, packets 1 to %zu: flow %" PRIu64 " waits and is called healthy\n", file, end,
	       flow->number);
	wrong++;
}

/* A flow that waits is not healthy, at any cut. */
static void check_waiting(const char *file, const struct frames *frames, size_t end)
{
	struct vsock_analysis_config config = {.flows = {.keep_ended = true}};
	struct vsock_analysis *analysis = vsock_analysis_new(&config);
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;
	struct vsock_flow_event event = {0};
	enum vsock_side who;

	if (!analysis)
		exit(2);
	for (size_t i = 0; i < end; i++) {
		struct vsock_moment moment = {.number = i + 1, .ts = frames->at[i].ts};

		vsock_analysis_packet(analysis, &frames->at[i].packet, &moment, &event);
	}
	vsock_analysis_end(analysis, false, 0);
	if (event.flow && makes_wait(&frames->at[end - 1].packet) &&
	    !vsock_flow_state_ended(event.flow->state) &&
	    vsock_flow_verdict(event.flow) == VSOCK_HEALTHY)
		print_waits(file, end, event.flow);
	if (!vsock_flow_walk(&walk, vsock_analysis_flows(analysis)))
		exit(2);
	while ((flow = vsock_flow_walk_next(&walk))) {
		if (vsock_flow_waiting(flow, &who) != VSOCK_WAITS_FOR_NOTHING &&
		    vsock_flow_verdict(flow) == VSOCK_HEALTHY)
			print_waits(file, end, flow);
	}
	vsock_flow_walk_end(&walk);
	vsock_analysis_free(analysis);
	runs++;
}

static void try_waiting(const char *file)
{
	struct frames frames = load(file);
	size_t step = frames.count / CUTS_MOST + 1;

	for (size_t end = 1; end <= frames.count; end += step)
		check_waiting(file, &frames, end);
	unload(&frames);
}

static void try_cuts(const char *file, const struct frames *frames, const struct known *unchanged)
{
	size_t step = frames->count / CUTS_MOST + 1;

	for (size_t at = 1; at <= frames->count; at += step) {
		try_cut(file, frames, unchanged, at - 1, frames->count);
		try_cut(file, frames, unchanged, 0, at);
		check_waiting(file, frames, at);
	}
}

static int compare_times(const void *left, const void *right)
{
	const struct frame *a = left;
	const struct frame *b = right;

	if (a->ts != b->ts)
		return a->ts < b->ts ? -1 : 1;
	return 0;
}

/* With a copy of itself, whose clock is ahead by this. The sort of the GNU C library is stable. */
static void try_merged(const char *file, const struct frames *frames, const struct known *unchanged,
		       uint64_t ahead)
{
	struct frames merged = {0};
	char change[64];

	for (size_t i = 0; i < frames->count; i++) {
		struct frame copy = frames->at[i];

		copy.ts += ahead;
		add_frame(&merged, &frames->at[i]);
		add_frame(&merged, &copy);
	}
	qsort(merged.at, merged.count, sizeof(*merged.at), compare_times);
	snprintf(change, sizeof(change), "merged with itself, %" PRIu64 " us later", ahead / 1000);
	check(file, unchanged, &merged, change);
	free(merged.at);
}

/* The same file twice, one after the other: times go back in the middle. */
static void try_doubled(const char *file, const struct frames *frames,
			const struct known *unchanged)
{
	struct frames doubled = {0};

	for (size_t i = 0; i < 2 * frames->count; i++)
		add_frame(&doubled, &frames->at[i % frames->count]);
	check(file, unchanged, &doubled, "doubled");
	free(doubled.at);
}

static void try_changes(const char *file)
{
	static const uint64_t milliseconds[] = {0, 1, 3, 20, 70, 130, 200};
	struct frames frames = load(file);
	struct known unchanged = analyze(&frames);

	for (enum choice choice = 0; choice < CHOICES; choice++)
		try_choices(file, &frames, &unchanged, choice);
	try_cuts(file, &frames, &unchanged);
	try_doubled(file, &frames, &unchanged);
	for (size_t i = 0; i < sizeof(milliseconds) / sizeof(milliseconds[0]); i++)
		try_merged(file, &frames, &unchanged, milliseconds[i] * VSOCK_MILLISECOND);
	free(unchanged.at);
	unload(&frames);
}

int main(int argc, char **argv)
{
	bool only_waiting = argc > 1 && strcmp(argv[1], "-w") == 0;

	for (int i = 1 + only_waiting; i < argc; i++) {
		if (only_waiting)
			try_waiting(argv[i]);
		else
			try_changes(argv[i]);
	}
	printf("%lu runs, %u wrong findings\n", runs, wrong);
	return wrong > 0 || runs == 0;
}
