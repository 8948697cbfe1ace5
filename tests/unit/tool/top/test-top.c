/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top: what --top prints of a live capture, for people and programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/talk.h"
#include "tests/unit/text.h"
#include "tool/mode/mode.h"

struct live {
	const struct mode *mode;
	struct settings settings;
	struct session session;
	struct text text;
	struct talk *talk;
	unsigned told; /* findings that the mode has */
};

static struct capture_origin origin = {.interface = "vsockmon0"};

static uint32_t points(void *source)
{
	(void)source;
	return 1;
}

static const struct capture_origin *describe(void *source, uint32_t point)
{
	(void)source;
	(void)point;
	return &origin;
}

static void count_drops(void *context, struct capture_statistics *statistics)
{
	(void)context;
	statistics->kernel_drops = 7;
}

static void live_begin(struct live *live, const struct mode *mode, unsigned columns)
{
	setenv("TZ", "UTC", 1);
	*live = (struct live){.mode = mode, .talk = talk_new(0, false)};
	text_begin(&live->text);
	live->text.out.columns = columns;
	live->settings.print.names = vsock_cid_names_new();
	assert_true(live->settings.print.names);
	vsock_cid_names_add(live->settings.print.names, 3, "web");
	live->session = (struct session){
	    .settings = &live->settings,
	    .out = &live->text.out,
	    .analysis = live->talk->analysis,
	    .flows = vsock_analysis_flows(live->talk->analysis),
	    .statistics = count_drops,
	    .json = {.describe = describe, .count = points},
	};
	mode->begin(&live->session);
	assert_int_equal(live->session.failure, EXIT_OK);
}

static void live_free(struct live *live)
{
	live->mode->end(&live->session);
	json_context_free(&live->session.json);
	vsock_cid_names_free(live->settings.print.names);
	talk_free(live->talk);
}

/* What a timer found. */
static void tell_findings(struct live *live)
{
	for (; live->told < live->talk->count; live->told++)
		if (live->mode->finding)
			live->mode->finding(&live->session, &live->talk->findings[live->told]);
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
	if (live->session.packets++ == 0)
		live->session.first_ts = live->session.lowest_ts = record.ts;
	live->session.latest_ts = record.ts;
	seen.event = t->event;
	seen.findings = t->findings + live->told;
	seen.finding_count = t->count - live->told;
	live->told = t->count;
	live->mode->packet(&live->session, &seen);
}

static void tick(struct live *live, uint64_t now)
{
	vsock_analysis_tick(live->talk->analysis, now);
	tell_findings(live);
	live->mode->clock(&live->session, now);
}

/* A client fills the buffer of a server, and another is refused. */
static void make_trouble(struct live *live)
{
	tick(live, 1000 * S);
	send(live, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	send(live, VSOCK_SERVER, VSOCK_OP_RESPONSE, 0);
	for (int i = 0; i < 4; i++)
		send(live, VSOCK_CLIENT, VSOCK_OP_RW, 65536);
	send(live, VSOCK_SERVER, VSOCK_OP_RW, 100);
	live->talk->side[VSOCK_CLIENT].port = 5001;
	live->talk->side[VSOCK_SERVER].port = 23;
	send(live, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	send(live, VSOCK_SERVER, VSOCK_OP_RST, 0);
}

static void tables_come_with_the_time_and_end_with_the_causes(void **state)
{
	struct live live;

	(void)state;
	live_begin(&live, &mode_top, 0);
	make_trouble(&live);
	assert_string_equal(text_take(&live.text), "");
	assert_int_equal(live.mode->clock_due(&live.session), 1001 * S);
	tick(&live, 1001 * S);
	assert_string_equal(
	    text_take(&live.text),
	    "00:16:41  vsockmon0  1.00s  every 1.00s  by rate  drops 7\n"
	    "flows: 1 open  1 ended  1 refused  0 stalled  > 262 kB/s  < 100 bytes/s\n"
	    "   flow client        server          state          >/s    </s credit       age\n"
	    "      0 web           host:22         established 262.1K    100 >100% <1s  999ms\n"
	    "*     1 web           host:23         refused          0      0 -          ended\n"
	    "causes: 1\n"
	    "00:16:40 * host:23 refused 1 connection from web. Most likely no STREAM socket "
	    "listens on port 23, or its backlog is full. Ports of host that answered: 22. (flow "
	    "1)\n");
	/* The heading comes once. A flow that ended leaves. */
	tick(&live, 1008 * S);
	assert_string_equal(
	    text_take(&live.text),
	    "\n00:16:48  vsockmon0  8.00s  every 1.00s  by rate  drops 7\n"
	    "flows: 1 open  1 ended  1 refused  1 stalled  > 0 bytes/s  < 0 bytes/s\n"
	    "*     0 web           host:22         established      0      0 >100% 7s   8.00s\n"
	    "causes: 2\n"
	    "00:16:48 * web:5000 could not send for 7.99 s: the receive buffer of host:22 is full "
	    "because its program does not read. Look at what that program is doing. (flow 0)\n"
	    "00:16:40 * host:23 refused 1 connection from web. Most likely no STREAM socket "
	    "listens on port 23, or its backlog is full. Ports of host that answered: 22. (flow "
	    "1)\n");
	live.session.ended = true;
	live.mode->end(&live.session);
	assert_non_null(strstr(text_take(&live.text), "262 kB carried; captured 8"));
	live_free(&live);
}

/* A packet shows that an interval is over, too: a busy capture has no silence. */
static void a_packet_makes_a_table_due(void **state)
{
	struct live live;

	(void)state;
	live_begin(&live, &mode_top, 0);
	live.settings.print.time = TIME_NONE;
	make_trouble(&live);
	live.talk->now = 1001 * S;
	send(&live, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	assert_int_equal(strncmp(text_take(&live.text), "vsockmon0  1.00s  every", 23), 0);
	live_free(&live);
}

static void a_narrow_terminal_has_less(void **state)
{
	struct live live;
	const char *text;

	(void)state;
	live_begin(&live, &mode_top, 40);
	live.settings.print.quiet = true;
	make_trouble(&live);
	tick(&live, 1001 * S);
	text = text_take(&live.text);
	assert_non_null(strstr(text, "\n   flow client server    s    rate used\n"
				     "      0 web    host:22   e >262.1K >100%\n"
				     "      1 web    host:23   X      >0 -\n"));
	live_free(&live);
}

static void rows_are_limited(void **state)
{
	struct live live;
	const char *text;

	(void)state;
	live_begin(&live, &mode_top, 0);
	live.mode->end(&live.session);
	live.settings.flow.top_rows = 1;
	live.settings.flow.sort = FLOW_SORT_BYTES;
	live.mode->begin(&live.session);
	make_trouble(&live);
	tick(&live, 1001 * S);
	text = text_take(&live.text);
	assert_non_null(strstr(text, "  by bytes  "));
	assert_non_null(strstr(text, "\n  ... 1 more: --rows\n"));
	assert_null(strstr(text, " refused          0"));
	live_free(&live);
}

static void programs_get_an_object_for_each_row(void **state)
{
	static char expected[16384];
	struct live live;
	size_t length;
	FILE *file;

	(void)state;
	live_begin(&live, &mode_top_json, 0);
	make_trouble(&live);
	tick(&live, 1001 * S);
	file = fopen(TOP_EXPECTED, "r");
	assert_non_null(file);
	length = fread(expected, 1, sizeof(expected) - 1, file);
	fclose(file);
	expected[length] = '\0';
	assert_string_equal(text_take(&live.text), expected);
	live_free(&live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tables_come_with_the_time_and_end_with_the_causes),
	    cmocka_unit_test(a_packet_makes_a_table_due),
	    cmocka_unit_test(a_narrow_terminal_has_less),
	    cmocka_unit_test(rows_are_limited),
	    cmocka_unit_test(programs_get_an_object_for_each_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
