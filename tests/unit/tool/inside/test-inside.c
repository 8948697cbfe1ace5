/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/inside: calls and first lines in conversations. Each packet takes a millisecond, so
 * the number of packets from the end of a request to its answer is the time that the call took.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/talk.h"
#include "tool/inside/inside.h"

#define BYTES_MAX 1024

struct watch {
	struct inside *inside;
	struct talk *talk;
	unsigned unanswered;
	struct ended_call ended;
};

static void note_unanswered(void *context, const struct ended_call *ended)
{
	struct watch *w = context;

	w->unanswered++;
	w->ended = *ended;
}

/* The first `captured` bytes are in the capture. */
static void send_cut(struct watch *w, enum vsock_side side, const void *payload, uint32_t length,
		     uint32_t captured)
{
	uint8_t bytes[FRAME_HEADERS + BYTES_MAX];
	struct talk *t = w->talk;
	struct frame frame = talk_frame(t, side, VSOCK_OP_RW, length, 0);
	struct capture_record record;
	struct vsock_packet packet;
	struct seen seen = {.record = &record, .packet = &packet};

	frame_write(bytes, &frame);
	memcpy(bytes + FRAME_HEADERS, payload, captured);
	vsock_decode(&packet, bytes, FRAME_HEADERS + captured, FRAME_HEADERS + length);
	t->now += MS;
	vsock_analysis_packet(t->analysis, &packet,
			      &(struct vsock_moment){.number = ++t->number, .ts = t->now},
			      &t->event);
	record = (struct capture_record){.ts = t->now};
	seen.number = t->number;
	seen.event = t->event;
	inside_packet(w->inside, &seen);
}

static void send_bytes(struct watch *w, enum vsock_side side, const void *payload, size_t length)
{
	send_cut(w, side, payload, (uint32_t)length, (uint32_t)length);
}

static void ask(struct watch *w, const char *text)
{
	send_bytes(w, VSOCK_CLIENT, text, strlen(text));
}

static void answer(struct watch *w, const char *text)
{
	send_bytes(w, VSOCK_SERVER, text, strlen(text));
}

/* A packet without payload. */
static void say_only(struct watch *w, enum vsock_side side, uint16_t op, uint32_t flags)
{
	struct capture_record record;
	struct vsock_packet packet;
	uint8_t bytes[FRAME_HEADERS];
	struct frame frame = talk_frame(w->talk, side, op, 0, flags);
	struct seen seen = {.record = &record, .packet = &packet};

	talk_send_packet(w->talk, &frame, bytes, &packet);
	record = (struct capture_record){.ts = w->talk->now};
	seen.number = w->talk->number;
	seen.event = w->talk->event;
	inside_packet(w->inside, &seen);
}

static struct watch begin(bool open)
{
	struct watch w = {.inside = inside_new(true, true), .talk = talk_new(0, false)};

	assert_non_null(w.inside);
	w.inside->on_unanswered = note_unanswered;
	if (open) {
		say_only(&w, VSOCK_CLIENT, VSOCK_OP_REQUEST, 0);
		say_only(&w, VSOCK_SERVER, VSOCK_OP_RESPONSE, 0);
	}
	return w;
}

static void end(struct watch *w)
{
	inside_free(w->inside);
	talk_free(w->talk);
}

static void expect_line(const struct watch *w, const char *text)
{
	size_t length;
	const char *line = inside_first_line(w->inside, &length);

	if (!text) {
		assert_null(line);
		return;
	}
	assert_non_null(line);
	assert_int_equal(length, strlen(text));
	assert_memory_equal(line, text, length);
}

static const struct call_class *class_of(const struct watch *w, const char *name)
{
	const struct call_classes *classes = &w->inside->classes;

	for (uint32_t i = 0; i < classes->count; i++)
		if (strcmp(classes->sorted[i]->name, name) == 0)
			return classes->sorted[i];
	fail_msg("no class %s", name);
	return NULL;
}

static void a_call_is_a_request_and_its_answer(void **state)
{
	struct watch w = begin(true);
	const struct call_class *class;

	(void)state;
	ask(&w, "GET /a?secret HTT");
	expect_line(&w, NULL);
	ask(&w, "P/1.1\r\nAuthorization: x\r\n\r\n");
	expect_line(&w, "GET /a?...");
	say_only(&w, VSOCK_SERVER, VSOCK_OP_CREDIT_UPDATE, 0);
	expect_line(&w, NULL);
	answer(&w, "HTTP/1.1 404 Not ");
	expect_line(&w, NULL);
	answer(&w, "Found\r\nContent-Length: 3\r\n\r\n");
	expect_line(&w, "HTTP/1.1 404 Not Found");
	answer(&w, "abc");
	class = class_of(&w, "GET /a");
	assert_int_equal(class->answered, 1);
	assert_int_equal(class->errors, 1);
	assert_int_equal(class->statuses[0].status, 404);
	assert_int_equal(class->first.most, 2 * MS);
	assert_int_equal(class->last.most, 4 * MS);
	assert_int_equal(class->cid, 2);
	assert_int_equal(class->port, 22);
	assert_int_equal(class->callers[0], 3);
	assert_int_equal(class->slowest_packet, 3);
	assert_int_equal(class->bytes[0], 17 + 27);
	assert_int_equal(class->bytes[1], 17 + 28 + 3);
	assert_int_equal(inside_count_open(w.inside), 0);
	end(&w);
}

static void answers_come_in_the_order_of_requests(void **state)
{
	struct watch w = begin(true);

	(void)state;
	ask(&w, "HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nPOST /c HTTP/1.1\r\n"
		"Content-Length: 1\r\n\r\n");
	expect_line(&w, "HEAD /a");
	assert_int_equal(w.inside->line_count, 3);
	answer(&w, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
		   "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"
		   "HTTP/1.1 100 Continue\r\n\r\n");
	ask(&w, "c");
	answer(&w, "HTTP/1.1 204 x\r\n\r\n");
	assert_int_equal(class_of(&w, "HEAD /a")->first.most, MS);
	assert_int_equal(class_of(&w, "GET /b")->first.most, MS);
	assert_int_equal(class_of(&w, "POST /c")->first.most, MS);
	assert_int_equal(w.inside->answered, 3);
	assert_int_equal(w.inside->open.count, 0);
	end(&w);
}

static void a_body_may_end_with_the_stream(void **state)
{
	struct watch w = begin(true);

	(void)state;
	ask(&w, "GET / HTTP/1.0\r\n\r\n");
	answer(&w, "HTTP/1.0 200 OK\r\n\r\nsome ");
	answer(&w, "bytes");
	assert_int_equal(inside_count_open(w.inside), 1);
	assert_int_equal(class_of(&w, "GET /")->oldest_ts, 0);
	say_only(&w, VSOCK_SERVER, VSOCK_OP_SHUTDOWN, 3);
	say_only(&w, VSOCK_CLIENT, VSOCK_OP_RST, 0);
	assert_int_equal(w.inside->answered, 1);
	assert_int_equal(w.unanswered, 0);
	assert_int_equal(w.inside->open.count, 0);
	end(&w);
}

static void a_connection_may_end_before_the_answer(void **state)
{
	struct watch w = begin(true);

	(void)state;
	w.inside->context = &w;
	ask(&w, "GET / HTTP/1.1\r\n\r\n");
	assert_int_equal(inside_count_open(w.inside), 1);
	assert_int_equal(class_of(&w, "GET /")->oldest_ts, w.talk->now);
	say_only(&w, VSOCK_SERVER, VSOCK_OP_SHUTDOWN, 3);
	say_only(&w, VSOCK_CLIENT, VSOCK_OP_RST, 0);
	assert_int_equal(w.inside->unanswered, 1);
	assert_int_equal(class_of(&w, "GET /")->unanswered, 1);
	assert_int_equal(w.unanswered, 1);
	assert_true(w.ended.closed);
	assert_int_equal(w.ended.closer, VSOCK_SERVER);
	assert_int_equal(w.ended.caller, VSOCK_CLIENT);
	assert_int_equal(w.ended.waited, 2 * MS);
	end(&w);
}

static void an_open_call_waits_at_the_end(void **state)
{
	struct watch w = begin(true);

	(void)state;
	w.inside->context = &w;
	ask(&w, "GET / HTTP/1.1\r\n\r\n");
	inside_report_open(w.inside, w.talk->now + 31 * S, vsock_analysis_flows(w.talk->analysis));
	assert_int_equal(w.unanswered, 1);
	assert_false(w.ended.closed);
	assert_int_equal(w.ended.waited, 31 * S);
	end(&w);
}

/* The packet that the capture lacks is shown by what its receiver acknowledges. */
static void lost_bytes_end_the_pairing_until_a_request_begins_a_packet(void **state)
{
	struct watch w = begin(true);
	static const char get[] = "GET /a HTTP/1.1\r\n\r\n";
	static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

	(void)state;
	ask(&w, get);
	w.talk->side[VSOCK_SERVER].read = sizeof(get) + 100;
	answer(&w, ok);
	assert_int_equal(w.inside->unpaired, 1);
	assert_int_equal(w.inside->answered, 0);
	ask(&w, "body of something");
	ask(&w, get);
	answer(&w, "the end of something");
	answer(&w, ok);
	assert_int_equal(w.inside->unpaired, 1);
	assert_int_equal(w.inside->answered, 1);
	assert_int_equal(class_of(&w, "GET /a")->first.most, 2 * MS);
	end(&w);
}

static void cut_bodies_do_no_harm(void **state)
{
	struct watch w = begin(true);
	static const char post[] = "POST /a HTTP/1.1\r\nContent-Length: 500\r\n\r\n";
	static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	const uint32_t head = sizeof(post) - 1;

	(void)state;
	send_cut(&w, VSOCK_CLIENT, post, head + 500, head);
	answer(&w, ok);
	assert_int_equal(w.inside->answered, 1);
	assert_int_equal(class_of(&w, "POST /a")->bytes[0], head + 500);
	/* The cut is within the head. */
	send_cut(&w, VSOCK_CLIENT, post, head + 500, head - 4);
	assert_int_equal(w.inside->unpaired, 1);
	answer(&w, ok);
	assert_int_equal(w.inside->answered, 1);
	end(&w);
}

static void older_connections_are_found(void **state)
{
	struct watch w = begin(false);

	(void)state;
	answer(&w, "HTTP/1.1 200 OK\r\n");
	ask(&w, "\x01 something");
	ask(&w, "GET /a HTTP/1.1\r\n\r\n");
	answer(&w, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(w.inside->answered, 1);
	assert_int_equal(w.inside->late, 1);
	end(&w);
}

static void other_protocols_are_ignored(void **state)
{
	struct watch w = begin(true);

	(void)state;
	ask(&w, "hello\n");
	ask(&w, "GET / HTTP/1.1\r\n\r\n");
	answer(&w, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	expect_line(&w, NULL);
	assert_int_equal(w.inside->of_protocol, 0);
	assert_int_equal(w.inside->classes.count, 0);
	end(&w);
}

static void what_follows_an_upgrade_is_not_read(void **state)
{
	struct watch w = begin(true);

	(void)state;
	ask(&w, "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
	answer(&w, "HTTP/1.1 101 Switching Protocols\r\n\r\n");
	ask(&w, "GET /no HTTP/1.1\r\n\r\n");
	assert_int_equal(w.inside->answered, 1);
	assert_int_equal(w.inside->unpaired, 0);
	assert_int_equal(w.inside->classes.count, 1);
	end(&w);
}

static void too_many_calls_are_counted(void **state)
{
	struct watch w = begin(true);

	(void)state;
	for (int i = 0; i <= CONNECTION_CALLS_MAX; i++)
		ask(&w, "GET /a HTTP/1.1\r\n\r\n");
	assert_int_equal(w.inside->left_out, 1);
	assert_int_equal(w.inside->unpaired, CONNECTION_CALLS_MAX);
	assert_int_equal(w.inside->open.count, 0);
	end(&w);
}

static void ttrpc_calls_are_paired_by_their_stream(void **state)
{
	uint8_t call[] = "\0\0\0\x08\0\0\0\x01\x01\0\x0a\x03"
			 "a.B\x12\x01"
			 "C";
	uint8_t response[] = "\0\0\0\x04\0\0\0\x03\x02\0\x0a\x02\x08\x05";
	const size_t pieces[] = {4, 4, 1, 1};
	struct watch w = begin(true);
	const struct call_class *class;
	size_t at = 0;

	(void)state;
	/* As a client in Rust sends it. */
	for (size_t i = 0; i < 4; at += pieces[i++])
		send_bytes(&w, VSOCK_CLIENT, call + at, pieces[i]);
	expect_line(&w, NULL);
	send_bytes(&w, VSOCK_CLIENT, call + at, sizeof(call) - 1 - at);
	call[7] = 3;
	send_bytes(&w, VSOCK_CLIENT, call, sizeof(call) - 1);
	expect_line(&w, "ttRPC a.B/C");
	send_bytes(&w, VSOCK_SERVER, response, sizeof(response) - 1);
	expect_line(&w, "ttRPC NOT_FOUND");
	response[7] = 1;
	response[3] = 0;
	send_bytes(&w, VSOCK_SERVER, response, 10);
	expect_line(&w, "ttRPC OK");
	class = class_of(&w, "a.B/C");
	assert_int_equal(class->protocol, CALL_TTRPC);
	assert_int_equal(class->answered, 2);
	assert_int_equal(class->errors, 1);
	assert_int_equal(class->first.least, MS);
	assert_int_equal(class->first.most, 3 * MS);
	assert_int_equal(class->bytes[0], 2 * 18);
	assert_int_equal(class->bytes[1], 14 + 10);
	end(&w);
}

/* Who calls is not always who connects. */
static void a_server_may_call(void **state)
{
	struct watch w = begin(true);

	(void)state;
	send_bytes(&w, VSOCK_SERVER,
		   "\0\0\0\x08\0\0\0\x01\x01\0\x0a\x03"
		   "a.B\x12\x01"
		   "C",
		   18);
	send_bytes(&w, VSOCK_CLIENT, "\0\0\0\0\0\0\0\x01\x02\0", 10);
	assert_int_equal(class_of(&w, "a.B/C")->cid, 3);
	assert_int_equal(class_of(&w, "a.B/C")->port, 5000);
	assert_int_equal(class_of(&w, "a.B/C")->callers[0], 2);
	assert_int_equal(class_of(&w, "a.B/C")->answered, 1);
	end(&w);
}

static void calls_that_wait_by_design_say_so(void **state)
{
	static const char service[] = "grpc.AgentService";
	static const char method[] = "WaitProcess";
	uint8_t call[64] = {0, 0, 0, 32, 0, 0, 0, 1, 1, 0, 0x0a, 17};
	struct watch w = begin(true);

	(void)state;
	memcpy(call + 12, service, 17);
	call[29] = 0x12;
	call[30] = 11;
	memcpy(call + 31, method, 11);
	send_bytes(&w, VSOCK_CLIENT, call, 42);
	assert_true(class_of(&w, "grpc.AgentService/WaitProcess")->waits);
	end(&w);
}

static size_t put_frame(uint8_t *at, uint8_t type, uint8_t flags, uint8_t stream,
			const void *payload, size_t length)
{
	const uint8_t header[] = {0, 0, (uint8_t)length, type, flags, 0, 0, 0, stream};

	memcpy(at, header, sizeof(header));
	memcpy(at + sizeof(header), payload, length);
	return sizeof(header) + length;
}

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define HEADERS_OF_CALL                                                                            \
	"\x83\x04\x06/a.B/C\x0f\x10\x10"                                                           \
	"application/grpc"
#define MESSAGE "\0\0\0\0\3abc"

static void send_grpc_call(struct watch *w, uint8_t stream, bool preface)
{
	uint8_t bytes[200] = PREFACE;
	size_t length = preface ? 24 : 0;

	length += put_frame(bytes + length, 1, 4, stream, HEADERS_OF_CALL, 28);
	length += put_frame(bytes + length, 0, 1, stream, MESSAGE, 8);
	send_bytes(w, VSOCK_CLIENT, bytes, length);
}

static void send_grpc_answer(struct watch *w, uint8_t stream, const char *status)
{
	uint8_t bytes[200];
	size_t length = put_frame(bytes, 1, 4, stream,
				  "\x88\x0f\x10\x10"
				  "application/grpc",
				  20);

	send_bytes(w, VSOCK_SERVER, bytes, length);
	length = put_frame(bytes, 0, 0, stream, MESSAGE, 8);
	send_bytes(w, VSOCK_SERVER, bytes, length);
	memcpy(bytes + 100, "\0\x0bgrpc-status\x01", 14);
	memcpy(bytes + 114, status, 1);
	length = put_frame(bytes, 1, 5, stream, bytes + 100, 15);
	send_bytes(w, VSOCK_SERVER, bytes, length);
}

static void grpc_calls_have_names_and_statuses(void **state)
{
	struct watch w = begin(true);
	const struct call_class *class;

	(void)state;
	if (!hpack_is_available()) {
		end(&w);
		skip();
	}
	send_grpc_call(&w, 1, true);
	expect_line(&w, "gRPC a.B/C");
	send_grpc_call(&w, 3, false);
	send_grpc_answer(&w, 3, "5");
	expect_line(&w, "gRPC NOT_FOUND");
	send_grpc_answer(&w, 1, "0");
	expect_line(&w, "gRPC OK");
	class = class_of(&w, "a.B/C");
	assert_int_equal(class->protocol, CALL_GRPC);
	assert_int_equal(class->answered, 2);
	assert_int_equal(class->errors, 1);
	assert_int_equal(class->statuses[0].status, 5);
	assert_int_equal(class->first.least, MS);
	assert_int_equal(class->first.most, 5 * MS);
	assert_int_equal(class->last.most, 7 * MS);
	end(&w);
}

static void names_of_older_connections_are_not_seen(void **state)
{
	struct watch w = begin(false);
	const struct call_class *class;

	(void)state;
	send_grpc_call(&w, 7, false);
	expect_line(&w, NULL);
	send_grpc_answer(&w, 7, "5");
	class = class_of(&w, CALL_NAME_NOT_SEEN);
	assert_int_equal(class->protocol, CALL_GRPC);
	assert_int_equal(class->answered, 1);
	assert_int_equal(class->errors, 0);
	assert_int_equal(w.inside->unnamed, 1);
	assert_int_equal(w.inside->late, 1);
	end(&w);
}

static void resets_and_goaway_end_calls(void **state)
{
	struct watch w = begin(true);
	uint8_t bytes[64];
	const struct call_class *class;
	size_t length;

	(void)state;
	for (uint8_t stream = 1; stream < 9; stream += 2)
		send_grpc_call(&w, stream, stream == 1);
	length = put_frame(bytes, 3, 0, 1, "\0\0\0\x08", 4);
	send_bytes(&w, VSOCK_CLIENT, bytes, length);
	length = put_frame(bytes, 3, 0, 3, "\0\0\0\x02", 4);
	send_bytes(&w, VSOCK_SERVER, bytes, length);
	length = put_frame(bytes, 7, 0, 0, "\0\0\0\x05\0\0\0\0", 8);
	send_bytes(&w, VSOCK_SERVER, bytes, length);
	class = w.inside->classes.sorted[0];
	assert_int_equal(class->errors, 3);
	assert_int_equal(class->statuses[0].status, CALL_STATUS_RESET + 8);
	assert_int_equal(class->statuses[1].status, CALL_STATUS_RESET + 2);
	assert_int_equal(class->statuses[2].status, CALL_STATUS_GOAWAY);
	assert_int_equal(inside_count_open(w.inside), 1);
	end(&w);
}

static void settings_of_a_server_may_come_first(void **state)
{
	struct watch w = begin(true);
	uint8_t bytes[64];
	size_t length = put_frame(bytes, 4, 0, 0, "\0\3\0\0\0\x64", 6);

	(void)state;
	send_bytes(&w, VSOCK_SERVER, bytes, length);
	send_grpc_call(&w, 1, true);
	send_grpc_answer(&w, 1, "0");
	assert_int_equal(w.inside->answered, 1);
	end(&w);
}

static void hellos_have_a_line(void **state)
{
	struct watch w = begin(true);

	(void)state;
	answer(&w, "SSH-2.0-OpenSSH_9.2\r\n");
	expect_line(&w, "SSH-2.0-OpenSSH_9.2");
	ask(&w, "SSH-2.0-x y\r\n");
	expect_line(&w, "SSH-2.0-x y");
	ask(&w, "SSH-2.0-again\r\n");
	expect_line(&w, NULL);
	end(&w);
	w = begin(true);
	ask(&w, "STATUS=secret\nREADY=1\n");
	expect_line(&w, "sd_notify STATUS");
	end(&w);
	w = begin(true);
	ask(&w, "READY=1\n");
	expect_line(&w, "sd_notify READY=1");
	end(&w);
}

static void say_bytes(struct watch *w, enum vsock_side side, const char *bytes, size_t length,
		      const char *line)
{
	send_bytes(w, side, bytes, length);
	expect_line(w, line);
}

/* Commands and mechanisms are shown up to BEGIN, and nothing that may be an identity or a secret.
 */
static void authentication_of_dbus_has_lines(void **state)
{
	struct watch w = begin(true);

	(void)state;
	say_bytes(&w, VSOCK_CLIENT, "\0", 1, NULL);
	say_bytes(&w, VSOCK_CLIENT, "AUTH DBUS_COOKIE_SHA1 31303030\r\n", 32,
		  "D-Bus AUTH DBUS_COOKIE_SHA1");
	answer(&w, "REJECTED EXTERNAL ANONYMOUS\r\n");
	expect_line(&w, "D-Bus REJECTED EXTERNAL ANONYMOUS");
	ask(&w, "DATA 7365637265740a\r\nBEGIN\r\nDATA 00\r\n");
	expect_line(&w, "D-Bus DATA");
	assert_int_equal(w.inside->line_count, 2);
	ask(&w, "CANCEL\r\n");
	expect_line(&w, NULL);
	answer(&w, "ERROR secret\r\n");
	expect_line(&w, "D-Bus ERROR");
	say_bytes(&w, VSOCK_SERVER, "l\2\1\1", 4, NULL);
	answer(&w, "OK\r\n");
	expect_line(&w, NULL);
	end(&w);
	w = begin(true);
	say_bytes(&w, VSOCK_CLIENT, "\0AUTH EXTERNAL 30\r\n", 19, "D-Bus AUTH EXTERNAL");
	end(&w);
}

static void messages_in_json_have_a_line(void **state)
{
	struct watch w = begin(true);
	static const char call[] = "{\"method\":\"io.systemd.X.Y\",\"parameters\":{\"a\":1}}";
	static const char reply[] = "{\"parameters\":{}}";

	(void)state;
	send_bytes(&w, VSOCK_CLIENT, call, sizeof(call));
	expect_line(&w, "varlink io.systemd.X.Y");
	send_bytes(&w, VSOCK_SERVER, reply, sizeof(reply));
	expect_line(&w, "varlink reply");
	send_bytes(&w, VSOCK_SERVER, reply, 5);
	expect_line(&w, NULL);
	end(&w);
	w = begin(true);
	ask(&w, "{\"execute\":\"guest-ping\"}\n{\"execute\":\"guest-info\"}\n");
	expect_line(&w, "QMP guest-ping");
	assert_int_equal(w.inside->line_count, 2);
	answer(&w, "{\"return\": {}}\n");
	expect_line(&w, "QMP return");
	answer(&w, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"x\"}}\n");
	expect_line(&w, "QMP error GenericError");
	end(&w);
	w = begin(true);
	ask(&w, "{\"jsonrpc\":\"2.0\",\"method\":\"go\",\"id\":1}\n");
	expect_line(&w, "JSON-RPC go");
	end(&w);
}

static void lines_are_printable(void **state)
{
	struct watch w = begin(true);

	(void)state;
	ask(&w, "GET /\xc3\xa4\\ HTTP/1.1\r\n\r\n");
	expect_line(&w, "GET /\\xc3\\xa4\\x5c");
	answer(&w, "HTTP/1.1 200 \033[2J\r\n\r\n");
	expect_line(&w, "HTTP/1.1 200 \\x1b[2J");
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_call_is_a_request_and_its_answer),
	    cmocka_unit_test(answers_come_in_the_order_of_requests),
	    cmocka_unit_test(a_body_may_end_with_the_stream),
	    cmocka_unit_test(a_connection_may_end_before_the_answer),
	    cmocka_unit_test(an_open_call_waits_at_the_end),
	    cmocka_unit_test(lost_bytes_end_the_pairing_until_a_request_begins_a_packet),
	    cmocka_unit_test(cut_bodies_do_no_harm),
	    cmocka_unit_test(older_connections_are_found),
	    cmocka_unit_test(other_protocols_are_ignored),
	    cmocka_unit_test(what_follows_an_upgrade_is_not_read),
	    cmocka_unit_test(too_many_calls_are_counted),
	    cmocka_unit_test(ttrpc_calls_are_paired_by_their_stream),
	    cmocka_unit_test(a_server_may_call),
	    cmocka_unit_test(calls_that_wait_by_design_say_so),
	    cmocka_unit_test(grpc_calls_have_names_and_statuses),
	    cmocka_unit_test(names_of_older_connections_are_not_seen),
	    cmocka_unit_test(resets_and_goaway_end_calls),
	    cmocka_unit_test(settings_of_a_server_may_come_first),
	    cmocka_unit_test(hellos_have_a_line),
	    cmocka_unit_test(authentication_of_dbus_has_lines),
	    cmocka_unit_test(messages_in_json_have_a_line),
	    cmocka_unit_test(lines_are_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
