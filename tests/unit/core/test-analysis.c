/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers core/analysis.c, core/check-*.c and core/finding-text.c.
 *
 * The shortest conversation that gives each finding, and similar ones that do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/finding-text.h"
#include "core/verdict.h"
#include "tests/unit/talk.h"

/* Sides and ops, as short as the conversations below need them. */
#define C  VSOCK_CLIENT
#define SV VSOCK_SERVER
enum {
	REQUEST = VSOCK_OP_REQUEST,
	RESPONSE = VSOCK_OP_RESPONSE,
	RST = VSOCK_OP_RST,
	SHUTDOWN = VSOCK_OP_SHUTDOWN,
	RW = VSOCK_OP_RW,
	UPDATE = VSOCK_OP_CREDIT_UPDATE,
	ASK = VSOCK_OP_CREDIT_REQUEST,
};

static void open_talk(struct talk *t)
{
	say(t, C, REQUEST, 0, 0);
	say(t, SV, RESPONSE, 0, 0);
}

/*
 * A healthy connection, so that the capture has shown each op. Otherwise a filter may have left out
 * the missing packets.
 */
static void healthy_before(struct talk *t)
{
	t->side[C].port--;
	open_talk(t);
	say(t, C, RW, 10, 0);
	t->side[SV].read += 10;
	say(t, SV, UPDATE, 0, 0);
	say(t, C, SHUTDOWN, 0, 3);
	say(t, SV, RST, 0, 0);
	t->side[SV].read = 0;
	t->side[C].port++;
}

/* Exactly one finding so far, and it is this one. */
static const struct vsock_finding *only(const struct talk *t, enum vsock_finding_code code,
					enum vsock_class class)
{
	assert_int_equal(t->count, 1);
	assert_string_equal(vsock_finding_name(t->findings[0].code), vsock_finding_name(code));
	assert_string_equal(vsock_class_name(t->findings[0].severity), vsock_class_name(class));
	return &t->findings[0];
}

static const struct vsock_finding *find(const struct talk *t, enum vsock_finding_code code)
{
	for (unsigned i = 0; i < t->count; i++)
		if (t->findings[i].code == code)
			return &t->findings[i];
	fail_msg("no %s", vsock_finding_name(code));
	return NULL;
}

static void none(const struct talk *t)
{
	if (t->count)
		fail_msg("unexpected: %s", vsock_finding_name(t->findings[0].code));
}

static void healthy(void **state)
{
	struct talk *t = talk_new(0, true);
	char history[VSOCK_FLOW_HISTORY_MAX];

	(void)state;
	open_talk(t);
	say(t, C, RW, 1000, 0);
	t->side[SV].read = 1000;
	say(t, SV, UPDATE, 0, 0);
	say(t, SV, RW, 5000, 0);
	t->side[C].read = 5000;
	say(t, C, SHUTDOWN, 0, 3);
	say(t, SV, RST, 0, 0);
	wait_for(t, 60 * S);
	none(t);
	vsock_flow_history(t->event.flow, history);
	assert_string_equal(history, "QpDcdFr");
	assert_int_equal(t->event.flow->side[SV].first_data_us, 4000);
	assert_int_equal(t->event.flow->side[SV].longest_gap_us, 2000);
	talk_free(t);
}

static void refused(void **state)
{
	struct talk *t = talk_new(0, false);
	const struct vsock_finding *f;
	char text[VSOCK_FINDING_TEXT_MAX];

	(void)state;
	say(t, C, REQUEST, 0, 0);
	say(t, SV, RST, 0, 0);
	f = only(t, VSOCK_FINDING_REFUSED, VSOCK_INFORMATION);
	assert_int_equal(f->flow, 0);
	assert_int_equal(f->packet_count, 2);
	assert_int_equal(f->packets[0], 1);
	assert_int_equal(f->packets[1], 2);
	vsock_finding_text(text, f, NULL, 0);
	assert_non_null(strstr(text, "host:22 refused 3:5000. "));
	vsock_finding_text(text, f, NULL, 1);
	assert_non_null(strstr(text, "2:22 refused 3:5000. "));
	talk_free(t);
}

static void connect_timeout(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	say(t, C, REQUEST, 0, 0);
	wait_for(t, 1900 * MS);
	none(t);
	wait_for(t, 200 * MS);
	only(t, VSOCK_FINDING_CONNECT_TIMEOUT, VSOCK_SUSPICIOUS);
	/* The client refuses a late RESPONSE with an RST: no other finding. */
	say(t, SV, RESPONSE, 0, 0);
	say(t, C, RST, 0, 0);
	assert_int_equal(t->count, 2);
	find(t, VSOCK_FINDING_SLOW_HANDSHAKE);
	talk_free(t);
}

/* The clock of a file is that of its packets, whatever flow they belong to. */
static void packets_move_the_clock(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	say(t, C, REQUEST, 0, 0);
	t->now += 3 * S;
	t->side[C].port = 6000;
	say(t, C, REQUEST, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_CONNECT_TIMEOUT, VSOCK_SUSPICIOUS)->flow, 1);
	talk_free(t);
}

/* A file that ends says nothing about what comes later, even if other files continue. */
static void a_point_ends(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	say(t, C, REQUEST, 0, 0);
	vsock_analysis_point_end(t->analysis, 0, t->now);
	wait_for(t, 3 * S);
	none(t);
	vsock_analysis_end(t->analysis, true, t->now);
	none(t);
	/* Another file of this point. Nobody answers there either. */
	vsock_analysis_point_end(t->analysis, 0, 0);
	vsock_analysis_end(t->analysis, true, t->now);
	only(t, VSOCK_FINDING_CONNECT_TIMEOUT, VSOCK_SUSPICIOUS);
	talk_free(t);
}

/* One lost RESPONSE does not make a capture of one direction. */
static void one_odd_flow_hides_no_timeout(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	say(t, C, REQUEST, 0, 0);
	say(t, C, RW, 10, 0);
	t->side[C].port = 6000;
	say(t, C, REQUEST, 0, 0);
	wait_for(t, 3 * S);
	only(t, VSOCK_FINDING_CONNECT_TIMEOUT, VSOCK_SUSPICIOUS);
	talk_free(t);
}

/* If the servers' side of most flows is missing, so is the answer to a REQUEST. */
static void one_direction_hides_answers(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	for (int i = 0; i < 2; i++) {
		t->side[C].port++;
		say(t, C, REQUEST, 0, 0);
		say(t, C, RW, 10, 0);
	}
	t->side[C].port++;
	say(t, C, REQUEST, 0, 0);
	wait_for(t, 3 * S);
	vsock_analysis_end(t->analysis, true, t->now);
	none(t);
	talk_free(t);
}

/* Nothing but REQUESTs: a silent server if the client waited each time; otherwise unknown. */
static void only_requests(void **state)
{
	(void)state;
	for (int hasty = 0; hasty <= 1; hasty++) {
		struct talk *t = talk_new(0, false);

		for (int i = 0; i < 2; i++) {
			say(t, C, REQUEST, 0, 0);
			wait_for(t, hasty ? 500 * MS : 3 * S);
			t->side[C].port++;
		}
		wait_for(t, 3 * S);
		none(t);
		vsock_analysis_end(t->analysis, true, t->now);
		assert_int_equal(t->count, hasty ? 0 : 2);
		assert_int_equal(vsock_analysis_withheld(t->analysis),
				 hasty ? 1u << RESPONSE | 1u << RST : 0);
		talk_free(t);
	}
}

static void bad_handshake(void **state)
{
	(void)state;
	for (int lossless = 0; lossless <= 1; lossless++) {
		struct talk *t = talk_new(0, lossless);

		say(t, C, REQUEST, 0, 0);
		say(t, SV, RW, 10, 0);
		/* A filter may hide the RESPONSE, until it comes. */
		if (!lossless)
			none(t);
		say(t, SV, RESPONSE, 0, 0);
		only(t, VSOCK_FINDING_BAD_HANDSHAKE, lossless ? VSOCK_CERTAIN : VSOCK_SUSPICIOUS);
		talk_free(t);
	}
}

static void superseded(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	open_talk(t);
	t->now += 2 * S;
	say(t, C, REQUEST, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_SUPERSEDED, VSOCK_SUSPICIOUS)->flow, 2);
	talk_free(t);

	/* Linux 6.7 and later reuse addresses as soon as they are closing. */
	t = talk_new(0, false);
	healthy_before(t);
	open_talk(t);
	say(t, C, SHUTDOWN, 0, 3);
	t->now += 2 * S;
	say(t, C, REQUEST, 0, 0);
	only(t, VSOCK_FINDING_SUPERSEDED, VSOCK_INFORMATION);
	talk_free(t);
}

/* Fills the server's buffer. No two packets in a row are alike: those look like repetitions. */
static void fill(struct talk *t)
{
	static const uint32_t lens[] = {65536, 65535, 65536, 65535, 2};

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		say(t, C, RW, lens[i], 0);
}

static void stall(void **state)
{
	static const struct {
		uint32_t client_buf;
		uint16_t then; /* an op the client sends while it waits */
		uint32_t shutdown;
		enum vsock_culprit culprit;
	} cases[] = {
	    {262144, 0, 0, VSOCK_CULPRIT_READER},
	    {262144, ASK, 0, VSOCK_CULPRIT_UNANSWERED},
	    {262144, 0, VSOCK_SHUTDOWN_RECEIVE, VSOCK_CULPRIT_NEVER},
	    {131072, 0, 0, VSOCK_CULPRIT_SENDER_CAP},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk *t = talk_new(0, false);
		const struct vsock_finding *f;

		t->side[C].buf_alloc = cases[i].client_buf;
		open_talk(t);
		if (cases[i].shutdown)
			say(t, SV, SHUTDOWN, 0, cases[i].shutdown);
		if (cases[i].client_buf == 131072) {
			say(t, C, RW, 65536, 0);
			say(t, C, RW, 65536, 0);
		} else {
			fill(t);
		}
		if (cases[i].then)
			say(t, C, cases[i].then, 0, 0);
		wait_for(t, 900 * MS);
		wait_for(t, 200 * MS);
		f = find(t, VSOCK_FINDING_CREDIT_STALL);
		assert_int_equal(f->severity, cases[i].culprit == VSOCK_CULPRIT_UNANSWERED
						  ? VSOCK_SUSPICIOUS
						  : VSOCK_INFORMATION);
		assert_int_equal(f->about, C);
		assert_int_equal(f->detail, cases[i].culprit);
		assert_true(f->amount >= 1000000 && f->amount < 1200000);
		talk_free(t);
	}
}

static void short_stalls_are_no_news(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	open_talk(t);
	for (int round = 1; round < 10; round++) {
		fill(t);
		wait_for(t, 500 * MS);
		t->side[SV].read += 262144;
		say(t, SV, UPDATE, 0, 0);
		assert_int_equal(t->event.facts, VSOCK_FACT_STALL_ENDED);
		assert_int_equal(t->event.stalled_us, 501000);
	}
	none(t);
	assert_int_equal(t->event.flow->stalls[C].blocked_us, 9 * 501000);
	assert_int_equal(t->event.flow->stalls[C].longest_us, 501000);
	talk_free(t);
}

static void silent_after_the_window_opened(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	open_talk(t);
	fill(t);
	/* No tick while it lasts, as in a file: the packet that ends the stall also reports it. */
	t->now += 3 * S;
	t->side[SV].read = 262144;
	say(t, SV, UPDATE, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_CREDIT_STALL, VSOCK_INFORMATION)->detail,
			 VSOCK_CULPRIT_READER);
	wait_for(t, 1100 * MS);
	assert_int_equal(t->count, 2);
	assert_int_equal(find(t, VSOCK_FINDING_SENDER_SILENT)->about, C);
	talk_free(t);

	/* It continues, or says that it is done. */
	for (int done = 0; done <= 1; done++) {
		t = talk_new(0, false);
		open_talk(t);
		fill(t);
		t->now += 3 * S;
		t->side[SV].read = 262144;
		say(t, SV, UPDATE, 0, 0);
		say(t, C, done ? SHUTDOWN : RW, done ? 0 : 10, done ? VSOCK_SHUTDOWN_SEND : 0);
		wait_for(t, 10 * S);
		assert_int_equal(t->count, 1);
		talk_free(t);
	}
}

static void credit_request_unanswered(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	open_talk(t);
	say(t, C, ASK, 0, 0);
	wait_for(t, 1100 * MS);
	only(t, VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED, VSOCK_SUSPICIOUS);
	talk_free(t);

	t = talk_new(0, false);
	open_talk(t);
	say(t, C, ASK, 0, 0);
	say(t, SV, UPDATE, 0, 0);
	wait_for(t, 10 * S);
	none(t);
	talk_free(t);
}

/*
 * Too much in flight is reported when the receiver's next packet, 10 ms later, does not excuse it.
 */
static void credit_violation(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	open_talk(t);
	fill(t);
	say(t, C, RW, 10, 0);
	assert_true(t->event.facts & VSOCK_FACT_OVER);
	none(t);
	t->now += 20 * MS;
	t->side[SV].read = 5;
	say(t, SV, UPDATE, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_CREDIT_VIOLATION, VSOCK_CERTAIN)->amount, 262149);
	talk_free(t);

	/* The acknowledgement was captured late, or one before it was lost. */
	t = talk_new(0, false);
	open_talk(t);
	fill(t);
	say(t, C, RW, 10, 0);
	t->side[SV].read = 65536;
	t->now += 20 * MS;
	say(t, SV, UPDATE, 0, 0);
	none(t);
	talk_free(t);
}

/* Taps of old kernels deliver a packet again while a guest cannot queue it. */
static void repetitions(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	open_talk(t);
	say(t, C, RW, 200000, 0);
	say(t, C, RW, 62144, 0);
	for (int i = 0; i < 10; i++) {
		say(t, C, RW, 62144, 0);
		assert_true(t->event.facts & VSOCK_FACT_REPETITION);
		assert_null(vsock_event_segment(&t->event));
	}
	assert_int_equal(t->event.flow->side[C].bytes, 262144);
	assert_int_equal(t->event.flow->side[C].packets, 13);
	t->now += 20 * MS;
	say(t, SV, UPDATE, 0, 0);
	assert_int_equal(t->count, 1); /* the RW above 64 KiB */
	find(t, VSOCK_FINDING_HUGE_RW);
	talk_free(t);

	/* While there is credit, equal packets are no repetitions but a file of zeros. */
	t = talk_new(0, false);
	open_talk(t);
	for (int i = 0; i < 4; i++)
		say(t, C, RW, 65536, 0);
	assert_int_equal(t->event.flow->side[C].bytes, 262144);
	none(t);
	talk_free(t);
}

static void acknowledged_but_not_captured(void **state)
{
	(void)state;
	for (int lossless = 0; lossless <= 1; lossless++) {
		struct talk *t = talk_new(0, lossless);

		open_talk(t);
		say(t, C, RW, 100, 0);
		t->side[SV].read = 150;
		say(t, SV, UPDATE, 0, 0);
		none(t);
		t->now += 20 * MS;
		say(t, SV, UPDATE, 0, 0);
		assert_int_equal(only(t, VSOCK_FINDING_FWD_CNT_AHEAD,
				      lossless ? VSOCK_CERTAIN : VSOCK_SUSPICIOUS)
				     ->amount,
				 50);
		/* After this the flow's counts are lower bounds. */
		t->side[SV].read = 1000;
		say(t, SV, UPDATE, 0, 0);
		t->now += 20 * MS;
		say(t, SV, UPDATE, 0, 0);
		assert_int_equal(t->count, 1);
		talk_free(t);
	}
}

/* A guest's tap may show the data after its acknowledgement. */
static void acknowledged_just_before_captured(void **state)
{
	struct talk *t = talk_new(0, true);

	(void)state;
	open_talk(t);
	t->side[SV].read = 100;
	say(t, SV, UPDATE, 0, 0);
	say(t, C, RW, 100, 0);
	t->now += 20 * MS;
	say(t, SV, UPDATE, 0, 0);
	none(t);
	assert_int_equal(t->event.flow->side[C].in_flight, 0);
	talk_free(t);
}

static void fwd_cnt_wraps(void **state)
{
	struct talk *t = talk_new(0, true);

	(void)state;
	say(t, C, RW, 100, 0); /* the capture began during the flow */
	t->side[SV].read = 0xffffff00;
	say(t, SV, UPDATE, 0, 0);
	for (int i = 0; i < 100; i++) {
		say(t, C, RW, 1000, 0);
		t->side[SV].read += 1000;
		say(t, SV, UPDATE, 0, 0);
	}
	none(t);
	/*
	 * Bytes that were sent before the first fwd_cnt may be part of it, so the lowest number
	 * counts.
	 */
	assert_int_equal(t->event.flow->side[C].in_flight, 0);
	talk_free(t);
}

static void fwd_cnt_backwards(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	open_talk(t);
	say(t, C, RW, 1000, 0);
	t->side[SV].read = 1000;
	say(t, SV, UPDATE, 0, 0);
	t->side[SV].read = 900;
	say(t, SV, UPDATE, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_FWD_CNT_BACKWARDS, VSOCK_CERTAIN)->amount, 100);
	talk_free(t);

	/* From 0, after a pause, it may be a new connection whose start was lost. */
	t = talk_new(0, false);
	open_talk(t);
	say(t, C, RW, 1000, 0);
	t->side[SV].read = 1000;
	say(t, SV, UPDATE, 0, 0);
	t->now += 5 * S;
	t->side[SV].read = 0;
	say(t, SV, UPDATE, 0, 0);
	only(t, VSOCK_FINDING_FWD_CNT_BACKWARDS, VSOCK_SUSPICIOUS);
	talk_free(t);
}

static void fwd_cnt_on_start(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	say(t, C, REQUEST, 0, 0);
	t->side[SV].read = 77;
	say(t, SV, RESPONSE, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_FWD_CNT_ON_START, VSOCK_CERTAIN)->amount, 77);
	talk_free(t);
}

static void buffers(void **state)
{
	struct talk *t = talk_new(0, false);
	const struct vsock_finding *f;
	char text[VSOCK_FINDING_TEXT_MAX];

	(void)state;
	open_talk(t);
	t->side[SV].buf_alloc = 4096;
	say(t, SV, UPDATE, 0, 0);
	f = only(t, VSOCK_FINDING_BUFFER_SHRANK, VSOCK_INFORMATION);
	assert_int_equal(f->amount, 262144);
	assert_int_equal(f->buffer, 4096);
	vsock_finding_text(text, f, NULL, 1);
	assert_non_null(strstr(text, "from 262144 bytes to 4096 bytes."));
	talk_free(t);

	t = talk_new(0, false);
	t->side[SV].buf_alloc = 0;
	open_talk(t);
	only(t, VSOCK_FINDING_BUFFER_ZERO, VSOCK_SUSPICIOUS);
	talk_free(t);
}

static void resets(void **state)
{
	struct talk *t = talk_new(0, false);
	const struct vsock_finding *f;
	struct frame rst;

	(void)state;
	healthy_before(t);
	open_talk(t);
	say(t, C, RW, 100, 0);
	say(t, SV, RST, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_RESET, VSOCK_SUSPICIOUS)->amount, 100);
	talk_free(t);

	/* No socket sent it, so it has no credit. */
	t = talk_new(0, false);
	healthy_before(t);
	open_talk(t);
	say(t, C, RW, 100, 0);
	rst = talk_frame(t, SV, RST, 0, 0);
	rst.buf_alloc = 0;
	talk_send(t, &rst);
	only(t, VSOCK_FINDING_HALF_OPEN, VSOCK_SUSPICIOUS);
	talk_free(t);

	/* Many small packets: by bytes there is room. */
	t = talk_new(0, false);
	healthy_before(t);
	open_talk(t);
	for (int i = 0; i < 460; i++)
		say(t, C, RW, 1, 0);
	say(t, SV, RST, 0, 0);
	f = only(t, VSOCK_FINDING_OVERFLOW_RESET, VSOCK_SUSPICIOUS);
	assert_int_equal(f->amount, 460);
	assert_int_equal(f->detail, VSOCK_OVERFLOW_PACKETS);
	talk_free(t);

	/* A buffer that shrank: few packets, too many bytes. */
	t = talk_new(0, false);
	healthy_before(t);
	open_talk(t);
	say(t, C, RW, 65536, 0);
	t->side[SV].buf_alloc = 4096;
	say(t, SV, UPDATE, 0, 0);
	say(t, SV, RST, 0, 0);
	f = find(t, VSOCK_FINDING_OVERFLOW_RESET);
	assert_int_equal(f->amount, 1);
	assert_int_equal(f->detail, VSOCK_OVERFLOW_BYTES);
	talk_free(t);
}

/*
 * In a capture without any SHUTDOWN, a filter may have left them out. The bytes that the sender of
 * the RST had not read are lost all the same. Otherwise a SHUTDOWN that comes later in the capture
 * decides.
 */
static void resets_without_shutdown(void **state)
{
	(void)state;
	for (int read = 0; read <= 1; read++) {
		struct talk *t = talk_new(0, false);

		open_talk(t);
		say(t, C, RW, 100, 0);
		t->side[SV].read = read ? 100 : 40;
		say(t, SV, RST, 0, 0);
		assert_int_equal(vsock_flow_verdict(t->event.flow), VSOCK_UNJUDGED);
		if (read)
			none(t);
		else
			assert_int_equal(
			    only(t, VSOCK_FINDING_UNREAD_DATA, VSOCK_INFORMATION)->amount, 60);
		t->side[SV].read = 0;
		t->side[C].port = 6000;
		healthy_before(t);
		vsock_analysis_end(t->analysis, false, 0);
		assert_int_equal(find(t, VSOCK_FINDING_RESET)->severity, VSOCK_SUSPICIOUS);
		talk_free(t);
	}
}

/* A capture that was merged from two has each packet twice. Its flows may have begun before it. */
static void copies_of_a_flow_in_its_middle(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	say(t, C, RW, 10, 0);
	say(t, SV, UPDATE, 0, 0);
	t->side[SV].read = 10;
	say(t, SV, UPDATE, 0, 0);
	say(t, C, SHUTDOWN, 0, 3);
	none(t);
	/* The copies. */
	say(t, C, RW, 10, 0);
	t->side[SV].read = 0;
	say(t, SV, UPDATE, 0, 0);
	none(t);
	assert_int_equal(vsock_flow_verdict(t->event.flow), VSOCK_UNJUDGED);
	talk_free(t);
}

/* RSTs of both sides end a connection whose SHUTDOWN was left out, too: it is not healthy. */
static void resets_by_both_sides(void **state)
{
	(void)state;
	for (int shown = 0; shown <= 1; shown++) {
		struct talk *t = talk_new(0, false);
		const struct vsock_flow *flow;

		open_talk(t);
		say(t, C, RW, 10, 0);
		t->side[SV].read = 10;
		say(t, SV, RST, 0, 0);
		say(t, C, RST, 0, 0);
		flow = t->event.flow;
		t->side[SV].read = 0;
		t->side[C].port = 6000;
		if (shown)
			healthy_before(t);
		vsock_analysis_end(t->analysis, false, 0);
		assert_int_equal(t->count, shown);
		assert_int_equal(vsock_flow_verdict(flow),
				 shown ? VSOCK_UNHEALTHY : VSOCK_UNJUDGED);
		talk_free(t);
	}
}

/* An equal REQUEST soon after the first may be its copy. After a close it is a new connection. */
static void the_same_ports_again(void **state)
{
	(void)state;
	for (int closed = 0; closed <= 1; closed++) {
		struct talk *t = talk_new(0, false);

		open_talk(t);
		if (closed)
			say(t, C, SHUTDOWN, 0, 3);
		wait_for(t, 300 * MS);
		open_talk(t);
		assert_int_equal(t->event.flow->number, closed);
		assert_int_equal(t->event.flow->marks & VSOCK_FLOW_TWICE,
				 closed ? 0 : VSOCK_FLOW_TWICE);
		talk_free(t);
	}
}

static void a_guest_forgets_everything(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	for (uint32_t port = 5000; port < 5005; port++) {
		t->side[C].port = port;
		open_talk(t);
	}
	for (uint32_t port = 5000; port < 5005; port++) {
		struct frame rst;

		t->side[C].port = port;
		t->now += 20 * MS;
		say(t, SV, RW, 10, 0);
		rst = talk_frame(t, C, RST, 0, 0);
		rst.buf_alloc = 0;
		talk_send(t, &rst);
	}
	assert_int_equal(t->count, 6);
	assert_int_equal(find(t, VSOCK_FINDING_GUEST_RESET)->severity, VSOCK_INFORMATION);
	talk_free(t);
}

static void unread_data(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	open_talk(t);
	say(t, C, RW, 100, 0);
	t->side[SV].read = 40;
	say(t, SV, SHUTDOWN, 0, 3);
	say(t, C, RST, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_UNREAD_DATA, VSOCK_SUSPICIOUS)->amount, 60);
	talk_free(t);
}

static void forced_close(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	healthy_before(t);
	open_talk(t);
	say(t, C, SHUTDOWN, 0, 3);
	t->now += 8 * S;
	say(t, C, RST, 0, 0);
	only(t, VSOCK_FINDING_FORCED_CLOSE, VSOCK_INFORMATION);
	talk_free(t);

	t = talk_new(0, false);
	healthy_before(t);
	open_talk(t);
	say(t, C, SHUTDOWN, 0, 3);
	wait_for(t, 9 * S);
	none(t);
	wait_for(t, 2 * S);
	only(t, VSOCK_FINDING_CLOSE_UNANSWERED, VSOCK_SUSPICIOUS);
	talk_free(t);
}

static void data_after_shutdown(void **state)
{
	struct talk *t = talk_new(0, true);

	(void)state;
	open_talk(t);
	say(t, C, SHUTDOWN, 0, VSOCK_SHUTDOWN_SEND);
	say(t, C, RW, 10, 0);
	only(t, VSOCK_FINDING_DATA_AFTER_SHUTDOWN, VSOCK_CERTAIN);
	talk_free(t);

	/* Another namespace of the local machine may have a connection of the same addresses. */
	t = talk_new(0, false);
	t->side[C].cid = t->side[SV].cid = VSOCK_CID_LOCAL;
	open_talk(t);
	say(t, SV, RW, 10, 0);
	t->side[C].read = 10;
	say(t, C, SHUTDOWN, 0, VSOCK_SHUTDOWN_SEND);
	say(t, C, RW, 10, 0);
	only(t, VSOCK_FINDING_DATA_AFTER_SHUTDOWN, VSOCK_SUSPICIOUS);
	talk_free(t);

	t = talk_new(0, false);
	open_talk(t);
	say(t, SV, SHUTDOWN, 0, VSOCK_SHUTDOWN_RECEIVE);
	say(t, C, RW, 10, 0);
	only(t, VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN, VSOCK_INFORMATION);
	talk_free(t);

	t = talk_new(0, false);
	open_talk(t);
	say(t, SV, SHUTDOWN, 0, 3);
	say(t, C, RST, 0, 0);
	say(t, SV, RW, 10, 0);
	none(t);
	t->now += 2 * S;
	say(t, SV, RW, 10, 0);
	only(t, VSOCK_FINDING_DATA_AFTER_END, VSOCK_SUSPICIOUS);
	talk_free(t);
}

static void messages(void **state)
{
	struct talk *t = talk_new(0, true);

	(void)state;
	t->type = VSOCK_TYPE_SEQPACKET;
	t->side[SV].buf_alloc = 5000;
	open_talk(t);
	say(t, C, RW, 4000, 0);
	none(t);
	t->side[SV].read = 4000;
	say(t, SV, UPDATE, 0, 0);
	say(t, C, RW, 1001, 0);
	only(t, VSOCK_FINDING_MESSAGE_TOO_BIG, VSOCK_CERTAIN);
	talk_free(t);

	t = talk_new(0, false);
	t->type = VSOCK_TYPE_SEQPACKET;
	open_talk(t);
	say(t, C, RW, 100, VSOCK_RW_EOM);
	say(t, C, RW, 100, 0);
	t->side[SV].read = 200;
	say(t, C, SHUTDOWN, 0, 3);
	say(t, SV, RST, 0, 0);
	assert_int_equal(only(t, VSOCK_FINDING_MESSAGE_CUT, VSOCK_SUSPICIOUS)->amount, 100);
	talk_free(t);
}

static void single_packets(void **state)
{
	static const struct {
		uint16_t op, type;
		uint32_t len, flags;
		enum vsock_finding_code code;
		enum vsock_class class;
	} cases[] = {
	    {0, 1, 0, 0, VSOCK_FINDING_INVALID_OP, VSOCK_CERTAIN},
	    {8, 1, 9, 0, VSOCK_FINDING_INVALID_OP, VSOCK_CERTAIN},
	    {UPDATE, 1, 9, 0, VSOCK_FINDING_CONTROL_WITH_PAYLOAD, VSOCK_SUSPICIOUS},
	    {RW, 1, 0, 0, VSOCK_FINDING_EMPTY_RW, VSOCK_SUSPICIOUS},
	    {RW, 1, 65537, 0, VSOCK_FINDING_HUGE_RW, VSOCK_SUSPICIOUS},
	    {RW, 1, 9, 1, VSOCK_FINDING_BAD_RW_FLAGS, VSOCK_SUSPICIOUS},
	    {SHUTDOWN, 1, 0, 0, VSOCK_FINDING_BAD_SHUTDOWN_FLAGS, VSOCK_SUSPICIOUS},
	    {SHUTDOWN, 1, 0, 4, VSOCK_FINDING_BAD_SHUTDOWN_FLAGS, VSOCK_SUSPICIOUS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk *t = talk_new(0, false);

		open_talk(t);
		for (int twice = 0; twice < 2; twice++)
			say(t, C, cases[i].op, cases[i].len, cases[i].flags);
		only(t, cases[i].code, cases[i].class);
		talk_free(t);
	}
}

static void packets_of_no_flow(void **state)
{
	struct talk *t = talk_new(0, false);
	struct frame f;

	(void)state;
	f = talk_frame(t, C, RW, 10, 0);
	f.src_cid |= UINT64_C(1) << 32;
	for (int i = 0; i < 100; i++)
		talk_send(t, &f);
	/* Once a second at most. */
	assert_true(only(t, VSOCK_FINDING_BAD_CID, VSOCK_CERTAIN)->flow == VSOCK_NO_FLOW);
	t->now += S;
	talk_send(t, &f);
	assert_int_equal(t->count, 2);
	talk_free(t);

	t = talk_new(0, false);
	t->type = 7;
	say(t, C, REQUEST, 0, 0);
	only(t, VSOCK_FINDING_UNKNOWN_TYPE, VSOCK_SUSPICIOUS);
	talk_free(t);

	t = talk_new(0, false);
	open_talk(t);
	t->type = VSOCK_TYPE_SEQPACKET;
	t->side[C].read = 1;
	say(t, C, RW, 10, VSOCK_RW_EOM);
	find(t, VSOCK_FINDING_TYPE_CHANGE);
	talk_free(t);
}

static void rst_storm(void **state)
{
	struct talk *t = talk_new(0, false);

	(void)state;
	for (int i = 0; i < 200; i++) {
		t->now -= MS / 2;
		say(t, C, RST, 0, 0);
	}
	only(t, VSOCK_FINDING_RST_STORM, VSOCK_SUSPICIOUS);
	talk_free(t);
}

/* A flood of connections. Half of them end. The table keeps its size, and nothing is certain.
 */
static void a_million_flows(void **state)
{
	enum { CAP = 10000 };
	struct talk *t = talk_new(CAP, false);

	(void)state;
	for (uint32_t i = 0; i < 1000000; i++) {
		t->now -= MS - 10 * US;
		t->side[C].port = i;
		say(t, C, i % 3 ? REQUEST : RW, i % 3 ? 0 : 10, 0);
		if (i % 2)
			say(t, SV, RST, 0, 0);
	}
	assert_int_equal(vsock_flow_table_count(vsock_analysis_flows(t->analysis)), CAP);
	for (unsigned i = 0; i < t->count && i < TALK_FINDINGS; i++)
		assert_int_not_equal(t->findings[i].severity, VSOCK_CERTAIN);
	talk_free(t);
}

/* No hostile number makes a text overflow, and each code has a different name. */
static void names_and_texts(void **state)
{
	char text[VSOCK_FINDING_TEXT_MAX];

	(void)state;
	for (int code = 1; code < VSOCK_FINDING_CODES; code++) {
		for (int other = 1; other < code; other++)
			assert_string_not_equal(vsock_finding_name(code),
						vsock_finding_name(other));
		for (int detail = 0; detail <= VSOCK_CULPRITS; detail++) {
			struct vsock_finding f = {.code = (uint8_t)code,
						  .detail = (uint8_t)detail,
						  .amount = UINT64_MAX,
						  .client_cid = UINT32_MAX,
						  .client_port = UINT32_MAX,
						  .server_cid = 4000000000,
						  .server_port = UINT32_MAX};
			size_t length = vsock_finding_text(text, &f, NULL, 0);

			assert_int_equal(length, strlen(text));
			assert_true(length > 20 && length < VSOCK_FINDING_TEXT_MAX - 1);
			assert_null(strchr(text, '%'));
			assert_non_null(strchr(".?", text[length - 1]));
		}
	}
	assert_null(vsock_finding_name(0));
	assert_null(vsock_finding_name(VSOCK_FINDING_CODES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(healthy),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(connect_timeout),
	    cmocka_unit_test(a_point_ends),
	    cmocka_unit_test(packets_move_the_clock),
	    cmocka_unit_test(one_odd_flow_hides_no_timeout),
	    cmocka_unit_test(one_direction_hides_answers),
	    cmocka_unit_test(only_requests),
	    cmocka_unit_test(bad_handshake),
	    cmocka_unit_test(superseded),
	    cmocka_unit_test(stall),
	    cmocka_unit_test(short_stalls_are_no_news),
	    cmocka_unit_test(silent_after_the_window_opened),
	    cmocka_unit_test(credit_request_unanswered),
	    cmocka_unit_test(credit_violation),
	    cmocka_unit_test(repetitions),
	    cmocka_unit_test(acknowledged_but_not_captured),
	    cmocka_unit_test(acknowledged_just_before_captured),
	    cmocka_unit_test(fwd_cnt_wraps),
	    cmocka_unit_test(fwd_cnt_backwards),
	    cmocka_unit_test(fwd_cnt_on_start),
	    cmocka_unit_test(buffers),
	    cmocka_unit_test(resets),
	    cmocka_unit_test(resets_without_shutdown),
	    cmocka_unit_test(copies_of_a_flow_in_its_middle),
	    cmocka_unit_test(resets_by_both_sides),
	    cmocka_unit_test(the_same_ports_again),
	    cmocka_unit_test(a_guest_forgets_everything),
	    cmocka_unit_test(unread_data),
	    cmocka_unit_test(forced_close),
	    cmocka_unit_test(data_after_shutdown),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(single_packets),
	    cmocka_unit_test(packets_of_no_flow),
	    cmocka_unit_test(rst_storm),
	    cmocka_unit_test(a_million_flows),
	    cmocka_unit_test(names_and_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
