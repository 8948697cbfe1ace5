/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "tests/dissector/payloads.h"

enum { REQUEST = 1, RESPONSE, DATA };
enum { CLOSED = 1, OPEN = 2, NO_DATA = 4 };

#define AGENT   "grpc.AgentService"
#define STREAMS "streaming.Streams"

static void put_varint(struct bytes *b, uint64_t value)
{
	for (; value > 127; value >>= 7)
		put_byte(b, (value & 127) | 128);
	put_byte(b, (unsigned)value);
}

static void put_number(struct bytes *b, unsigned field, uint64_t value)
{
	put_varint(b, field << 3);
	put_varint(b, value);
}

static void put_field(struct bytes *b, unsigned field, const void *bytes, size_t length)
{
	put_varint(b, field << 3 | 2);
	put_varint(b, length);
	put_bytes(b, bytes, length);
}

static void put_string(struct bytes *b, unsigned field, const char *text)
{
	put_field(b, field, text, strlen(text));
}

static void put_message(struct bytes *b, uint32_t stream, unsigned type, unsigned flags,
			const struct bytes *body)
{
	put_big_endian(b, body->length, 4);
	put_big_endian(b, stream, 4);
	put_byte(b, type);
	put_byte(b, flags);
	put_bytes(b, body->at, body->length);
}

/* A message of the service: a string and a number. */
static struct bytes inner(const char *text)
{
	struct bytes b = {.length = 0};

	put_string(&b, 1, text);
	put_number(&b, 2, 300);
	return b;
}

static struct bytes request_body(const char *service, const char *method, const char *text)
{
	struct bytes payload = inner(text);
	struct bytes b = {.length = 0};

	put_string(&b, 1, service);
	put_string(&b, 2, method);
	put_field(&b, 3, payload.at, payload.length);
	return b;
}

static void put_request(struct bytes *b, uint32_t stream, const char *method)
{
	struct bytes body = request_body(AGENT, method, "container-1");

	put_message(b, stream, REQUEST, 0, &body);
}

static void put_response(struct bytes *b, uint32_t stream, const char *text)
{
	struct bytes payload = inner(text);
	struct bytes body = {.length = 0};

	put_field(&body, 1, "", 0);
	put_field(&body, 2, payload.at, payload.length);
	put_message(b, stream, RESPONSE, 0, &body);
}

static void put_error(struct bytes *b, uint32_t stream, unsigned code, const char *text)
{
	struct bytes status = {.length = 0};
	struct bytes body = {.length = 0};

	put_number(&status, 1, code);
	put_string(&status, 2, text);
	put_field(&body, 1, status.at, status.length);
	put_message(b, stream, RESPONSE, 0, &body);
}

static void say_bytes(struct talk *t, enum speaker who, const struct bytes *b)
{
	talk_send(t, who, b->at, b->length);
}

/* Two calls at once; the second is answered first. The first has every field of a request. */
static void interleaved(struct talk *t)
{
	struct bytes metadata = {.length = 0};
	struct bytes body = request_body(AGENT, "CreateContainer", "container-1");
	struct bytes b = {.length = 0};

	put_number(&body, 4, 60000000001);
	put_string(&metadata, 1, "trace");
	put_string(&metadata, 2, "4bf92f35");
	put_field(&body, 5, metadata.at, metadata.length);
	put_message(&b, 1, REQUEST, 0, &body);
	say_bytes(t, CLIENT, &b);

	b.length = 0;
	put_request(&b, 3, "StartContainer");
	say_bytes(t, CLIENT, &b);
	b.length = 0;
	put_response(&b, 3, "started");
	say_bytes(t, SERVER, &b);
	b.length = 0;
	put_response(&b, 1, "created");
	say_bytes(t, SERVER, &b);
}

/* The header in a separate packet, as some implementations write it, then the body in two. */
static void split(struct talk *t)
{
	struct bytes b = {.length = 0};

	put_request(&b, 5, "RemoveContainer");
	talk_send(t, CLIENT, b.at, 10);
	talk_send(t, CLIENT, b.at + 10, 15);
	talk_send(t, CLIENT, b.at + 25, b.length - 25);
	b.length = 0;
	put_error(&b, 5, 5, "no such container");
	talk_send(t, SERVER, b.at, 10);
	talk_send(t, SERVER, b.at + 10, b.length - 10);
}

/* Three calls and the first bytes of a fourth, answered in one packet. */
static void together(struct talk *t)
{
	struct bytes b = {.length = 0};
	uint32_t end;

	put_request(&b, 7, "StatsContainer");
	put_request(&b, 9, "GetMetrics");
	put_request(&b, 11, "Check");
	end = b.length + 3;
	put_request(&b, 13, "Version");
	talk_send(t, CLIENT, b.at, end);
	talk_send(t, CLIENT, b.at + end, b.length - end);
	b.length = 0;
	put_response(&b, 11, "serving");
	put_response(&b, 9, "metrics");
	put_response(&b, 7, "stats");
	put_error(&b, 13, 99, "a code of its own");
	say_bytes(t, SERVER, &b);
}

static void streaming(struct talk *t)
{
	struct bytes none = {.length = 0};
	struct bytes body = request_body(STREAMS, "Echo", "begin");
	struct bytes b = {.length = 0};

	put_message(&b, 15, REQUEST, OPEN, &body);
	say_bytes(t, CLIENT, &b);
	for (int i = 0; i < 2; i++) {
		body = inner(i == 0 ? "ping" : "pong");
		b.length = 0;
		put_message(&b, 15, DATA, 0, &body);
		say_bytes(t, i == 0 ? CLIENT : SERVER, &b);
	}
	b.length = 0;
	put_message(&b, 15, DATA, CLOSED | NO_DATA, &none);
	say_bytes(t, CLIENT, &b);
	b.length = 0;
	put_message(&b, 15, RESPONSE, 0, &none);
	say_bytes(t, SERVER, &b);
}

/* A server that streams: the client has nothing more to say, and no response comes. */
static void server_stream(struct talk *t)
{
	struct bytes none = {.length = 0};
	struct bytes body = request_body(STREAMS, "Watch", "begin");
	struct bytes b = {.length = 0};

	put_message(&b, 19, REQUEST, CLOSED, &body);
	say_bytes(t, CLIENT, &b);
	for (int i = 0; i < 3; i++) {
		b.length = 0;
		body = inner("event");
		put_message(&b, 19, DATA, 0, &body);
		say_bytes(t, SERVER, &b);
	}
	b.length = 0;
	put_message(&b, 19, DATA, CLOSED | NO_DATA, &none);
	say_bytes(t, SERVER, &b);
	/* As a client in Rust begins a stream of its own. */
	b.length = 0;
	body = request_body(STREAMS, "Echo", "begin");
	put_message(&b, 21, REQUEST, OPEN | NO_DATA, &body);
	say_bytes(t, CLIENT, &b);
}

/* Calls of Kata's agent about a process. Input of the user follows the ids. */
static void of_process(struct talk *t)
{
	struct bytes payload = {.length = 0};
	struct bytes body = {.length = 0};
	struct bytes b = {.length = 0};

	put_string(&payload, 1, "c0ffee");
	put_string(&payload, 2, "exec-7");
	put_string(&payload, 3, "password");
	put_string(&body, 1, AGENT);
	put_string(&body, 2, "WriteStdin");
	put_field(&body, 3, payload.at, payload.length);
	put_message(&b, 23, REQUEST, 0, &body);
	/* Field 1 of this one is no container. */
	body = request_body(AGENT, "CopyFile", "/etc/hosts");
	put_message(&b, 25, REQUEST, 0, &body);
	say_bytes(t, CLIENT, &b);
}

static void large(struct talk *t)
{
	char text[40001];
	struct bytes b = {.length = 0};
	struct bytes body;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	body = request_body(AGENT, "WriteStdin", text);
	put_message(&b, 17, REQUEST, 0, &body);
	talk_send_split(t, CLIENT, &b, 4096);
	b.length = 0;
	put_response(&b, 17, "written");
	say_bytes(t, SERVER, &b);
}

void write_ttrpc(struct talk *t)
{
	struct bytes b = {.length = 0};

	talk_begin(t, 2, 3, 1024, false);
	interleaved(t);
	split(t);
	together(t);
	streaming(t);
	large(t);
	server_stream(t);
	of_process(t);
	talk_end(t);

	/* On an unknown port, without the start: the answer to the first call is whole. */
	talk_begin(t, 2, 4, 7777, true);
	put_response(&b, 21, "late");
	say_bytes(t, SERVER, &b);
	b.length = 0;
	put_request(&b, 23, "Check");
	say_bytes(t, CLIENT, &b);
	b.length = 0;
	put_response(&b, 23, "serving");
	say_bytes(t, SERVER, &b);
	talk_end(t);
}

static void put_header(struct bytes *b, uint32_t length, uint32_t stream, unsigned type,
		       unsigned flags)
{
	put_big_endian(b, length, 4);
	put_big_endian(b, stream, 4);
	put_byte(b, type);
	put_byte(b, flags);
}

static void say_header(struct talk *t, uint32_t length, uint32_t stream, unsigned type,
		       unsigned flags)
{
	struct bytes b = {.length = 0};

	put_header(&b, length, stream, type, flags);
	put_text(&b, "surplus");
	say_bytes(t, CLIENT, &b);
}

static void broken_bodies(struct talk *t)
{
	struct bytes body = request_body(AGENT, "Check", "x");
	struct bytes b = {.length = 0};

	put_string(&body, 9, "of a later version");
	put_number(&body, 1, 5);
	put_message(&b, 3, REQUEST, 0, &body);
	body.length = 0;
	put_varint(&body, 1 << 3 | 2);
	put_varint(&body, 1000);
	put_message(&b, 5, REQUEST, 0, &body);
	body.length = 0;
	put_bytes(&body, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
	put_message(&b, 7, RESPONSE, 0, &body);
	body.length = 0;
	for (int i = 0; i < 300; i++)
		put_field(&body, 5, "", 0);
	put_message(&b, 9, REQUEST, 0, &body);
	say_bytes(t, CLIENT, &b);
}

static void foreign(struct talk *t, uint32_t port, const char *text)
{
	talk_begin(t, 2, 3, port, false);
	talk_send(t, CLIENT, text, (uint32_t)strlen(text));
	talk_end(t);
}

void write_ttrpc_troubles(struct talk *t)
{
	struct bytes b = {.length = 0};

	talk_begin(t, 2, 3, 10789, false);
	put_request(&b, 1, "Check");
	say_bytes(t, CLIENT, &b);
	broken_bodies(t);
	say_header(t, (4u << 20) + 1, 11, REQUEST, 0);
	say_header(t, UINT32_MAX, 11, REQUEST, 0);
	say_header(t, 7, 13, 9, 0);
	say_header(t, 7, 2, DATA, OPEN);
	/* Answered twice, and never asked. */
	b.length = 0;
	put_response(&b, 1, "once");
	put_response(&b, 1, "twice");
	put_response(&b, 99, "what?");
	say_bytes(t, SERVER, &b);
	talk_end(t);

	foreign(t, 1024, "hello, this is another program\n");
	foreign(t, 10789, "x");
	/* The header of a request, but no name after it. */
	talk_begin(t, 2, 3, 1024, false);
	b.length = 0;
	put_header(&b, 12, 1, REQUEST, 0);
	put_text(&b, "\n\1\1\22\1\1      ");
	say_bytes(t, CLIENT, &b);
	talk_end(t);
}
