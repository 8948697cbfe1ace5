/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/print/packet-line.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/frame.h"
#include "tests/unit/text.h"
#include "tool/print/packet-line.h"

/* A frame and how to show it. */
struct fixture {
	struct print_settings settings;
	struct address_cache cache;
	struct vsock_flow flow;
	uint8_t bytes[256];
	uint32_t captured;
	uint32_t on_wire;
	struct text text;
};

static void begin(struct fixture *f, const struct frame *frame, uint32_t payload)
{
	memset(f, 0, sizeof(*f));
	frame_write(f->bytes, frame);
	f->captured = f->on_wire = FRAME_HEADERS + payload;
}

static const char *line(struct fixture *f)
{
	struct capture_record record = {
	    .data = f->bytes, .captured = f->captured, .on_wire = f->on_wire};
	struct vsock_packet packet;
	struct seen seen = {.record = &record, .packet = &packet};

	vsock_decode(&packet, f->bytes, f->captured, f->on_wire);
	if (f->flow.number > 0)
		seen.event.flow = &f->flow;
	text_begin(&f->text);
	packet_line_print(&f->text.out, &f->settings, &f->cache, &seen);
	return text_take(&f->text);
}

static void usual_packets(void **state)
{
	struct frame request = FRAME(3, 2, 49152, 22, VSOCK_OP_REQUEST, .buf_alloc = 262144);
	struct frame rw = FRAME(1, 1, 1234, 3438433386, VSOCK_OP_RW, .len = 100);
	struct frame credit = FRAME(0, 7, 1, 2, VSOCK_OP_CREDIT_REQUEST);
	struct fixture f;

	(void)state;
	begin(&f, &request, 0);
	assert_string_equal(line(&f), "3:49152 > host:22 REQUEST\n");
	begin(&f, &rw, 100);
	assert_string_equal(line(&f), "local:1234 > local:3438433386 RW, length 100\n");
	begin(&f, &credit, 0);
	assert_string_equal(line(&f), "hypervisor:1 > 7:2 CREDIT_REQUEST\n");
}

static void numbers_instead_of_names(void **state)
{
	struct frame frame = FRAME(1, 2, 3, 4, VSOCK_OP_RST);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 0);
	f.settings.numbers = true;
	assert_string_equal(line(&f), "1:3 > 2:4 RST\n");
}

static void names_of_the_user(void **state)
{
	struct frame frame = FRAME(3, 2, 5, 6, VSOCK_OP_RESPONSE);
	struct vsock_cid_names *names = vsock_cid_names_new();
	struct fixture f;

	(void)state;
	assert_non_null(names);
	assert_int_equal(vsock_cid_names_add(names, 3, "web-1"), VSOCK_CID_NAMES_OK);
	begin(&f, &frame, 0);
	f.settings.names = names;
	assert_string_equal(line(&f), "web-1:5 > host:6 RESPONSE\n");
	vsock_cid_names_free(names);
}

static void flags_and_types(void **state)
{
	struct frame frame = FRAME(3, 4, 1, 2, VSOCK_OP_SHUTDOWN, .flags = 3);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 0);
	assert_string_equal(line(&f), "3:1 > 4:2 SHUTDOWN [RECEIVE|SEND]\n");
	frame.flags = 0;
	begin(&f, &frame, 0);
	assert_string_equal(line(&f), "3:1 > 4:2 SHUTDOWN [0] [shuts nothing down]\n");

	frame.op = VSOCK_OP_RW;
	frame.type = VSOCK_TYPE_SEQPACKET;
	frame.len = 10;
	begin(&f, &frame, 10);
	assert_string_equal(line(&f), "3:1 > 4:2 RW, SEQPACKET, length 10\n");
	frame.flags = VSOCK_RW_EOM | VSOCK_RW_EOR;
	begin(&f, &frame, 10);
	assert_string_equal(line(&f), "3:1 > 4:2 RW [EOM|EOR], SEQPACKET, length 10\n");

	f.settings.quiet = true;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 10\n");
}

static void unknown_numbers(void **state)
{
	struct frame frame = FRAME(3, 4, 1, 2, 9);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 0);
	frame.type = 7;
	begin(&f, &frame, 0);
	assert_string_equal(
	    line(&f), "3:1 > 4:2 OP 9, TYPE 7 [unknown monitor op] [unknown op] [unknown type]\n");
	f.settings.quiet = true;
	assert_string_equal(line(&f), "3:1 > 4:2 OP 9\n");
}

static void upper_bits_of_a_cid(void **state)
{
	struct frame frame = FRAME(UINT64_C(0x700000003), 2, 1, 2, VSOCK_OP_REQUEST);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 0);
	assert_string_equal(line(&f), "0x700000003:1 > host:2 REQUEST [upper bits of a CID set]\n");
}

static void more_at_each_level(void **state)
{
	struct frame frame =
	    FRAME(3, 4, 1, 2, VSOCK_OP_RW, .len = 100, .buf_alloc = 65536, .fwd_cnt = 12);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 150);
	f.flow.number = 8;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 100\n");
	f.settings.verbose = 1;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 100, buf_alloc 65536, fwd_cnt 12\n");
	f.settings.verbose = 2;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 100, buf_alloc 65536, fwd_cnt 12, "
				      "flow 8 [150 bytes captured]\n");
	f.settings.verbose = 3;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 100, buf_alloc 65536, fwd_cnt 12, "
				      "flow 8, monitor PAYLOAD, transport VIRTIO, transport header "
				      "44, frame 226 [150 bytes captured]\n");
}

static void headers_that_disagree(void **state)
{
	struct frame frame = FRAME(3, 4, 1, 2, VSOCK_OP_RST);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 0);
	put_le(f.bytes + VSOCK_MON_SRC_PORT, 99, 4);
	assert_string_equal(line(&f), "3:99 > 4:2 RST [headers disagree on addresses]\n");
	f.settings.verbose = 3;
	assert_string_equal(line(&f), "3:99 > 4:2 RST, buf_alloc 0, fwd_cnt 0, "
				      "monitor DISCONNECT, inner 3:1 > 4:2, transport VIRTIO, "
				      "transport header 44, frame 76 "
				      "[headers disagree on addresses]\n");
}

static void cut_payload(void **state)
{
	struct frame frame = FRAME(3, 4, 1, 2, VSOCK_OP_RW, .len = 3732);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 64);
	f.on_wire = FRAME_HEADERS + 3732;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 3732\n");
	f.settings.payload = PAYLOAD_HEX;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 3732 [64 of 3732 bytes captured]\n");
	f.settings.payload = PAYLOAD_NONE;
	f.settings.verbose = 1;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 3732, buf_alloc 0, fwd_cnt 0 "
				      "[64 of 3732 bytes captured]\n");
	f.settings.verbose = 0;
	f.on_wire = f.captured;
	assert_string_equal(line(&f), "3:1 > 4:2 RW, length 3732 [payload shorter than length]\n");
}

static void cut_headers(void **state)
{
	static const struct {
		uint32_t captured;
		const char *line;
	} cases[] = {
	    {0, "?:? > ?:? [|vsock]\n"},
	    {8, "3:? > ?:? [|vsock]\n"},
	    {16, "3:? > 4:? [|vsock]\n"},
	    {20, "3:1 > 4:? [|vsock]\n"},
	    {24, "3:1 > 4:2 [|vsock]\n"},
	    {26, "3:1 > 4:2 PAYLOAD [|vsock]\n"},
	    {32, "3:1 > 4:2 PAYLOAD [|vsock]\n"},
	    {60, "3:1 > 4:2 PAYLOAD, length 50 [|vsock]\n"},
	    {64, "3:1 > 4:2 RW, length 50 [|vsock]\n"},
	    {75, "3:1 > 4:2 RW, length 50 [|vsock]\n"},
	    {76, "3:1 > 4:2 RW, length 50\n"},
	};
	struct frame frame = FRAME(3, 4, 1, 2, VSOCK_OP_RW, .len = 50);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 50);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f.captured = cases[i].captured;
		assert_string_equal(line(&f), cases[i].line);
	}
}

static void malformed_frames(void **state)
{
	struct frame frame = FRAME(3, 4, 1, 2, VSOCK_OP_REQUEST);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 0);
	f.captured = f.on_wire = 40;
	assert_string_equal(line(&f), "3:1 > 4:2 CONNECT [malformed: frame of 40 bytes]\n");
	begin(&f, &frame, 0);
	put_le(f.bytes + VSOCK_MON_LEN, 12, 2);
	assert_string_equal(line(&f),
			    "3:1 > 4:2 CONNECT [malformed: transport header of 12 bytes]\n");
}

static void frames_without_virtio_header(void **state)
{
	struct frame frame = FRAME(3, 4, 1, 2, VSOCK_OP_RW);
	struct fixture f;

	(void)state;
	begin(&f, &frame, 10);
	put_le(f.bytes + VSOCK_MON_TRANSPORT, VSOCK_TRANSPORT_NO_INFO, 2);
	assert_string_equal(line(&f), "3:1 > 4:2 PAYLOAD, transport NO_INFO, length 10\n");
	put_le(f.bytes + VSOCK_MON_TRANSPORT, 9, 2);
	put_le(f.bytes + VSOCK_MON_OP, 8, 2);
	assert_string_equal(line(&f), "3:1 > 4:2 MONITOR OP 8, transport 9, length 10 "
				      "[unknown monitor op] [unknown transport]\n");
}

static void color_is_on_the_op_and_on_what_is_odd(void **state)
{
	struct frame frame = FRAME(3, 4, 1, 2, VSOCK_OP_RST, .flags = 1);
	struct vsock_packet packet;
	struct capture_record record = {.on_wire = FRAME_HEADERS};
	struct seen seen = {.record = &record};
	struct print_settings settings = {.quiet = false};
	struct address_cache cache = {0};
	struct vsock_finding finding = {.severity = VSOCK_SUSPICIOUS};
	struct vsock_flow flow = {.number = 0};
	uint8_t bytes[FRAME_HEADERS];
	struct text text;

	(void)state;
	frame_write(bytes, &frame);
	vsock_decode(&packet, bytes, sizeof(bytes), sizeof(bytes));
	seen.packet = &packet;
	text_begin(&text);
	text.out.color = true;
	packet_line_print(&text.out, &settings, &cache, &seen);
	assert_string_equal(text_take(&text), "3:1 > 4:2 \033[38;5;98mRST\033[0m [0x1] "
					      "[\033[38;5;163mundefined flags\033[0m]\n");

	/* Red if it is bad. */
	seen.event.flow = &flow;
	flow.state = VSOCK_FLOW_REFUSED;
	packet_line_print(&text.out, &settings, &cache, &seen);
	assert_non_null(strstr(text_take(&text), "\033[1;38;5;131mRST\033[0m"));
	seen.event.facts = VSOCK_FACT_AFTER_FLOW_END;
	packet_line_print(&text.out, &settings, &cache, &seen);
	assert_non_null(strstr(text_take(&text), "\033[38;5;98mRST\033[0m"));
	flow.state = VSOCK_FLOW_CLOSED;
	seen.event.facts = 0;
	packet_line_print(&text.out, &settings, &cache, &seen);
	assert_non_null(strstr(text_take(&text), "\033[38;5;98mRST\033[0m"));
	seen.findings = &finding;
	seen.finding_count = 1;
	packet_line_print(&text.out, &settings, &cache, &seen);
	assert_non_null(strstr(text_take(&text), "\033[1;38;5;131mRST\033[0m"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(usual_packets),
	    cmocka_unit_test(numbers_instead_of_names),
	    cmocka_unit_test(names_of_the_user),
	    cmocka_unit_test(flags_and_types),
	    cmocka_unit_test(unknown_numbers),
	    cmocka_unit_test(upper_bits_of_a_cid),
	    cmocka_unit_test(more_at_each_level),
	    cmocka_unit_test(headers_that_disagree),
	    cmocka_unit_test(cut_payload),
	    cmocka_unit_test(cut_headers),
	    cmocka_unit_test(malformed_frames),
	    cmocka_unit_test(frames_without_virtio_header),
	    cmocka_unit_test(color_is_on_the_op_and_on_what_is_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
