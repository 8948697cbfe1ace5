/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers core/flow*.c, core/credit.c and core/packet-hash.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/flow-update.h"
#include "core/timeouts.h"
#include "tests/unit/frame.h"

#define MS UINT64_C(1000000)
#define S  UINT64_C(1000000000)

/* A table with a clock: packets come one millisecond apart. */
struct fixture {
	struct vsock_flow_table *table;
	uint64_t now;
	uint64_t number;
	unsigned left;          /* flows that left the table */
	struct vsock_flow last; /* the last of these */
};

static void note_leaving(void *context, const struct vsock_flow *flow)
{
	struct fixture *f = context;

	f->left++;
	f->last = *flow;
}

static struct fixture *fixture_new(uint32_t max_flows, bool keep_ended)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct vsock_flow_config config = {
	    .max_flows = max_flows,
	    .key = {1, 2, 3},
	    .keep_ended = keep_ended,
	    .on_leave = note_leaving,
	    .context = f,
	};

	assert_non_null(f);
	f->table = vsock_flow_table_new(&config);
	assert_non_null(f->table);
	f->now = 1000 * S;
	return f;
}

static void fixture_free(struct fixture *f)
{
	vsock_flow_table_free(f->table);
	free(f);
}

static struct vsock_flow_event send_frame(struct fixture *f, const struct frame *frame)
{
	uint8_t bytes[FRAME_HEADERS];
	struct vsock_flow_event event;
	struct vsock_packet p;

	frame_write(bytes, frame);
	assert_int_equal(vsock_decode(&p, bytes, sizeof(bytes), sizeof(bytes) + frame->len),
			 VSOCK_DECODED);
	f->now += MS;
	vsock_flow_update(f->table, &p, &(struct vsock_moment){.number = ++f->number, .ts = f->now},
			  &event);
	return event;
}

/* The client is 3:5000, the server 2:22, unless a test says otherwise. */
static struct vsock_flow_event client(struct fixture *f, uint16_t op, uint32_t flags)
{
	return send_frame(f, &(struct frame)FRAME(3, 2, 5000, 22, op, .flags = flags,
						  .len = op == VSOCK_OP_RW ? 10 : 0));
}

static struct vsock_flow_event server(struct fixture *f, uint16_t op, uint32_t flags)
{
	return send_frame(f, &(struct frame)FRAME(2, 3, 22, 5000, op, .flags = flags,
						  .len = op == VSOCK_OP_RW ? 100 : 0));
}

static void a_whole_life(void **state)
{
	struct fixture *f = fixture_new(0, true);
	struct vsock_flow_event e = client(f, VSOCK_OP_REQUEST, 0);
	const struct vsock_flow *flow = e.flow;

	(void)state;
	assert_non_null(flow);
	assert_true(e.facts & VSOCK_FACT_OPENED);
	assert_int_equal(e.sender, VSOCK_CLIENT);
	assert_int_equal(flow->state, VSOCK_FLOW_REQUESTED);
	assert_int_equal(flow->number, 0);
	assert_int_equal(flow->client_cid, 3);
	assert_int_equal(flow->client_port, 5000);
	assert_int_equal(flow->server_cid, 2);
	assert_int_equal(flow->server_port, 22);
	assert_int_equal(vsock_flow_handshake_ns(flow), -1);

	e = server(f, VSOCK_OP_RESPONSE, 0);
	assert_ptr_equal(e.flow, flow);
	assert_false(e.facts & VSOCK_FACT_OPENED);
	assert_int_equal(e.sender, VSOCK_SERVER);
	assert_int_equal(e.before, VSOCK_FLOW_REQUESTED);
	assert_int_equal(flow->state, VSOCK_FLOW_ESTABLISHED);
	assert_int_equal(vsock_flow_handshake_ns(flow), MS);

	client(f, VSOCK_OP_RW, 0);
	server(f, VSOCK_OP_RW, 0);
	server(f, VSOCK_OP_CREDIT_UPDATE, 0);
	assert_int_equal(flow->side[VSOCK_CLIENT].packets, 2);
	assert_int_equal(flow->side[VSOCK_CLIENT].bytes, 10);
	assert_int_equal(flow->side[VSOCK_SERVER].packets, 3);
	assert_int_equal(flow->side[VSOCK_SERVER].bytes, 100);

	client(f, VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_SEND);
	assert_int_equal(flow->state, VSOCK_FLOW_HALF_CLOSED);
	client(f, VSOCK_OP_SHUTDOWN, VSOCK_SHUTDOWN_RECEIVE);
	assert_int_equal(flow->state, VSOCK_FLOW_CLOSING);
	server(f, VSOCK_OP_RST, 0);
	assert_int_equal(flow->state, VSOCK_FLOW_CLOSED);
	assert_int_equal(flow->marks, 0);
	assert_int_equal(flow->first_ts, 1000 * S + MS);
	assert_int_equal(flow->last_ts, f->now);
	assert_int_equal(flow->state_ts, f->now);
	assert_int_equal(vsock_flow_table_count(f->table), 1);
	fixture_free(f);
}

/* What one packet after a prefix leads to. */
static void ends(void **state)
{
	static const struct {
		struct {
			enum vsock_side sender;
			uint16_t op, flags;
		} packets[6];
		enum vsock_flow_state end;
	} cases[] = {
	    {{{0, 1, 0}, {1, 3, 0}}, VSOCK_FLOW_REFUSED},
	    {{{0, 1, 0}, {0, 3, 0}}, VSOCK_FLOW_RESET},
	    {{{0, 1, 0}, {1, 2, 0}, {1, 3, 0}}, VSOCK_FLOW_RESET},
	    {{{0, 1, 0}, {1, 2, 0}, {0, 4, 2}, {0, 3, 0}}, VSOCK_FLOW_RESET},
	    {{{0, 1, 0}, {1, 2, 0}, {1, 4, 3}, {0, 3, 0}}, VSOCK_FLOW_CLOSED},
	    {{{0, 1, 0}, {1, 2, 0}, {1, 4, 3}, {1, 3, 0}}, VSOCK_FLOW_FORCED},
	    {{{0, 1, 0}, {1, 2, 0}, {1, 4, 3}, {0, 4, 3}, {1, 3, 0}}, VSOCK_FLOW_CLOSED},
	    {{{0, 1, 0}, {1, 2, 0}, {1, 4, 3}, {0, 4, 1}, {1, 5, 0}}, VSOCK_FLOW_CLOSING},
	    {{{0, 1, 0}, {1, 5, 0}}, VSOCK_FLOW_ESTABLISHED},
	    {{{0, 5, 0}, {1, 3, 0}}, VSOCK_FLOW_RESET},
	    {{{0, 1, 0}, {0, 1, 0}, {1, 3, 0}}, VSOCK_FLOW_REFUSED},
	    {{{0, 1, 0}, {0, 9, 0}, {1, 3, 0}}, VSOCK_FLOW_REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture *f = fixture_new(0, true);
		struct vsock_flow_event e = {0};

		for (int k = 0; cases[i].packets[k].op; k++)
			e = (cases[i].packets[k].sender == VSOCK_CLIENT ? client : server)(
			    f, cases[i].packets[k].op, cases[i].packets[k].flags);
		assert_non_null(e.flow);
		assert_int_equal(e.flow->state, cases[i].end);
		assert_int_equal(vsock_flow_table_count(f->table), 1);
		fixture_free(f);
	}
}

/*
 * connect() to CID 2 on a machine without a guest transport, as a real kernel shows it: the
 * RESPONSE comes from CID 1, data still go to CID 2, an RST may come from the alias itself.
 */
static void loopback_alias(void **state)
{
	struct fixture *f = fixture_new(0, true);
	struct frame to_alias = FRAME(1, 2, 5000, 22, VSOCK_OP_REQUEST);
	struct frame back = FRAME(1, 1, 22, 5000, VSOCK_OP_RESPONSE);
	struct frame alias_rst = FRAME(2, 1, 22, 5000, VSOCK_OP_RST);
	struct vsock_flow_event e = send_frame(f, &to_alias);
	const struct vsock_flow *flow = e.flow;

	(void)state;
	e = send_frame(f, &back);
	assert_ptr_equal(e.flow, flow);
	assert_int_equal(e.sender, VSOCK_SERVER);
	to_alias.op = VSOCK_OP_RW;
	to_alias.len = 7;
	e = send_frame(f, &to_alias);
	assert_ptr_equal(e.flow, flow);
	assert_int_equal(e.sender, VSOCK_CLIENT);
	to_alias.op = VSOCK_OP_SHUTDOWN;
	to_alias.len = 0;
	to_alias.flags = 3;
	send_frame(f, &to_alias);
	e = send_frame(f, &alias_rst);
	assert_ptr_equal(e.flow, flow);
	assert_int_equal(e.sender, VSOCK_SERVER);
	assert_int_equal(flow->state, VSOCK_FLOW_CLOSED);
	assert_int_equal(flow->server_cid, 2);
	assert_int_equal(vsock_flow_table_count(f->table), 1);
	fixture_free(f);
}

/* Other CIDs do not share flows, even if their ports are equal. */
static void cids_tell_flows_apart(void **state)
{
	struct fixture *f = fixture_new(0, true);

	(void)state;
	for (uint64_t cid = 3; cid < 10; cid++) {
		struct frame up = FRAME(cid, 2, 5000, 22, VSOCK_OP_REQUEST);
		struct frame down = FRAME(2, cid, 22, 5000, VSOCK_OP_RESPONSE);
		const struct vsock_flow *flow = send_frame(f, &up).flow;

		assert_int_equal(flow->number, cid - 3);
		assert_ptr_equal(send_frame(f, &down).flow, flow);
	}
	/* Upper bits of a CID: kernels drop the packet, so it has no flow. */
	assert_null(
	    send_frame(f, &(struct frame)FRAME(UINT64_C(1) << 32 | 3, 2, 5000, 22, VSOCK_OP_RW))
		.flow);
	fixture_free(f);
}

/* Equal ports on two CIDs: the CID tells the direction. */
static void equal_ports(void **state)
{
	struct fixture *f = fixture_new(0, true);
	struct frame up = FRAME(3, 2, 5000, 5000, VSOCK_OP_REQUEST);
	struct frame down = FRAME(2, 3, 5000, 5000, VSOCK_OP_RESPONSE);

	(void)state;
	send_frame(f, &up);
	assert_int_equal(send_frame(f, &down).sender, VSOCK_SERVER);
	up.op = VSOCK_OP_RW;
	assert_int_equal(send_frame(f, &up).sender, VSOCK_CLIENT);
	fixture_free(f);
}

static void a_start_that_was_not_seen(void **state)
{
	struct fixture *f = fixture_new(0, true);
	struct vsock_flow_event e = server(f, VSOCK_OP_RW, 0);

	(void)state;
	assert_int_equal(e.flow->client_port, 5000);
	assert_int_equal(e.sender, VSOCK_SERVER);
	assert_int_equal(e.flow->marks, VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_ROLES_GUESSED);
	assert_int_equal(e.flow->state, VSOCK_FLOW_ESTABLISHED);
	fixture_free(f);

	/* A RESPONSE shows which side is the client. */
	f = fixture_new(0, true);
	e = send_frame(f, &(struct frame)FRAME(2, 3, 9000, 22, VSOCK_OP_RESPONSE));
	assert_int_equal(e.flow->server_port, 9000);
	assert_int_equal(e.flow->marks, VSOCK_FLOW_MIDSTREAM);
	fixture_free(f);
}

/* The tap of old kernels may show the RESPONSE first. */
static void response_before_request(void **state)
{
	struct fixture *f = fixture_new(0, true);
	const struct vsock_flow *flow = server(f, VSOCK_OP_RESPONSE, 0).flow;
	struct vsock_flow_event e = client(f, VSOCK_OP_REQUEST, 0);

	(void)state;
	assert_ptr_equal(e.flow, flow);
	assert_int_equal(flow->state, VSOCK_FLOW_ESTABLISHED);
	assert_int_equal(flow->marks, VSOCK_FLOW_REORDERED);
	assert_int_equal(vsock_flow_handshake_ns(flow), -1);
	fixture_free(f);
}

static void a_new_epoch(void **state)
{
	struct fixture *f = fixture_new(0, true);
	const struct vsock_flow *first = client(f, VSOCK_OP_REQUEST, 0).flow;
	const struct vsock_flow *second;
	struct vsock_flow_event e;

	(void)state;
	server(f, VSOCK_OP_RESPONSE, 0);
	f->now += 2 * S;
	e = client(f, VSOCK_OP_REQUEST, 0);
	second = e.flow;
	assert_ptr_not_equal(first, second);
	assert_true(e.facts & VSOCK_FACT_OPENED);
	assert_int_equal(first->state, VSOCK_FLOW_SUPERSEDED);
	assert_int_equal(second->number, 1);
	assert_ptr_equal(server(f, VSOCK_OP_RESPONSE, 0).flow, second);
	assert_int_equal(vsock_flow_table_count(f->table), 2);
	fixture_free(f);
}

static void after_the_end(void **state)
{
	struct fixture *f = fixture_new(0, true);
	const struct vsock_flow *flow = client(f, VSOCK_OP_REQUEST, 0).flow;

	(void)state;
	server(f, VSOCK_OP_RST, 0);
	/* A second RST, or late data, is counted to its flow ... */
	assert_ptr_equal(server(f, VSOCK_OP_RST, 0).flow, flow);
	assert_ptr_equal(client(f, VSOCK_OP_RW, 0).flow, flow);
	assert_int_equal(flow->state, VSOCK_FLOW_REFUSED);
	/* ... for ten seconds. Then data begin a new flow, and an RST belongs to no flow. */
	f->now += VSOCK_FLOW_LINGER;
	assert_null(server(f, VSOCK_OP_RST, 0).flow);
	assert_true(client(f, VSOCK_OP_RW, 0).facts & VSOCK_FACT_OPENED);
	/* A REQUEST need not wait. */
	server(f, VSOCK_OP_RST, 0);
	assert_true(client(f, VSOCK_OP_REQUEST, 0).facts & VSOCK_FACT_OPENED);
	fixture_free(f);
}

static void no_flow(void **state)
{
	struct fixture *f = fixture_new(0, true);
	uint8_t bytes[FRAME_HEADERS];
	struct vsock_flow_event event;
	struct vsock_packet p;

	(void)state;
	assert_null(server(f, VSOCK_OP_RST, 0).flow);
	frame_write(bytes, &(struct frame)FRAME(3, 2, 1, 2, VSOCK_OP_REQUEST));
	for (size_t cut = 0; cut < FRAME_HEADERS; cut++) {
		vsock_decode(&p, bytes, cut, FRAME_HEADERS);
		vsock_flow_update(f->table, &p, &(struct vsock_moment){.number = 1, .ts = f->now},
				  &event);
		assert_null(event.flow);
	}
	assert_int_equal(vsock_flow_table_count(f->table), 0);
	fixture_free(f);
}

static void timed_out(void **state)
{
	struct fixture *f = fixture_new(0, true);
	const struct vsock_flow *flow = client(f, VSOCK_OP_REQUEST, 0).flow;

	(void)state;
	assert_int_equal(vsock_flow_state_at(flow, f->now), VSOCK_FLOW_REQUESTED);
	assert_int_equal(vsock_flow_state_at(flow, f->now + 2 * S), VSOCK_FLOW_REQUESTED);
	assert_int_equal(vsock_flow_state_at(flow, f->now + 2 * S + 1), VSOCK_FLOW_TIMED_OUT);
	assert_int_equal(vsock_flow_state_at(flow, 0), VSOCK_FLOW_REQUESTED);
	f->now += 3 * S;
	server(f, VSOCK_OP_RESPONSE, 0);
	assert_int_equal(vsock_flow_state_at(flow, f->now + 9 * S), VSOCK_FLOW_ESTABLISHED);
	fixture_free(f);
}

static struct vsock_flow_event from_port(struct fixture *f, uint32_t port, uint16_t op)
{
	return send_frame(f, &(struct frame)FRAME(3, 2, port, 22, op));
}

/* Flows that ended are removed first, then those that were silent longest. */
static void eviction(void **state)
{
	struct fixture *f = fixture_new(3, true);

	(void)state;
	from_port(f, 101, VSOCK_OP_RW);
	from_port(f, 102, VSOCK_OP_RW);
	from_port(f, 103, VSOCK_OP_RW);
	from_port(f, 103, VSOCK_OP_RST);
	from_port(f, 101, VSOCK_OP_RW);
	assert_int_equal(f->left, 0);
	from_port(f, 104, VSOCK_OP_RW);
	assert_int_equal(f->left, 1);
	assert_int_equal(f->last.client_port, 103);
	assert_int_equal(f->last.state, VSOCK_FLOW_RESET);
	from_port(f, 105, VSOCK_OP_RW);
	assert_int_equal(f->left, 2);
	assert_int_equal(f->last.client_port, 102);
	assert_int_equal(f->last.state, VSOCK_FLOW_EVICTED);
	assert_false(from_port(f, 101, VSOCK_OP_RW).facts & VSOCK_FACT_OPENED);
	assert_int_equal(vsock_flow_table_count(f->table), 3);
	assert_int_equal(vsock_flow_table_stats(f->table).opened, 5);
	assert_int_equal(vsock_flow_table_stats(f->table).evicted, 1);
	assert_int_equal(vsock_flow_table_stats(f->table).dropped, 1);
	fixture_free(f);
}

/* Without keep_ended the table forgets ended flows after the linger time. */
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool no_memory;

void *__wrap_calloc(size_t count, size_t size)
{
	return no_memory ? NULL : __real_calloc(count, size);
}

/* A packet of flow `port`, which opens it if need be. */
static void touch(struct fixture *f, uint32_t port)
{
	send_frame(f, &(struct frame)FRAME(3, 2, port, 22, VSOCK_OP_CREDIT_UPDATE));
}

/* The flow that leaves is the one that was silent longest, in whatever order packets came. */
static void check_eviction_order(bool memory)
{
	enum { FLOWS = 50 };
	struct fixture *f = fixture_new(FLOWS, true);
	uint64_t last[3 * FLOWS] = {0}; /* 0: not in the table */
	uint32_t random = 7;
	uint32_t next = 0;

	for (; next < FLOWS; next++) {
		touch(f, 1000 + next);
		last[next] = f->now;
	}
	no_memory = !memory;
	while (next < 3 * FLOWS) {
		uint32_t oldest = UINT32_MAX;

		for (unsigned i = 0; i < 200; i++) {
			uint32_t which;

			random = random * 1664525 + 1013904223;
			which = (random >> 8) % next;
			if (!last[which])
				continue;
			touch(f, 1000 + which);
			last[which] = f->now;
		}
		for (uint32_t i = 0; i < next; i++)
			if (last[i] && (oldest == UINT32_MAX || last[i] < last[oldest]))
				oldest = i;
		touch(f, 1000 + next);
		last[next++] = f->now;
		assert_int_equal(f->last.client_port, 1000 + oldest);
		last[oldest] = 0;
		assert_int_equal(f->left, next - FLOWS);
	}
	no_memory = false;
	fixture_free(f);
}

static void eviction_order(void **state)
{
	(void)state;
	check_eviction_order(true);
}

static void eviction_order_without_memory(void **state)
{
	(void)state;
	check_eviction_order(false);
}

static void forgetting(void **state)
{
	struct fixture *f = fixture_new(0, false);

	(void)state;
	for (uint32_t port = 1000; port < 1100; port++) {
		from_port(f, port, VSOCK_OP_REQUEST);
		from_port(f, port, VSOCK_OP_RST);
	}
	assert_int_equal(vsock_flow_table_count(f->table), 100);
	f->now += VSOCK_FLOW_LINGER;
	for (uint32_t port = 2000; port < 2060; port++)
		from_port(f, port, VSOCK_OP_REQUEST);
	assert_int_equal(vsock_flow_table_count(f->table), 60);
	assert_int_equal(f->left, 100);
	fixture_free(f);
}

static uint32_t random_next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* Each flow once, by its number. */
static void check_walk(const struct vsock_flow_table *table)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;
	uint32_t count = 0;
	uint64_t next = 0;

	assert_true(vsock_flow_walk(&walk, table));
	while ((flow = vsock_flow_walk_next(&walk))) {
		assert_true(flow->number >= next);
		next = flow->number + 1;
		count++;
	}
	vsock_flow_walk_end(&walk);
	assert_int_equal(count, vsock_flow_table_count(table));
}

/*
 * Many random packets of many flows in a small table: the count is always right, the list is in
 * order and complete, and each packet finds the flow of its addresses.
 */
static void random_traffic(void **state)
{
	enum { MAX = 700, PACKETS = 200000 };
	struct fixture *f = fixture_new(MAX, true);
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < PACKETS; i++) {
		uint32_t r = random_next(&seed);
		struct frame frame = FRAME(3 + r % 3, 2, 1000 + r / 3 % 700, 22, 1 + r / 2100 % 7,
					   .flags = r / 14700 % 4);
		struct vsock_flow_event e;

		if (random_next(&seed) % 2) {
			frame.src_cid = 2;
			frame.dst_cid = 3 + r % 3;
			frame.src_port = 22;
			frame.dst_port = 1000 + r / 3 % 700;
		}
		e = send_frame(f, &frame);
		if (!e.flow) {
			assert_int_equal(frame.op, VSOCK_OP_RST);
			continue;
		}
		if (e.sender == VSOCK_CLIENT) {
			assert_int_equal(e.flow->client_cid, frame.src_cid);
			assert_int_equal(e.flow->client_port, frame.src_port);
			assert_int_equal(e.flow->server_cid, frame.dst_cid);
		} else {
			assert_int_equal(e.flow->server_cid, frame.src_cid);
			assert_int_equal(e.flow->server_port, frame.src_port);
			assert_int_equal(e.flow->client_cid, frame.dst_cid);
		}
		if (i % 1000)
			continue;
		assert_true(vsock_flow_table_count(f->table) <= MAX);
		check_walk(f->table);
	}
	assert_int_equal(vsock_flow_table_stats(f->table).opened,
			 vsock_flow_table_count(f->table) + f->left);
	fixture_free(f);
}

/* If two flows have equal addresses and microseconds, the second one has a mark. */
static void same_start(void **state)
{
	struct fixture *f = fixture_new(0, true);
	struct vsock_flow_event e = client(f, VSOCK_OP_REQUEST, 0);
	uint64_t first = e.flow->number;

	(void)state;
	assert_false(e.flow->marks & VSOCK_FLOW_SAME_START);
	server(f, VSOCK_OP_RST, 0);
	f->now -= 2 * MS - 999;
	e = client(f, VSOCK_OP_REQUEST, 0);
	assert_int_not_equal(e.flow->number, first);
	assert_true(e.flow->marks & VSOCK_FLOW_SAME_START);
	server(f, VSOCK_OP_RST, 0);
	e = client(f, VSOCK_OP_REQUEST, 0);
	assert_false(e.flow->marks & VSOCK_FLOW_SAME_START);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_whole_life),
	    cmocka_unit_test(ends),
	    cmocka_unit_test(loopback_alias),
	    cmocka_unit_test(cids_tell_flows_apart),
	    cmocka_unit_test(equal_ports),
	    cmocka_unit_test(a_start_that_was_not_seen),
	    cmocka_unit_test(response_before_request),
	    cmocka_unit_test(a_new_epoch),
	    cmocka_unit_test(after_the_end),
	    cmocka_unit_test(no_flow),
	    cmocka_unit_test(timed_out),
	    cmocka_unit_test(same_start),
	    cmocka_unit_test(eviction),
	    cmocka_unit_test(eviction_order),
	    cmocka_unit_test(eviction_order_without_memory),
	    cmocka_unit_test(forgetting),
	    cmocka_unit_test(random_traffic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
