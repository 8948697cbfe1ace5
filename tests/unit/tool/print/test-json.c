/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/print/json*.c and the JSON modes in tool/mode.
 *
 * Scripts rely on the keys and their order, so the whole objects are here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/frame.h"
#include "tests/unit/text.h"
#include "tool/mode/mode.h"
#include "tool/print/json.h"

#define WHEN UINT64_C(1700000000000000001)

static void values(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	json_first_key(&text.out, "a");
	json_u64(&text.out, true, UINT64_MAX);
	json_key(&text.out, "b");
	json_u64(&text.out, false, 1);
	json_key(&text.out, "c");
	json_keyword(&text.out, true, "rw", 5);
	json_key(&text.out, "d");
	json_keyword(&text.out, true, NULL, 9);
	json_key(&text.out, "e");
	json_keyword(&text.out, false, "rw", 5);
	json_key(&text.out, "f");
	json_bool(&text.out, true);
	json_key(&text.out, "g");
	json_string(&text.out, "\"\n", 2);
	json_key(&text.out, "h");
	json_hex(&text.out, (const uint8_t *)"\x00\xff", 2);
	json_end(&text.out);
	assert_string_equal(
	    text_take(&text),
	    "{\"a\":18446744073709551615,\"b\":null,\"c\":\"rw\",\"d\":9,\"e\":null,"
	    "\"f\":true,\"g\":\"\\\"\\u000a\",\"h\":\"00ff\"}\n");
}

static void microseconds(void **state)
{
	struct text text;

	(void)state;
	text_begin(&text);
	json_microseconds(&text.out, -1);
	assert_string_equal(text_take(&text), "null");
	json_microseconds(&text.out, 0);
	assert_string_equal(text_take(&text), "0");
	json_microseconds(&text.out, 85231);
	assert_string_equal(text_take(&text), "85.231");
	json_microseconds(&text.out, 1002003001);
	assert_string_equal(text_take(&text), "1002003.001");
	json_microseconds(&text.out, 7000);
	assert_string_equal(text_take(&text), "7");
}

static const char *packet_object(const uint8_t *bytes, uint32_t captured, uint32_t on_wire,
				 const struct vsock_flow *flow, enum payload_style payload)
{
	static struct text text;
	struct settings settings = {.print = {.payload = payload}};
	struct capture_record record = {
	    .ts = WHEN, .data = bytes, .captured = captured, .on_wire = on_wire};
	struct vsock_packet packet;
	struct seen seen = {
	    .record = &record, .packet = &packet, .event.flow = (struct vsock_flow *)flow};
	struct session session = {.settings = &settings, .out = &text.out};

	vsock_decode(&packet, bytes, captured, on_wire);
	if (flow)
		seen.event.segment = (struct vsock_segment){
		    .data = packet.payload, .known = packet.len, .length = packet.len};
	text_begin(&text);
	mode_packets_json.packet(&session, &seen);
	return text_take(&text);
}

static void a_packet(void **state)
{
	struct frame frame = FRAME(3, 2, 49152, 22, VSOCK_OP_RW, .len = 3, .flags = 1,
				   .buf_alloc = 262144, .fwd_cnt = 7);
	struct vsock_flow flow = {.number = 12};
	uint8_t bytes[FRAME_HEADERS + 4];

	(void)state;
	frame.type = VSOCK_TYPE_SEQPACKET;
	frame_write(bytes, &frame);
	memcpy(bytes + FRAME_HEADERS, "abc", 4);
	assert_string_equal(
	    packet_object(bytes, sizeof(bytes), sizeof(bytes), &flow, PAYLOAD_HEX),
	    "{\"kind\":\"packet\",\"ts\":\"1700000000.000000001\",\"time\":\"2023-11-14T22:13:20."
	    "000000001Z\",\"packet\":0,\"src_cid\":3,\"src_name\":null,\"src_port\":49152,\"dst_"
	    "cid\":2,\"dst_name\":\"host\","
	    "\"dst_port\":22,\"op\":\"rw\",\"type\":\"seqpacket\",\"len\":3,\"flags\":1,"
	    "\"buf_alloc\":262144,\"fwd_cnt\":7,\"flow\":12,\"uid\":null,\"point\":null,\"host\":"
	    "null,\"transport\":\"virtio\","
	    "\"monitor_op\":\"payload\",\"captured\":4,\"result\":\"decoded\","
	    "\"odd\":[\"more captured than length\"],\"findings\":[],\"payload\":\"616263\"}\n");
}

static void fields_that_are_not_there(void **state)
{
	(void)state;
	assert_string_equal(
	    packet_object(NULL, 0, 100, NULL, PAYLOAD_HEX),
	    "{\"kind\":\"packet\",\"ts\":\"1700000000.000000001\",\"time\":\"2023-11-14T22:13:20."
	    "000000001Z\",\"packet\":0,\"src_cid\":null,\"src_name\":null,\"src_port\":null,"
	    "\"dst_cid\":null,\"dst_name\":null,"
	    "\"dst_port\":null,\"op\":null,\"type\":null,\"len\":null,\"flags\":null,"
	    "\"buf_alloc\":null,\"fwd_cnt\":null,\"flow\":null,\"uid\":null,\"point\":null,"
	    "\"host\":null,\"transport\":null,"
	    "\"monitor_op\":null,\"captured\":null,\"result\":\"truncated\",\"odd\":[],"
	    "\"findings\":[],"
	    "\"payload\":null}\n");
}

static void unknown_numbers_stay_numbers(void **state)
{
	struct frame frame = FRAME(UINT64_MAX, 2, 1, 2, 9);
	uint8_t bytes[FRAME_HEADERS];

	(void)state;
	frame.type = 7;
	frame_write(bytes, &frame);
	assert_string_equal(
	    packet_object(bytes, sizeof(bytes), sizeof(bytes), NULL, PAYLOAD_NONE),
	    "{\"kind\":\"packet\",\"ts\":\"1700000000.000000001\",\"time\":\"2023-11-14T22:13:20."
	    "000000001Z\",\"packet\":0,\"src_cid\":18446744073709551615,\"src_name\":null,\"src_"
	    "port\":1,"
	    "\"dst_cid\":2,\"dst_name\":\"host\",\"dst_port\":2,\"op\":9,\"type\":7,\"len\":0,"
	    "\"flags\":0,"
	    "\"buf_alloc\":0,\"fwd_cnt\":0,\"flow\":null,\"uid\":null,\"point\":null,\"host\":null,"
	    "\"transport\":\"virtio\","
	    "\"monitor_op\":\"unknown\",\"captured\":0,\"result\":\"decoded\","
	    "\"odd\":[\"unknown monitor op\",\"upper bits of a CID set\",\"unknown op\","
	    "\"unknown type\"],\"findings\":[]}\n");
}

static void a_flow(void **state)
{
	struct settings settings = {.source = {.file_count = 1}};
	struct text text;
	struct session session = {.settings = &settings, .out = &text.out};
	struct vsock_flow flow = {
	    .number = 4,
	    .client_cid = 3,
	    .client_port = 49152,
	    .server_cid = 2,
	    .server_port = 22,
	    .type = VSOCK_TYPE_STREAM,
	    .state = VSOCK_FLOW_CLOSED,
	    .first_ts = WHEN,
	    .last_ts = WHEN + 2000000000,
	    .response_ts = WHEN + 85231,
	    .history = 0xfc5430,
	    .events = 1u << 0 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 12 | 1u << 15,
	    .side = {{.packets = 2,
		      .bytes = 100,
		      .buf_alloc = 262144,
		      .in_flight = 7,
		      .first_data_us = 150,
		      .longest_gap_us = 40,
		      .marks = VSOCK_SIDE_CREDIT_KNOWN | VSOCK_SIDE_DATA},
		     {.packets = 3,
		      .bytes = 7,
		      .last_data_ts = WHEN + 500000000,
		      .marks = VSOCK_SIDE_STALLED}},
	    .stalls = {{.blocked_us = 5, .longest_us = 3}},
	};

	(void)state;
	text_begin(&text);
	mode_flows_json.begin(&session);
	mode_flows_json.flow_left(&session, &flow);
	assert_string_equal(
	    text_take(&text),
	    "{\"kind\":\"flow\",\"flow\":4,\"uid\":null,\"client_cid\":3,"
	    "\"client_name\":null,\"client_port\":49152,\"server_cid\":2,\"server_name\":\"host\","
	    "\"server_port\":22,\"type\":\"stream\",\"state\":\"closed\",\"verdict\":\"healthy\","
	    "\"first_ts\":\"1700000000.000000001\",\"last_ts\":\"1700000002.000000001\","
	    "\"time\":\"2023-11-14T22:13:20.000000001Z\",\"duration_us\":2000000,"
	    "\"client_packets\":2,\"server_packets\":3,\"client_bytes\":100,\"server_bytes\":7,"
	    "\"handshake_us\":85.231,\"midstream\":false,\"roles_guessed\":false,\"lossy\":false"
	    ",\"history\":\"QpDdFr\",\"client_buf_alloc\":262144,\"client_in_flight\":7,"
	    "\"client_first_data_us\":150,\"client_longest_gap_us\":40,\"client_blocked_us\":5,"
	    "\"client_longest_stall_us\":3,\"server_buf_alloc\":null,\"server_in_flight\":0,"
	    "\"server_first_data_us\":null,\"server_longest_gap_us\":0,\"server_blocked_us\":"
	    "1500000,"
	    "\"server_longest_stall_us\":1500000,\"point\":null,\"host\":null,"
	    "\"filtered\":false,\"final\":true,\"findings\":[]}\n");

	flow.state = VSOCK_FLOW_REQUESTED;
	flow.response_ts = 0;
	flow.marks = VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_LOSSY;
	flow.side[VSOCK_CLIENT].in_flight = -7;
	flow.type = 9;
	session.latest_ts = WHEN + UINT64_C(3000000000);
	mode_flows_json.flow_left(&session, &flow);
	assert_string_equal(
	    text_take(&text),
	    "{\"kind\":\"flow\",\"flow\":4,\"uid\":null,\"client_cid\":3,"
	    "\"client_name\":null,\"client_port\":49152,\"server_cid\":2,\"server_name\":\"host\","
	    "\"server_port\":22,\"type\":9,\"state\":\"timed-out\",\"verdict\":\"waiting\","
	    "\"first_ts\":\"1700000000.000000001\",\"last_ts\":\"1700000002.000000001\","
	    "\"time\":\"2023-11-14T22:13:20.000000001Z\",\"duration_us\":2000000,"
	    "\"client_packets\":2,\"server_packets\":3,\"client_bytes\":100,\"server_bytes\":7,"
	    "\"handshake_us\":null,\"midstream\":true,\"roles_guessed\":false,\"lossy\":true"
	    ",\"history\":\"QpDdFr\",\"client_buf_alloc\":262144,\"client_in_flight\":0,"
	    "\"client_first_data_us\":150,\"client_longest_gap_us\":40,\"client_blocked_us\":5,"
	    "\"client_longest_stall_us\":3,\"server_buf_alloc\":null,\"server_in_flight\":0,"
	    "\"server_first_data_us\":null,\"server_longest_gap_us\":0,\"server_blocked_us\":"
	    "2500000,"
	    "\"server_longest_stall_us\":2500000,\"point\":null,\"host\":null,"
	    "\"filtered\":false,\"final\":true,\"findings\":[]}\n");
	session_free_own(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(microseconds),
	    cmocka_unit_test(a_packet),
	    cmocka_unit_test(fields_that_are_not_there),
	    cmocka_unit_test(unknown_numbers_stay_numbers),
	    cmocka_unit_test(a_flow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
