/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/hybrid/connections.c.
 *
 * Records come as the kernel's programs write them. The frames are written as short texts: the side
 * that sends (h: the host, g: the guest), the operation, and the bytes.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hybrid/connections.h"

#define CID     7
#define MADE_UP (UINT32_C(1) << 30)
#define PID     41
#define VMM_PID 42
#define TIME    1000
#define PLAIN   0 /* targets */
#define UNKNOWN 1
#define FIXED   2

static struct hybrid_target targets[] = {
    [PLAIN] = {.cid = CID},
    [UNKNOWN] = {.cid = HYBRID_CID_UNKNOWN},
    [FIXED] = {.cid = CID, .fixed = true, .port = 5000},
};

static const struct hybrid_targets all_targets = {.list = targets, .count = 3};

static struct hybrid_connections *connections;
static char seen[4096];
static uint32_t ports[2]; /* of the last frame: source, destination */
static uint64_t cids[2];
static uint8_t flags;
static uint32_t on_wire, captured;
static struct hybrid_ends last_ends;
static unsigned ends_count;

static uint64_t number_at(const uint8_t *at, int bytes)
{
	uint64_t value = 0;

	for (int i = bytes; i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

static void on_frame(void *context, const struct hybrid_frame *frame)
{
	static const char *const ops[] = {"?", "C", "D", "?", "P"};
	const size_t used = strlen(seen);
	const uint8_t *data = frame->data;

	(void)context;
	assert_int_equal(frame->ts, TIME);
	assert_true(frame->captured >= HYBRID_HEADER_SIZE && frame->captured <= frame->on_wire);
	assert_int_equal(number_at(data + 26, 2), 1);
	assert_int_equal(number_at(data + 28, 2), 0);
	assert_int_equal(data[31], 0);
	cids[0] = number_at(data, 8);
	cids[1] = number_at(data + 8, 8);
	ports[0] = (uint32_t)number_at(data + 16, 4);
	ports[1] = (uint32_t)number_at(data + 20, 4);
	flags = data[30];
	captured = frame->captured;
	on_wire = frame->on_wire;
	snprintf(seen + used, sizeof(seen) - used, "%s%c%s%.*s", used ? " " : "",
		 cids[0] == 2 ? 'h' : 'g', ops[number_at(data + 24, 2)],
		 (int)(frame->captured - HYBRID_HEADER_SIZE),
		 (const char *)data + HYBRID_HEADER_SIZE);
}

static void on_ends(void *context, const struct hybrid_ends *ends)
{
	(void)context;
	last_ends = *ends;
	ends_count++;
}

static void give(const struct hybrid_record *record, const char *bytes)
{
	static const struct hybrid_output output = {.frame = on_frame, .ends = on_ends};

	hybrid_connections_take(connections, record, (const uint8_t *)bytes, TIME, &output);
}

static void open_port(uint64_t number, uint32_t kind, uint32_t target, bool has_port, uint32_t port)
{
	struct hybrid_record record = {
	    .connection = number,
	    .kind = kind,
	    .target = target,
	    .has_port = has_port,
	    .port = port,
	    .client_pid = PID,
	    .server_pid = VMM_PID,
	    .client_command = "curl",
	    .server_command = "vhost-device-vs",
	};

	give(&record, NULL);
}

static void open_main(uint64_t number)
{
	open_port(number, HYBRID_RECORD_CONNECT, PLAIN, false, 0);
}

static void say_part(uint64_t number, bool server, const char *text, uint32_t known, uint32_t count)
{
	const struct hybrid_record record = {.connection = number,
					     .kind = HYBRID_RECORD_DATA,
					     .by_server = server,
					     .length = count,
					     .captured = known};

	give(&record, text);
}

static void say(uint64_t number, bool server, const char *text)
{
	say_part(number, server, text, (uint32_t)strlen(text), (uint32_t)strlen(text));
}

static void end(uint64_t number, bool server, uint32_t kind)
{
	const struct hybrid_record record = {
	    .connection = number, .kind = kind, .by_server = server};

	give(&record, NULL);
}

static void want(const char *frames)
{
	assert_string_equal(seen, frames);
	*seen = '\0';
}

static uint64_t not_understood(void)
{
	return hybrid_connections_counters(connections).not_understood;
}

static int start(void **state)
{
	(void)state;
	*seen = '\0';
	ends_count = 0;
	connections = hybrid_connections_new(&all_targets);
	return connections ? 0 : -1;
}

static int end_connections(void **state)
{
	(void)state;
	hybrid_connections_free(connections);
	return 0;
}

static void from_host_to_guest(void **state)
{
	(void)state;
	open_main(1);
	want("");
	say(1, false, "CONNECT 1234\n");
	want("hC");
	assert_int_equal(cids[1], CID);
	assert_int_equal(ports[0], MADE_UP);
	assert_int_equal(ports[1], 1234);
	assert_int_equal(flags, HYBRID_FLAG_SOURCE_MADE_UP);
	assert_int_equal(last_ends.addresses.local_cid, 2);
	assert_int_equal(last_ends.addresses.local_port, MADE_UP);
	assert_int_equal(last_ends.addresses.remote_cid, CID);
	assert_int_equal(last_ends.addresses.remote_port, 1234);
	assert_int_equal(last_ends.client.pid, PID);
	assert_string_equal(last_ends.server.command, "vhost-device-vs");
	say(1, true, "OK 1234\n");
	want("gC");
	assert_int_equal(flags, HYBRID_FLAG_DESTINATION_MADE_UP);
	say(1, false, "ping");
	say(1, true, "pong");
	want("hPping gPpong");
	end(1, false, HYBRID_RECORD_SHUTDOWN);
	say(1, true, "rest");
	end(1, true, HYBRID_RECORD_CLOSE);
	end(1, false, HYBRID_RECORD_CLOSE);
	want("hD gPrest gD");
	assert_int_equal(ends_count, 1);
	assert_int_equal(not_understood(), 0);
}

/* Another connection gets another port, although all else is the same. */
static void from_guest_to_host(void **state)
{
	(void)state;
	open_port(1, HYBRID_RECORD_CONNECT, PLAIN, true, 5555);
	want("gC hC");
	assert_int_equal(ports[0], 5555);
	assert_int_equal(ports[1], MADE_UP);
	assert_int_equal(flags, HYBRID_FLAG_DESTINATION_MADE_UP);
	assert_int_equal(last_ends.addresses.local_cid, CID);
	open_port(2, HYBRID_RECORD_CONNECT, PLAIN, true, 5555);
	assert_int_equal(ports[1], MADE_UP + 1);
	*seen = '\0';
	/* No handshake: these are bytes of the stream. */
	say(1, false, "CONNECT 1\n");
	say(1, true, "OK 1\n");
	want("gPCONNECT 1\n hPOK 1\n");
	end(1, true, HYBRID_RECORD_CLOSE);
	end(1, false, HYBRID_RECORD_CLOSE);
	want("hD gD");
}

static void refused_by_the_vmm(void **state)
{
	(void)state;
	open_main(1);
	say(1, false, "CONNECT 99\n");
	end(1, true, HYBRID_RECORD_CLOSE);
	end(1, false, HYBRID_RECORD_CLOSE);
	want("hC gD hD");
}

/* The client gave up first, so it is not known what the VMM would have answered. */
static void given_up_by_the_client(void **state)
{
	(void)state;
	open_main(1);
	say(1, false, "CONNECT 99\n");
	end(1, false, HYBRID_RECORD_CLOSE);
	end(1, true, HYBRID_RECORD_CLOSE);
	want("hC hD");
}

static void refused_by_the_host(void **state)
{
	static const int errors[] = {ENOENT, ECONNREFUSED, EAGAIN, EACCES, EISCONN, EALREADY, 512};
	struct hybrid_record record = {.kind = HYBRID_RECORD_FAILED, .has_port = 1, .port = 6666};

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		record.length = (uint32_t)errors[i];
		give(&record, NULL);
		want(i < 4 ? "gC hD" : "");
	}
	assert_int_equal(ports[0], 6666);
	assert_int_equal(ports[1], MADE_UP + 3);
}

static void data_before_the_answer(void **state)
{
	(void)state;
	open_main(1);
	say(1, false, "CONN");
	say(1, false, "ECT 80\nGET");
	say(1, false, " /");
	want("hC hPGET hP /");
	say(1, true, "O");
	want("");
	say(1, true, "K 80\nhello");
	want("gC gPhello");
}

static void junk(void **state)
{
	(void)state;
	open_main(1);
	say(1, false, "GET / HTTP/1.1\r\n\r\n");
	say(1, true, "HTTP/1.1 200 OK\r\n\r\n");
	end(1, false, HYBRID_RECORD_CLOSE);
	end(1, true, HYBRID_RECORD_CLOSE);
	assert_int_equal(not_understood(), 1);
	open_main(2);
	say(2, true, "hello before the question");
	say(2, false, "CONNECT 1\n");
	assert_int_equal(not_understood(), 2);
	/* Nobody asked for a port, and the line was not complete. */
	open_main(3);
	say(3, false, "CONNECT 12");
	end(3, true, HYBRID_RECORD_CLOSE);
	assert_int_equal(not_understood(), 3);
	want("");
	/* An answer that is none is no refusal. */
	open_main(4);
	say(4, false, "CONNECT 12\n");
	say(4, true, "NO\n");
	end(4, true, HYBRID_RECORD_CLOSE);
	want("hC");
	open_main(5);
	say(5, false, "CONNECT 12\n");
	say(5, true, "O");
	end(5, true, HYBRID_RECORD_CLOSE);
	want("hC");
	assert_int_equal(not_understood(), 5);
}

static void nothing_was_said(void **state)
{
	(void)state;
	open_main(1);
	end(1, false, HYBRID_RECORD_CLOSE);
	end(1, true, HYBRID_RECORD_CLOSE);
	want("");
	assert_int_equal(not_understood(), 0);
}

static void older_than_the_capture(void **state)
{
	const uint8_t both = HYBRID_FLAG_SOURCE_MADE_UP | HYBRID_FLAG_DESTINATION_MADE_UP;

	(void)state;
	open_port(1, HYBRID_RECORD_OLD, PLAIN, false, 0);
	open_port(1, HYBRID_RECORD_OLD, PLAIN, false, 0);
	want("");
	say(1, true, "OK 1\n");
	want("gPOK 1\n");
	assert_int_equal(flags, both | HYBRID_FLAG_OLD);
	assert_int_equal(ports[1], MADE_UP);
	assert_true(last_ends.old);
	end(1, true, HYBRID_RECORD_CLOSE);
	want("gD");
	open_port(2, HYBRID_RECORD_OLD, PLAIN, true, 77);
	say(2, false, "x");
	want("gPx");
	assert_int_equal(ports[1], 77);
	assert_int_equal(flags, HYBRID_FLAG_SOURCE_MADE_UP | HYBRID_FLAG_OLD);
}

static void bytes_that_could_not_be_read(void **state)
{
	(void)state;
	open_main(1);
	say(1, false, "CONNECT 1\n");
	say(1, true, "OK 1\n");
	*seen = '\0';
	say_part(1, false, "ab", 2, 70000);
	want("hPab");
	assert_int_equal(on_wire, HYBRID_HEADER_SIZE + 70000);
	say_part(1, true, NULL, 0, 3);
	want("gP");
	assert_int_equal(on_wire, HYBRID_HEADER_SIZE + 3);
	assert_int_equal(captured, HYBRID_HEADER_SIZE);
	/* Of the line itself, and behind it. */
	open_main(2);
	say_part(2, false, NULL, 0, 10);
	assert_int_equal(not_understood(), 1);
	want("");
	open_main(3);
	say_part(3, false, "CONNECT 9\nab", 12, 500);
	want("hC hPab");
	assert_int_equal(on_wire, HYBRID_HEADER_SIZE + 490);
}

static void without_a_cid(void **state)
{
	(void)state;
	open_port(1, HYBRID_RECORD_CONNECT, UNKNOWN, true, 1);
	want("gC hC");
	assert_int_equal(cids[1], UINT32_MAX);
}

static void libkrun_has_no_handshake(void **state)
{
	struct hybrid_record record = {
	    .connection = 2, .target = FIXED, .client_command = "VM:box"};

	(void)state;
	open_port(1, HYBRID_RECORD_CONNECT, FIXED, false, 0);
	want("hC gC");
	assert_int_equal(ports[0], 5000);
	say(1, false, "data");
	want("hPdata");
	/* The VMM connects: the guest asked. */
	give(&record, NULL);
	want("gC hC");
	assert_int_equal(ports[0], 5000);
	/* The socket of a port has none for others. */
	open_port(3, HYBRID_RECORD_CONNECT, FIXED, true, 7);
	say(3, false, "x");
	want("");
}

/* The kernel uses a number again. Records of connections that are not known change nothing. */
static void numbers_are_used_again(void **state)
{
	(void)state;
	say(1, false, "CONNECT 1\n");
	end(1, false, HYBRID_RECORD_CLOSE);
	want("");
	assert_int_equal(hybrid_connections_counters(connections).unknown, 2);
	open_main(1);
	say(1, false, "CONNECT 1\n");
	open_main(1);
	say(1, true, "OK 1\n");
	want("hC");
	open_port(1, HYBRID_RECORD_CONNECT, 99, true, 1);
	say(1, false, "x");
	want("");
}

/* More connections than there are places: the oldest leave, and others stay. */
static void a_full_table(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= HYBRID_CONNECTIONS_MAX + 1; i++)
		open_port(i, HYBRID_RECORD_CONNECT, PLAIN, true, 9);
	*seen = '\0';
	say(1, false, "gone");
	say(2, false, "a");
	say(HYBRID_CONNECTIONS_MAX + 1, false, "b");
	want("gPa gPb");
	assert_int_equal(hybrid_connections_counters(connections).unknown, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, start, end_connections)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(from_host_to_guest),
	    TEST(from_guest_to_host),
	    TEST(refused_by_the_vmm),
	    TEST(given_up_by_the_client),
	    TEST(refused_by_the_host),
	    TEST(data_before_the_answer),
	    TEST(junk),
	    TEST(nothing_was_said),
	    TEST(older_than_the_capture),
	    TEST(bytes_that_could_not_be_read),
	    TEST(without_a_cid),
	    TEST(libkrun_has_no_handshake),
	    TEST(numbers_are_used_again),
	    TEST(a_full_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
