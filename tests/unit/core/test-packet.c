/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers core/packet.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/packet.h"
#include "tests/unit/frame.h"

static const struct frame rw = {
    .src_cid = 3,
    .dst_cid = 2,
    .src_port = 0x89abcdef,
    .dst_port = 22,
    .op = VSOCK_OP_RW,
    .type = VSOCK_TYPE_STREAM,
    .len = 5,
    .buf_alloc = 262144,
    .fwd_cnt = 0xfffffff0,
};

/*
 * Decodes a copy that ends exactly where the capture ends, on the heap, so that the sanitizer
 * sees any byte read beyond it.
 */
static enum vsock_result decode(struct vsock_packet *p, const uint8_t *bytes, size_t captured,
				size_t on_wire)
{
	uint8_t *copy = malloc(captured ? captured : 1);
	enum vsock_result result;

	assert_non_null(copy);
	memcpy(copy, bytes, captured);
	result = vsock_decode(p, captured ? copy : NULL, captured, on_wire);
	if (p->payload)
		p->payload = bytes + (p->payload - copy);
	free(copy);
	return result;
}

static void whole_frame(void **state)
{
	uint8_t bytes[FRAME_HEADERS + 5] = {0};
	struct vsock_packet p;

	(void)state;
	frame_write(bytes, &rw);
	assert_int_equal(decode(&p, bytes, sizeof(bytes), sizeof(bytes)), VSOCK_DECODED);
	assert_true(vsock_has_virtio(&p));
	assert_int_equal(p.src_cid, 3);
	assert_int_equal(p.dst_cid, 2);
	assert_int_equal(p.src_port, 0x89abcdef);
	assert_int_equal(p.dst_port, 22);
	assert_int_equal(p.monitor_op, VSOCK_MONITOR_PAYLOAD);
	assert_int_equal(p.transport, VSOCK_TRANSPORT_VIRTIO);
	assert_int_equal(p.transport_len, 44);
	assert_int_equal(p.inner_src_cid, 3);
	assert_int_equal(p.inner_dst_cid, 2);
	assert_int_equal(p.inner_src_port, 0x89abcdef);
	assert_int_equal(p.inner_dst_port, 22);
	assert_int_equal(p.type, VSOCK_TYPE_STREAM);
	assert_int_equal(p.op, VSOCK_OP_RW);
	assert_int_equal(p.flags, 0);
	assert_int_equal(p.len, 5);
	assert_int_equal(p.buf_alloc, 262144);
	assert_int_equal(p.fwd_cnt, 0xfffffff0);
	assert_ptr_equal(p.payload, bytes + FRAME_HEADERS);
	assert_int_equal(p.captured, 5);
	assert_int_equal(p.on_wire, 5);
	assert_int_equal(p.odd, 0);
}

/* Every cut leaves a prefix of the fields, each with its own value, and never a wrong one. */
static void cut_at_each_byte(void **state)
{
	static const size_t ends[] = {8,  16, 20, 24, 26, 28, 30, 40, 48,
				      52, 56, 60, 62, 64, 68, 72, 76};
	uint8_t bytes[FRAME_HEADERS + 5];

	(void)state;
	memset(bytes, 0xee, sizeof(bytes));
	frame_write(bytes, &rw);
	for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
		struct vsock_packet p;
		enum vsock_result result = decode(&p, bytes, cut, sizeof(bytes));
		unsigned fields = 0;

		/* The monitor header counts as a whole before the inner one is looked at. */
		while (fields < VSOCK_ALL_FIELDS && ends[fields] <= cut &&
		       (fields < VSOCK_MONITOR_FIELDS || cut >= VSOCK_MON_SIZE))
			fields++;
		assert_int_equal(p.fields, fields);
		assert_int_equal(result, cut < FRAME_HEADERS ? VSOCK_TRUNCATED : VSOCK_DECODED);
		assert_int_equal(p.src_cid, vsock_has(&p, VSOCK_FIELD_SRC_CID) ? 3 : 0);
		assert_int_equal(p.dst_port, vsock_has(&p, VSOCK_FIELD_DST_PORT) ? 22 : 0);
		assert_int_equal(p.len, vsock_has(&p, VSOCK_FIELD_LEN) ? 5 : 0);
		assert_int_equal(p.op, vsock_has(&p, VSOCK_FIELD_OP) ? VSOCK_OP_RW : 0);
		assert_int_equal(p.fwd_cnt, vsock_has(&p, VSOCK_FIELD_FWD_CNT) ? 0xfffffff0 : 0);
		if (cut < FRAME_HEADERS) {
			assert_null(p.payload);
			assert_int_equal(p.odd, 0);
		} else {
			assert_int_equal(p.captured, cut - FRAME_HEADERS);
			assert_int_equal(p.on_wire, 5);
			assert_int_equal(p.odd, cut < sizeof(bytes) ? VSOCK_ODD_PAYLOAD_CUT : 0);
		}
	}
}

/* If no snap length cut the same bytes, the frame itself is wrong. */
static void short_on_the_wire(void **state)
{
	uint8_t bytes[FRAME_HEADERS];
	struct vsock_packet p;

	(void)state;
	frame_write(bytes, &rw);
	for (size_t length = 0; length < FRAME_HEADERS; length++)
		assert_int_equal(decode(&p, bytes, length, length), VSOCK_MALFORMED);
	/* A wire length below the captured one is impossible, and ignored. */
	assert_int_equal(decode(&p, bytes, FRAME_HEADERS, 3), VSOCK_DECODED);
	assert_int_equal(p.odd, VSOCK_ODD_PAYLOAD_MISSING);
}

static void transports(void **state)
{
	static const struct {
		uint16_t transport, transport_len;
		size_t captured, on_wire;
		enum vsock_result result;
		uint32_t payload, odd;
	} cases[] = {
	    {VSOCK_TRANSPORT_NO_INFO, 0, 100, 100, VSOCK_DECODED, 68, 0},
	    {VSOCK_TRANSPORT_NO_INFO, 7, 100, 100, VSOCK_DECODED, 61, 0},
	    {VSOCK_TRANSPORT_NO_INFO, 68, 100, 100, VSOCK_DECODED, 0, 0},
	    {VSOCK_TRANSPORT_NO_INFO, 69, 100, 100, VSOCK_MALFORMED, 0, 0},
	    {VSOCK_TRANSPORT_NO_INFO, 69, 100, 200, VSOCK_TRUNCATED, 0, 0},
	    {VSOCK_TRANSPORT_NO_INFO, 0, 100, 200, VSOCK_DECODED, 168, VSOCK_ODD_PAYLOAD_CUT},
	    {VSOCK_TRANSPORT_UNKNOWN, 0, 100, 100, VSOCK_DECODED, 68, VSOCK_ODD_TRANSPORT},
	    {9, 65535, 100, 100, VSOCK_MALFORMED, 0, VSOCK_ODD_TRANSPORT},
	    {VSOCK_TRANSPORT_VIRTIO, 43, 100, 100, VSOCK_MALFORMED, 0, VSOCK_ODD_TRANSPORT_LEN},
	    {VSOCK_TRANSPORT_VIRTIO, 0, 32, 32, VSOCK_MALFORMED, 0, VSOCK_ODD_TRANSPORT_LEN},
	    {VSOCK_TRANSPORT_VIRTIO, 63, 100, 100, VSOCK_DECODED, 5, VSOCK_ODD_TRANSPORT_LEN},
	    {VSOCK_TRANSPORT_VIRTIO, 69, 100, 100, VSOCK_MALFORMED, 5, VSOCK_ODD_TRANSPORT_LEN},
	};
	uint8_t bytes[100];
	struct vsock_packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(bytes, 0, sizeof(bytes));
		frame_write(bytes, &rw);
		put_le(bytes + VSOCK_MON_TRANSPORT, cases[i].transport, 2);
		put_le(bytes + VSOCK_MON_LEN, cases[i].transport_len, 2);
		assert_int_equal(decode(&p, bytes, cases[i].captured, cases[i].on_wire),
				 cases[i].result);
		assert_int_equal(p.len, cases[i].payload);
		assert_int_equal(p.odd, cases[i].odd);
	}
}

static void odd_headers(void **state)
{
	static const struct {
		int offset, bytes;
		uint64_t value;
		uint32_t odd;
	} cases[] = {
	    {VSOCK_MON_OP, 2, 0, VSOCK_ODD_MONITOR_OP | VSOCK_ODD_OP_MISMATCH},
	    {VSOCK_MON_OP, 2, 5, VSOCK_ODD_MONITOR_OP | VSOCK_ODD_OP_MISMATCH},
	    {VSOCK_MON_OP, 2, VSOCK_MONITOR_CONTROL, VSOCK_ODD_OP_MISMATCH},
	    {VSOCK_MON_SRC_CID + 4, 1, 1, VSOCK_ODD_CID_HIGH_BITS | VSOCK_ODD_ADDRESS_MISMATCH},
	    {32 + VSOCK_VIRTIO_DST_CID + 7, 1, 0x80,
	     VSOCK_ODD_CID_HIGH_BITS | VSOCK_ODD_ADDRESS_MISMATCH},
	    {32 + VSOCK_VIRTIO_SRC_CID, 1, 4, VSOCK_ODD_ADDRESS_MISMATCH},
	    {32 + VSOCK_VIRTIO_SRC_PORT, 1, 4, VSOCK_ODD_ADDRESS_MISMATCH},
	    {32 + VSOCK_VIRTIO_DST_PORT, 1, 4, VSOCK_ODD_ADDRESS_MISMATCH},
	    {32 + VSOCK_VIRTIO_OP, 2, 0, VSOCK_ODD_OP | VSOCK_ODD_LEN_ON_CONTROL},
	    {32 + VSOCK_VIRTIO_OP, 2, 8, VSOCK_ODD_OP | VSOCK_ODD_LEN_ON_CONTROL},
	    {32 + VSOCK_VIRTIO_OP, 2, VSOCK_OP_RST,
	     VSOCK_ODD_OP_MISMATCH | VSOCK_ODD_LEN_ON_CONTROL},
	    {32 + VSOCK_VIRTIO_OP, 2, VSOCK_OP_SHUTDOWN,
	     VSOCK_ODD_OP_MISMATCH | VSOCK_ODD_LEN_ON_CONTROL | VSOCK_ODD_SHUTDOWN_NONE},
	    {32 + VSOCK_VIRTIO_TYPE, 2, 0, VSOCK_ODD_TYPE},
	    {32 + VSOCK_VIRTIO_TYPE, 2, 3, VSOCK_ODD_TYPE},
	    {32 + VSOCK_VIRTIO_FLAGS, 4, 1, VSOCK_ODD_FLAGS},
	    {32 + VSOCK_VIRTIO_LEN, 4, 0, VSOCK_ODD_EMPTY_RW | VSOCK_ODD_PAYLOAD_SURPLUS},
	    {32 + VSOCK_VIRTIO_LEN, 4, 4, VSOCK_ODD_PAYLOAD_SURPLUS},
	    {32 + VSOCK_VIRTIO_LEN, 4, 6, VSOCK_ODD_PAYLOAD_MISSING},
	    {32 + VSOCK_VIRTIO_LEN, 4, 65537, VSOCK_ODD_HUGE_RW | VSOCK_ODD_PAYLOAD_MISSING},
	};
	uint8_t bytes[FRAME_HEADERS + 5] = {0};
	struct vsock_packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		frame_write(bytes, &rw);
		put_le(bytes + cases[i].offset, cases[i].value, cases[i].bytes);
		assert_int_equal(decode(&p, bytes, sizeof(bytes), sizeof(bytes)), VSOCK_DECODED);
		assert_int_equal(p.odd, cases[i].odd);
	}
	/* More than the length was on the wire, but exactly the length was captured. */
	frame_write(bytes, &rw);
	assert_int_equal(decode(&p, bytes, sizeof(bytes), sizeof(bytes) + 1), VSOCK_DECODED);
	assert_int_equal(p.odd, VSOCK_ODD_PAYLOAD_SURPLUS);
}

static void both_headers_have_the_same_high_bits(void **state)
{
	struct frame f = rw;
	uint8_t bytes[FRAME_HEADERS + 5] = {0};
	struct vsock_packet p;

	(void)state;
	f.dst_cid |= UINT64_C(1) << 63;
	frame_write(bytes, &f);
	assert_int_equal(decode(&p, bytes, sizeof(bytes), sizeof(bytes)), VSOCK_DECODED);
	assert_int_equal(p.odd, VSOCK_ODD_CID_HIGH_BITS);
}

static void flags_by_op_and_type(void **state)
{
	static const struct {
		uint16_t op, type;
		uint32_t flags, odd;
	} cases[] = {
	    {VSOCK_OP_SHUTDOWN, 1, 3, 0},
	    {VSOCK_OP_SHUTDOWN, 1, 4, VSOCK_ODD_FLAGS},
	    {VSOCK_OP_SHUTDOWN, 1, 0, VSOCK_ODD_SHUTDOWN_NONE},
	    {VSOCK_OP_RW, 2, 0, VSOCK_ODD_EMPTY_RW},
	    {VSOCK_OP_RW, 2, VSOCK_RW_EOM, VSOCK_ODD_EMPTY_RW},
	    {VSOCK_OP_RW, 2, VSOCK_RW_EOM | VSOCK_RW_EOR, VSOCK_ODD_EMPTY_RW},
	    {VSOCK_OP_RW, 2, VSOCK_RW_EOR, VSOCK_ODD_EMPTY_RW | VSOCK_ODD_EOR_WITHOUT_EOM},
	    {VSOCK_OP_RW, 2, 8, VSOCK_ODD_EMPTY_RW | VSOCK_ODD_FLAGS},
	    {VSOCK_OP_RW, 1, VSOCK_RW_EOM, VSOCK_ODD_EMPTY_RW | VSOCK_ODD_FLAGS},
	    {VSOCK_OP_REQUEST, 1, 1, VSOCK_ODD_FLAGS},
	    {VSOCK_OP_REQUEST, 2, VSOCK_RW_EOM, VSOCK_ODD_FLAGS},
	    {VSOCK_OP_INVALID, 1, 0, VSOCK_ODD_OP | VSOCK_ODD_MONITOR_OP},
	    {VSOCK_OPS, 1, 0, VSOCK_ODD_OP | VSOCK_ODD_MONITOR_OP},
	    {VSOCK_OP_REQUEST, 1, 0, 0},
	};
	uint8_t bytes[FRAME_HEADERS];
	struct vsock_packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame f = {
		    .op = cases[i].op, .type = cases[i].type, .flags = cases[i].flags};

		frame_write(bytes, &f);
		assert_int_equal(decode(&p, bytes, sizeof(bytes), sizeof(bytes)), VSOCK_DECODED);
		assert_int_equal(p.odd, cases[i].odd);
	}
}

static void each_odd_bit_has_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VSOCK_ODD_BITS; i++)
		assert_non_null(vsock_odd_text((enum vsock_odd)(1u << i)));
	assert_null(vsock_odd_text((enum vsock_odd)(1u << VSOCK_ODD_BITS)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_frame),
	    cmocka_unit_test(cut_at_each_byte),
	    cmocka_unit_test(short_on_the_wire),
	    cmocka_unit_test(transports),
	    cmocka_unit_test(odd_headers),
	    cmocka_unit_test(both_headers_have_the_same_high_bits),
	    cmocka_unit_test(flags_by_op_and_type),
	    cmocka_unit_test(each_odd_bit_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
