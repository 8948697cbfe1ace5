/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * player SCENE [SECONDS]: runs `vsockdump -i vsockmon0 --top` with made-up packets, so that the
 * screen can be tested on a machine without vsock. After so many seconds, or after a signal, it
 *ends like a capture. It prints its peak of memory at half time and at the end on standard error.
 *
 *	few	ten flows: some idle, some busy, one that stalls after a second, one refused
 *	many	10,000 new flows a second, which end at once, besides one that stalls
 *	lasting	100,000 flows that stay open
 *	calls	a flow with two calls, one of which is not answered
 *	hostile	flows of all kinds of numbers
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/common/time.h"
#include "tests/unit/frame.h"
#include "tool/message.h"
#include "tool/mode/mode.h"
#include "tool/run/pipeline.h"
#include "tool/run/wait.h"
#include "tool/signals.h"
#include "tool/terminal.h"

#define BUFFER 262144

/* Packets come at most so late, as in a real capture. */
#define LATE (90 * NANOSECONDS_PER_MILLISECOND)

#define STEP (20 * NANOSECONDS_PER_MILLISECOND)

struct player {
	struct pipeline pipeline;
	uint64_t now;
	uint64_t start;
	uint64_t number;
	uint32_t next_port;
	uint32_t sent; /* bytes of the busy flow */
	bool stalled;
	bool refused;
};

static void send_packet(struct player *p, const struct frame *frame)
{
	uint8_t bytes[FRAME_HEADERS];
	struct taken taken = {.matches = true};

	frame_write(bytes, frame);
	taken.record = (struct capture_record){
	    .ts = p->now,
	    .data = bytes,
	    .captured = FRAME_HEADERS,
	    .on_wire = FRAME_HEADERS + frame->len,
	    .number = ++p->number,
	};
	p->now += 1000;
	pipeline_packets(&p->pipeline, &taken, 1);
}

static void from_client(struct player *p, uint32_t cid, uint32_t port, uint32_t server, uint16_t op,
			uint32_t len)
{
	struct frame frame = FRAME(cid, 2, port, server, op, .len = len, .buf_alloc = BUFFER);

	if (op == VSOCK_OP_SHUTDOWN)
		frame.flags = VSOCK_SHUTDOWN_BOTH;
	send_packet(p, &frame);
}

static void from_server(struct player *p, uint32_t cid, uint32_t port, uint32_t server, uint16_t op,
			uint32_t fwd_cnt)
{
	struct frame frame =
	    FRAME(2, cid, server, port, op, .buf_alloc = BUFFER, .fwd_cnt = fwd_cnt);

	send_packet(p, &frame);
}

static void open_flow(struct player *p, uint32_t cid, uint32_t port, uint32_t server)
{
	from_client(p, cid, port, server, VSOCK_OP_REQUEST, 0);
	from_server(p, cid, port, server, VSOCK_OP_RESPONSE, 0);
}

/* The client fills the buffer of a server that does not read. */
static void stall(struct player *p)
{
	if (p->stalled || p->now < p->start + NANOSECONDS_PER_SECOND)
		return;
	p->stalled = true;
	open_flow(p, 3, 4000, 9000);
	for (int i = 0; i < 4; i++)
		from_client(p, 3, 4000, 9000, VSOCK_OP_RW, 65536);
	from_client(p, 3, 4000, 9000, VSOCK_OP_CREDIT_REQUEST, 0);
	from_server(p, 3, 4000, 9000, VSOCK_OP_CREDIT_UPDATE, 0);
}

static void refuse(struct player *p)
{
	if (p->refused)
		return;
	p->refused = true;
	from_client(p, 7, 4100, 5555, VSOCK_OP_REQUEST, 0);
	from_server(p, 7, 4100, 5555, VSOCK_OP_RST, 0);
}

static void keep_busy(struct player *p)
{
	from_client(p, 4, 4001, 10809, VSOCK_OP_RW, 50000);
	p->sent += 50000;
	from_server(p, 4, 4001, 10809, VSOCK_OP_CREDIT_UPDATE, p->sent);
}

static void play_few(struct player *p)
{
	if (p->number == 0) {
		open_flow(p, 4, 4001, 10809);
		for (uint32_t i = 0; i < 7; i++)
			open_flow(p, 5, 4002 + i, 1024 + i);
		refuse(p);
	}
	keep_busy(p);
	stall(p);
}

static void play_many(struct player *p)
{
	stall(p);
	for (int i = 0; i < 200; i++) {
		uint32_t port = 5000 + p->next_port++;

		open_flow(p, 8, port, 80);
		from_client(p, 8, port, 80, VSOCK_OP_RW, 100);
		from_client(p, 8, port, 80, VSOCK_OP_SHUTDOWN, 0);
		from_server(p, 8, port, 80, VSOCK_OP_RST, 100);
	}
}

static void play_lasting(struct player *p)
{
	if (p->number == 0)
		for (uint32_t i = 0; i < 100000; i++)
			open_flow(p, 3 + i % 50, 5000 + i, 80 + i % 7);
	for (uint32_t i = 0; i < 500; i++)
		from_client(p, 3 + i % 50, 5000 + i, 80 + i % 7, VSOCK_OP_RW, 1000);
	stall(p);
}

/* Data of an HTTP connection. `read`: what the sender has received. */
static void send_text(struct player *p, bool client, const char *text, uint32_t read)
{
	uint8_t bytes[FRAME_HEADERS + 128];
	uint32_t length = (uint32_t)strlen(text);
	struct frame frame =
	    FRAME(client ? 3 : 2, client ? 2 : 3, client ? 4000 : 80, client ? 80 : 4000,
		  VSOCK_OP_RW, .len = length, .buf_alloc = BUFFER, .fwd_cnt = read);
	struct taken taken = {.matches = true};

	frame_write(bytes, &frame);
	memcpy(bytes + FRAME_HEADERS, text, length);
	taken.record = (struct capture_record){
	    .ts = p->now,
	    .data = bytes,
	    .captured = FRAME_HEADERS + length,
	    .on_wire = FRAME_HEADERS + length,
	    .number = ++p->number,
	};
	p->now += 1000;
	pipeline_packets(&p->pipeline, &taken, 1);
}

static void play_calls(struct player *p)
{
	static const char first[] = "GET /fast HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

	if (p->number > 0)
		return;
	open_flow(p, 3, 4000, 80);
	send_text(p, true, first, 0);
	send_text(p, false, answer, sizeof(first) - 1);
	send_text(p, true, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", sizeof(answer) - 1);
}

static void play_hostile(struct player *p)
{
	for (uint32_t i = 0; i < 50; i++) {
		uint32_t cid = p->next_port * 2654435761u;
		struct frame frame = FRAME(cid, ~cid, cid ^ i, p->next_port, (uint16_t)(cid % 9),
					   .len = cid, .buf_alloc = ~cid, .fwd_cnt = cid >> 3);

		p->next_port++;
		send_packet(p, &frame);
	}
}

static const struct {
	const char *name;
	void (*play)(struct player *p);
} scenes[] = {
    {"few", play_few},     {"many", play_many},       {"lasting", play_lasting},
    {"calls", play_calls}, {"hostile", play_hostile},
};

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void wait_for_step(struct player *p, uint64_t next)
{
	while (!signals_stop() && clock_now(CLOCK_REALTIME) < next) {
		uint64_t left = next - clock_now(CLOCK_REALTIME);
		struct wait wait =
		    wait_for_input(&p->pipeline, -1, (int)(left / NANOSECONDS_PER_MILLISECOND) + 1);

		if (wait.signal)
			signals_acknowledge();
	}
}

static void statistics(void *context, struct capture_statistics *result)
{
	(void)context;
	result->kernel_drops = 0;
	result->interface_drops = 0;
}

static struct capture_origin origin = {.interface = "vsockmon0"};

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

static int play(struct player *p, const struct settings *settings, void (*scene)(struct player *),
		uint64_t seconds)
{
	struct packet_source source = {
	    .live = true,
	    .complete = true,
	    .point = -1,
	    .statistics = statistics,
	    .points = points,
	    .describe = describe,
	};
	uint64_t end;
	long half = 0;

	if (!signals_install() || pipeline_open(&p->pipeline, settings, &source) != EXIT_OK)
		return 1;
	p->start = clock_now(CLOCK_REALTIME);
	end = p->start + seconds * NANOSECONDS_PER_SECOND;
	for (uint64_t next = p->start; !signals_stop() && next < end; next += STEP) {
		wait_for_step(p, next);
		p->now = clock_now(CLOCK_REALTIME);
		scene(p);
		pipeline_tick(&p->pipeline, clock_now(CLOCK_REALTIME) - LATE);
		if (next < p->start + (end - p->start) / 2)
			half = peak_kib();
	}
	p->pipeline.end_known = true;
	p->pipeline.end = clock_now(CLOCK_REALTIME);
	if (pipeline_close(&p->pipeline) != EXIT_OK)
		return 1;
	notice("memory: %ld KiB at half time, %ld KiB at the end, %llu packets", half, peak_kib(),
	       (unsigned long long)p->number);
	return 0;
}

int main(int argc, char **argv)
{
	static struct player player;
	static struct settings settings = {.mode = &mode_top};
	uint64_t seconds = argc > 2 ? strtoull(argv[2], NULL, 10) : 3600;
	const char *interval = getenv("PLAYER_INTERVAL_MS");

	terminals_ask();
	settings.print.names = vsock_cid_names_new();
	if (!settings.print.names)
		return 1;
	vsock_cid_names_add(settings.print.names, 3, "web");
	vsock_cid_names_add(settings.print.names, 4, "db1");
	if (interval)
		settings.flow.interval = strtoull(interval, NULL, 10) * 1000000;
	for (size_t i = 0; argc > 1 && i < sizeof(scenes) / sizeof(scenes[0]); i++)
		if (strcmp(scenes[i].name, argv[1]) == 0)
			return play(&player, &settings, scenes[i].play, seconds);
	fprintf(stderr, "Usage: player few|many|lasting|calls|hostile [SECONDS]\n");
	return 2;
}
