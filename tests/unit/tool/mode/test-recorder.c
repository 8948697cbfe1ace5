/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/mode/recorder.c: which flows are recorded, and how many points a line has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tool/mode/recorder.h"

struct recording {
	struct recorder recorder;
	struct settings settings;
	struct session session;
	struct vsock_flow flow;
	uint64_t now;
};

static struct recording *recording_new(void)
{
	struct recording *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->session.settings = &r->settings;
	r->flow.side[VSOCK_SERVER].marks = VSOCK_SIDE_CREDIT_KNOWN;
	r->flow.side[VSOCK_SERVER].buf_alloc = 1000;
	r->flow.side[VSOCK_CLIENT].bytes = 1;
	return r;
}

static void recording_free(struct recording *r)
{
	recorder_free(&r->recorder);
	free(r);
}

/* A packet of this flow, which opens it or not; with or without a finding. */
static void packet(struct recording *r, uint64_t number, bool opens, bool finding)
{
	const struct vsock_packet packet = {.op = VSOCK_OP_RW, .fields = 255, .len = 1};
	const struct vsock_finding found = {.code = VSOCK_FINDING_RESET, .flow = number};
	struct seen seen = {.packet = &packet, .findings = &found, .finding_count = finding};

	r->flow.number = number;
	seen.event.flow = &r->flow;
	seen.event.facts = opens ? VSOCK_FACT_OPENED : 0;
	seen.event.moment.ts = ++r->now;
	recorder_packet(&r->recorder, &r->session, &seen);
}

static void the_silent_give_up_their_places(void **state)
{
	struct recording *r = recording_new();

	(void)state;
	for (uint64_t i = 0; i < RECORDS_MAX; i++)
		packet(r, i, true, false);
	packet(r, 0, false, false);
	packet(r, RECORDS_MAX, true, false);
	assert_non_null(recorder_find(&r->recorder, 0));
	assert_null(recorder_find(&r->recorder, 1));
	assert_non_null(recorder_find(&r->recorder, 2));
	assert_non_null(recorder_find(&r->recorder, RECORDS_MAX));
	/* Whoever lost the place gets none in the middle. */
	packet(r, 1, false, false);
	assert_null(recorder_find(&r->recorder, 1));
	/* One that has ended leaves before those that are older. */
	r->flow.state = VSOCK_FLOW_CLOSED;
	packet(r, RECORDS_MAX, false, false);
	r->flow.state = VSOCK_FLOW_ESTABLISHED;
	packet(r, 5000, true, false);
	assert_null(recorder_find(&r->recorder, RECORDS_MAX));
	assert_non_null(recorder_find(&r->recorder, 2));
	recording_free(r);
}

static void a_finding_keeps_the_place(void **state)
{
	struct recording *r = recording_new();
	unsigned found = 0;

	(void)state;
	for (uint64_t i = 0; i < 10; i++)
		packet(r, i, true, true);
	for (uint64_t i = 10; i < 20000; i++)
		packet(r, i, true, false);
	for (uint64_t i = 0; i < 10; i++)
		found += recorder_find(&r->recorder, i) != NULL;
	assert_int_equal(found, RECORDS_OF_CODE);
	assert_int_equal(r->recorder.kept, RECORDS_OF_CODE);
	recording_free(r);
}

/* Any number of packets makes a line of at most RECORD_POINTS, and the highest one stays. */
static void lines_keep_their_peak(void **state)
{
	struct recording *r = recording_new();
	const struct record_line *line;
	uint32_t highest = 0;

	(void)state;
	packet(r, 7, true, false);
	for (int32_t i = 0; i < 100000; i++) {
		r->flow.side[VSOCK_CLIENT].in_flight = i == 77777 ? 900 : i % 100;
		packet(r, 7, false, false);
	}
	line = &recorder_find(&r->recorder, 7)->lines[VSOCK_CLIENT];
	assert_true(line->count >= RECORD_POINTS / 2 && line->count <= RECORD_POINTS);
	for (uint32_t i = 0; i < line->count; i++) {
		assert_true(i == 0 || line->points[i].ts > line->points[i - 1].ts);
		if (line->points[i].in_flight > highest)
			highest = line->points[i].in_flight;
	}
	assert_int_equal(highest, 900);
	assert_true(recorder_find(&r->recorder, 7)->ladder.count >= 1 &&
		    recorder_find(&r->recorder, 7)->ladder.count <= RECORD_ROWS);
	recording_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_silent_give_up_their_places),
	    cmocka_unit_test(a_finding_keeps_the_place),
	    cmocka_unit_test(lines_keep_their_peak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
