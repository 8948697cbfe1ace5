/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/stats/passing.c: a live capture shows each interval once, when it is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/talk.h"
#include "tool/stats/passing.h"

#define SHOWN_MAX 16

static struct shown_interval shown[SHOWN_MAX];
static unsigned shown_count;
static uint64_t drops;

static void show(struct session *session, const struct shown_interval *interval)
{
	(void)session;
	assert_true(shown_count < SHOWN_MAX);
	shown[shown_count++] = *interval;
}

static void count_drops(void *context, struct capture_statistics *statistics)
{
	(void)context;
	statistics->kernel_drops = drops;
}

struct live {
	struct settings settings;
	struct session session;
	struct stats stats;
	struct output out;
	char room[256];
	struct talk *talk;
};

static void live_begin(struct live *live)
{
	*live = (struct live){0};
	live->talk = talk_new(0, false);
	output_memory(&live->out, live->room, sizeof(live->room));
	live->session = (struct session){
	    .settings = &live->settings,
	    .out = &live->out,
	    .analysis = live->talk->analysis,
	    .flows = vsock_analysis_flows(live->talk->analysis),
	    .statistics = count_drops,
	};
	stats_begin(&live->stats, true, 0);
	shown_count = 0;
	drops = 0;
}

static void live_free(struct live *live)
{
	stats_free(&live->stats);
	talk_free(live->talk);
}

/* A packet, as the mode gets it. */
static void send(struct live *live, enum vsock_side side, uint16_t op, uint32_t len)
{
	struct talk *t = live->talk;
	struct vsock_packet packet;
	uint8_t bytes[FRAME_HEADERS];
	struct frame frame = talk_frame(t, side, op, len, 0);
	struct capture_record record = {.ts = t->now + MS};
	struct seen seen = {.record = &record, .packet = &packet};

	talk_send_packet(t, &frame, bytes, &packet);
	seen.event = t->event;
	passing_packet(&live->session, &live->stats, &seen, show);
	stats_packet(&live->stats, &seen);
}

static void tick(struct live *live, uint64_t now)
{
	passing_clock(&live->session, &live->stats, now, show);
}

static void each_interval_is_shown_when_it_is_over(void **state)
{
	struct live live;

	(void)state;
	live_begin(&live);
	tick(&live, 1000 * S);
	send(&live, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	send(&live, VSOCK_SERVER, VSOCK_OP_RESPONSE, 0);
	send(&live, VSOCK_CLIENT, VSOCK_OP_RW, 100);
	tick(&live, 1000 * S + 999 * MS);
	assert_int_equal(shown_count, 0);
	assert_int_equal(passing_due(&live.stats), 1001 * S);
	drops = 7;
	tick(&live, 1001 * S);
	assert_int_equal(shown_count, 1);
	assert_int_equal(shown[0].sum.start, 1000 * S);
	assert_int_equal(shown[0].sum.packets, 3);
	assert_int_equal(shown[0].sum.bytes[VSOCK_CLIENT], 100);
	assert_int_equal(shown[0].sum.open, 1);
	assert_int_equal(shown[0].dropped, 7);
	tick(&live, 1001 * S + 5);
	assert_int_equal(shown_count, 1);
	/* The next drops are counted from there. Later intervals without a packet are one. */
	drops = 9;
	tick(&live, 1005 * S + 5);
	assert_int_equal(shown_count, 3);
	assert_int_equal(shown[1].sum.start, 1001 * S);
	assert_int_equal(shown[1].dropped, 2);
	assert_int_equal(shown[1].sum.open, 1);
	assert_int_equal(shown[2].sum.start, 1002 * S);
	assert_int_equal(shown[2].count, 3);
	/* A clock that is set back shows nothing twice. */
	tick(&live, 900 * S);
	assert_int_equal(shown_count, 3);
	live_free(&live);
}

/* The packet before it comes late, and counts now. */
static void a_late_packet_counts_now(void **state)
{
	struct live live;

	(void)state;
	live_begin(&live);
	tick(&live, 1001 * S);
	send(&live, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	assert_int_equal(shown_count, 0);
	tick(&live, 1002 * S);
	assert_int_equal(shown_count, 1);
	assert_int_equal(shown[0].sum.start, 1001 * S);
	assert_int_equal(shown[0].sum.packets, 1);
	live_free(&live);
}

/* Each interval has its part of a stall while it lasts, and the last one the rest. */
static void a_stall_is_shown_while_it_lasts(void **state)
{
	struct live live;
	uint64_t sum = 0;
	uint64_t began;

	(void)state;
	live_begin(&live);
	tick(&live, 1000 * S);
	send(&live, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	send(&live, VSOCK_SERVER, VSOCK_OP_RESPONSE, 0);
	for (int i = 0; i < 4; i++)
		send(&live, VSOCK_CLIENT, VSOCK_OP_RW, 65536);
	began = live.talk->now;
	tick(&live, 1001 * S);
	assert_int_equal(shown[0].stall_us, (1001 * S - began) / 1000);
	tick(&live, 1002 * S);
	assert_int_equal(shown[1].stall_us, 1000000);
	assert_int_equal(shown[1].sum.packets, 0);
	/* No tick until the packet that ends it. */
	live.talk->now = 1003 * S + 400 * MS;
	live.talk->side[VSOCK_SERVER].read = 262144;
	send(&live, VSOCK_SERVER, VSOCK_OP_CREDIT_UPDATE, 0);
	assert_int_equal(shown[2].stall_us, 1000000);
	tick(&live, 1004 * S);
	assert_int_equal(shown[3].stall_us, 401000);
	for (unsigned i = 0; i < shown_count; i++)
		sum += shown[i].stall_us;
	assert_int_equal(sum, (1003 * S + 401 * MS - began) / 1000);
	live_free(&live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_interval_is_shown_when_it_is_over),
	    cmocka_unit_test(a_late_packet_counts_now),
	    cmocka_unit_test(a_stall_is_shown_while_it_lasts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
