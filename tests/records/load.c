/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record-load DIR SECONDS RATE: runs `vsockdump --flow-log DIR` live, with RATE prepared
 * connections a second of six packets each, and an address for each. Prints on standard error how
 * many there were, and the peak of memory when ended flows began to leave the table, and at the
 * end.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/timeouts.h"
#include "lib/common/time.h"
#include "tests/unit/frame.h"
#include "tool/mode/mode.h"
#include "tool/run/pipeline.h"
#include "tool/signals.h"

#define BUFFER 262144
#define STEPS  100 /* a second */
#define PARTS  6

struct load {
	struct pipeline pipeline;
	uint64_t now;
	uint64_t packets;
	uint64_t connections;
};

static void send_packet(struct load *load, bool client, uint16_t op, uint32_t len, uint32_t fwd)
{
	const uint32_t cid = 3 + (uint32_t)(load->connections % 100);
	const uint32_t port = 10000 + (uint32_t)load->connections;
	const uint32_t server = 1024 + (uint32_t)(load->connections % 3);
	struct frame frame =
	    FRAME(client ? cid : 2, client ? 2 : cid, client ? port : server,
		  client ? server : port, op, .len = len, .buf_alloc = BUFFER, .fwd_cnt = fwd);
	uint8_t bytes[FRAME_HEADERS];
	struct taken taken = {.matches = true};

	if (op == VSOCK_OP_SHUTDOWN)
		frame.flags = VSOCK_SHUTDOWN_BOTH;
	frame_write(bytes, &frame);
	taken.record = (struct capture_record){
	    .ts = load->now,
	    .data = bytes,
	    .captured = FRAME_HEADERS,
	    .on_wire = FRAME_HEADERS + len,
	    .number = ++load->packets,
	};
	load->now += 100;
	pipeline_packets(&load->pipeline, &taken, 1);
}

static void connect_once(struct load *load)
{
	send_packet(load, true, VSOCK_OP_REQUEST, 0, 0);
	send_packet(load, false, VSOCK_OP_RESPONSE, 0, 0);
	send_packet(load, true, VSOCK_OP_RW, 100, 0);
	send_packet(load, false, VSOCK_OP_RW, 1000, 100);
	send_packet(load, true, VSOCK_OP_SHUTDOWN, 0, 1000);
	send_packet(load, false, VSOCK_OP_RST, 0, 100);
	load->connections++;
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static struct capture_origin origin = {.interface = "vsockmon0", .host = "load"};

static uint32_t points(void *context)
{
	(void)context;
	return 1;
}

static const struct capture_origin *describe(void *context, uint32_t point)
{
	(void)context;
	(void)point;
	return &origin;
}

static void sleep_until(uint64_t when)
{
	const struct timespec time = {.tv_sec = (time_t)(when / NANOSECONDS_PER_SECOND),
				      .tv_nsec = (long)(when % NANOSECONDS_PER_SECOND)};

	while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

/* False when a failure ended the pipeline. */
static bool play(struct load *load, uint64_t seconds, uint64_t rate)
{
	const uint64_t step = NANOSECONDS_PER_SECOND / STEPS;
	const uint64_t start = clock_now(CLOCK_REALTIME);
	const uint64_t end = start + seconds * NANOSECONDS_PER_SECOND;
	const uint64_t settled = start + VSOCK_FLOW_LINGER + 2 * NANOSECONDS_PER_SECOND;
	long before = 0;

	for (uint64_t next = start; next < end; next += step) {
		sleep_until(next);
		load->now = clock_now(CLOCK_REALTIME);
		for (uint64_t i = 0; i < rate / STEPS; i++)
			connect_once(load);
		pipeline_tick(&load->pipeline, load->now);
		if (pipeline_ended(&load->pipeline))
			return false;
		if (next < settled)
			before = peak_kib();
	}
	load->pipeline.end_known = true;
	load->pipeline.end = load->now;
	fprintf(stderr, "connections %" PRIu64 "\nmemory %ld KiB, then %ld KiB\n",
		load->connections, before, peak_kib());
	return true;
}

int main(int argc, char **argv)
{
	static struct load load;
	static struct settings settings = {.mode = &mode_records};
	const struct packet_source source = {
	    .live = true,
	    .complete = true,
	    .point = -1,
	    .points = points,
	    .describe = describe,
	};
	bool ok;

	if (argc < 4)
		return 2;
	settings.records.log = argv[1];
	settings.print.names = vsock_cid_names_new();
	if (!settings.print.names || !signals_install() ||
	    pipeline_open(&load.pipeline, &settings, &source) != EXIT_OK)
		return 1;
	ok = play(&load, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	return pipeline_close(&load.pipeline) == EXIT_OK && ok ? 0 : 1;
}
