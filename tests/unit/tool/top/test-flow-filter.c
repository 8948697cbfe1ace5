/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/top/flow-filter.c: which flows a filter shows that is typed while --top runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/talk.h"
#include "tool/top/flow-filter.h"

struct filtered {
	struct flow_filter filter;
	struct talk *talk;
	char error[PCAP_ERRBUF_SIZE];
};

static void begin(struct filtered *f)
{
	*f = (struct filtered){.talk = talk_new(0, false)};
}

static void end(struct filtered *f)
{
	flow_filter_free(&f->filter);
	talk_free(f->talk);
}

static bool set(struct filtered *f, const char *expression)
{
	return flow_filter_set(&f->filter, expression, NULL, f->error);
}

/* A packet that the filter sees. */
static const struct vsock_flow *send_seen(struct filtered *f, enum vsock_side side, uint16_t op,
					  uint32_t len)
{
	struct frame frame = talk_frame(f->talk, side, op, len, 0);
	struct capture_record record = {0};
	uint8_t bytes[FRAME_HEADERS];
	struct vsock_packet packet;
	struct seen seen = {.record = &record, .packet = &packet};

	talk_send_packet(f->talk, &frame, bytes, &packet);
	record.data = bytes;
	record.captured = FRAME_HEADERS;
	record.on_wire = FRAME_HEADERS + len;
	seen.event = f->talk->event;
	flow_filter_packet(&f->filter, &seen);
	return seen.event.flow;
}

static bool wants(struct filtered *f, const char *expression, const struct vsock_flow *flow)
{
	assert_true(set(f, expression));
	return flow_filter_wants(&f->filter, flow);
}

/* The flow of tests/unit/talk.h: 3:5000 to 2:22. */
static void old_flows_match_by_their_addresses(void **state)
{
	const struct vsock_flow *flow;
	struct filtered f;

	(void)state;
	begin(&f);
	send_seen(&f, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	flow = send_seen(&f, VSOCK_SERVER, VSOCK_OP_RESPONSE, 0);
	assert_true(wants(&f, "", flow));
	assert_true(wants(&f, "port 22", flow));
	assert_true(wants(&f, "src port 22", flow));
	assert_true(wants(&f, "cid 3 and dst port 22", flow));
	assert_true(wants(&f, "host:22", flow));
	assert_true(wants(&f, "op connect", flow));
	assert_false(wants(&f, "op disconnect", flow));
	assert_false(wants(&f, "port 23", flow));
	/* What packets had that are gone is not known. */
	assert_false(wants(&f, "op request", flow));
	assert_false(wants(&f, "len = 0", flow));
	assert_false(wants(&f, "not len = 5", flow));
	assert_false(wants(&f, "buf_alloc > 0", flow));
	end(&f);
}

static void a_packet_that_matches_shows_its_flow(void **state)
{
	const struct vsock_flow *flow;
	struct filtered f;

	(void)state;
	begin(&f);
	flow = send_seen(&f, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	assert_false(wants(&f, "len = 100", flow));
	flow = send_seen(&f, VSOCK_CLIENT, VSOCK_OP_RW, 100);
	assert_true(flow_filter_wants(&f.filter, flow));
	/* Another filter begins anew. */
	assert_false(wants(&f, "len = 101", flow));
	end(&f);
}

static void a_mistake_keeps_the_filter(void **state)
{
	const struct vsock_flow *flow;
	struct filtered f;

	(void)state;
	begin(&f);
	flow = send_seen(&f, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
	assert_true(set(&f, "port 23"));
	assert_false(set(&f, "port 22 and"));
	assert_non_null(strstr(f.error, "expected"));
	assert_false(flow_filter_wants(&f.filter, flow));
	assert_true(set(&f, "  "));
	assert_false(f.filter.on);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(old_flows_match_by_their_addresses),
	    cmocka_unit_test(a_packet_that_matches_shows_its_flow),
	    cmocka_unit_test(a_mistake_keeps_the_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
