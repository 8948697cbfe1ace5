/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the readers of lib/protocols, and recognize.c.
 *
 * The first byte chooses the reader, the second one the size of the pieces. The rest of the
 * input is the stream. A reader must report the same whether the stream comes at once or in pieces,
 * and may not say after some bytes what more bytes disprove. Memory for header blocks is bounded,
 * and all of it is returned.
 */
#include <string.h>

#include "lib/protocols/http1.h"
#include "lib/protocols/http2.h"
#include "lib/protocols/recognize.h"
#include "lib/protocols/ssh.h"
#include "lib/protocols/tls.h"
#include "lib/protocols/ttrpc-reader.h"
#include "tests/fuzz/must.h"

#define BUDGET (256 * 1024)

/* What a reader reported, as a sum over all events. */
struct sum {
	uint64_t value;
	uint64_t events;
	bool over;
};

static void add(struct sum *sum, uint64_t value)
{
	sum->value = (sum->value ^ value) * UINT64_C(0x100000001b3);
}

static void add_text(struct sum *sum, const char *text, size_t length)
{
	add(sum, length);
	for (size_t i = 0; i < length; i++)
		add(sum, (uint8_t)text[i]);
}

static size_t shorter(size_t a, size_t b)
{
	return a < b ? a : b;
}

struct readers {
	struct http1_reader http1;
	struct http2_reader http2;
	struct ttrpc_reader ttrpc;
	struct hpack_fields fields;
	struct sum sum;
};

static void read_http1(struct readers *r, const uint8_t *bytes, size_t length)
{
	struct http1_line line;
	enum http1_event event;
	size_t at = 0;

	while ((event = http1_read(&r->http1, bytes, length, &at, 1, &line)) == HTTP1_LINE ||
	       event == HTTP1_END) {
		must(at <= length);
		add(&r->sum, event);
		r->sum.events++;
		if (event == HTTP1_END)
			continue;
		must(r->http1.response == (line.status >= 100));
		add(&r->sum, line.status);
		/* A line in pieces is cut. */
		add_text(&r->sum, line.method.at, line.method.length);
	}
	must(event == HTTP1_WRONG || at == length);
	r->sum.over = event == HTTP1_WRONG;
}

static void read_http2(struct readers *r, const uint8_t *bytes, size_t length)
{
	struct http2_frame frame;
	enum http2_step step;
	size_t at = 0;

	while ((step = http2_read(&r->http2, bytes, length, &at, 1, &frame, &r->fields)) ==
		   HTTP2_FRAME ||
	       step == HTTP2_TABLE) {
		must(at <= length);
		r->sum.events++;
		add(&r->sum, step);
		add(&r->sum, frame.number);
		if (step == HTTP2_TABLE && r->http2.hpack)
			hpack_allow_table(r->http2.hpack, frame.number);
		if (step == HTTP2_TABLE)
			continue;
		must(frame.type != HTTP2_CONTINUATION && frame.size >= HTTP2_HEADER_SIZE);
		add(&r->sum, frame.type | (uint64_t)frame.end << 8 | (uint64_t)frame.grpc << 9 |
				 (uint64_t)frame.known << 10);
		add(&r->sum, frame.stream);
		if (frame.type == HTTP2_HEADERS && frame.known)
			add_text(&r->sum, r->fields.path, strlen(r->fields.path));
	}
	must(step == HTTP2_BROKEN || at == length);
	r->sum.over = step == HTTP2_BROKEN;
}

static void read_ttrpc(struct readers *r, const uint8_t *bytes, size_t length)
{
	enum ttrpc_event event;
	size_t at = 0;

	while ((event = ttrpc_read(&r->ttrpc, bytes, length, &at, 1)) == TTRPC_HEAD ||
	       event == TTRPC_END) {
		char name[TTRPC_NAME_MAX];
		uint32_t code = 0;

		must(at <= length);
		r->sum.events++;
		add(&r->sum, event);
		if (event != TTRPC_HEAD)
			continue;
		if (ttrpc_reader_name(&r->ttrpc, name))
			add_text(&r->sum, name, strlen(name));
		add(&r->sum, ttrpc_reader_status(&r->ttrpc, &code));
		add(&r->sum, code);
	}
	must(event == TTRPC_WRONG || at == length);
	r->sum.over = event == TTRPC_WRONG;
}

typedef void read_fn(struct readers *r, const uint8_t *bytes, size_t length);

static struct sum read_all(read_fn *read, uint8_t choice, const uint8_t *data, size_t size,
			   size_t piece)
{
	struct hpack_budget budget = {BUDGET, 0};
	struct hpack *hpack = choice & 8 ? hpack_new(&budget) : NULL;
	struct readers r = {
	    .http1 = http1_reader_of(choice & 4),
	    .http2 = http2_reader_of(choice & 4, hpack),
	    .ttrpc = ttrpc_reader_of(),
	};

	for (size_t at = 0; at < size && !r.sum.over; at += piece) {
		size_t length = shorter(piece, size - at);
		uint8_t *copy = malloc(length);

		must(copy);
		memcpy(copy, data + at, length);
		read(&r, copy, length);
		free(copy);
	}
	must(budget.used <= BUDGET);
	hpack_free(hpack);
	must(budget.used == 0);
	return r.sum;
}

static void check_hellos(const uint8_t *half, const uint8_t *whole, size_t size)
{
	struct tls_hello hello;
	enum protocol_answer of_half = tls_hello_read(half, size / 2, &hello);
	enum protocol_answer of_whole = tls_hello_read(whole, size, &hello);
	size_t line;

	must(of_half == PROTOCOL_MORE || of_half == of_whole);
	if (of_whole == PROTOCOL_YES && hello.name)
		must((const uint8_t *)hello.name >= whole &&
		     (size_t)((const uint8_t *)hello.name - whole) + hello.name_length <= size);
	of_half = ssh_banner_read(half, size / 2, &line);
	of_whole = ssh_banner_read(whole, size, &line);
	must(of_half == PROTOCOL_MORE || of_half == of_whole);
	must(of_whole != PROTOCOL_YES || line < size);
}

static void check_recognizer(const uint8_t *data, size_t size)
{
	uint8_t *whole = malloc(size ? size : 1);
	uint8_t *half = malloc(size ? size : 1);
	struct stream_kind of_half = {STREAM_UNKNOWN, false};
	struct stream_kind of_whole = {STREAM_UNKNOWN, false};
	enum protocol_answer first;
	enum protocol_answer second;

	must(whole && half);
	memcpy(whole, data, size);
	half = realloc(half, size / 2 ? size / 2 : 1);
	must(half);
	memcpy(half, data, size / 2);
	first = stream_recognize(half, size / 2, &of_half);
	second = stream_recognize(whole, size, &of_whole);
	must(first != PROTOCOL_NO || second == PROTOCOL_NO);
	/* More bytes may show that text is no message of sd_notify. */
	if (first == PROTOCOL_YES && of_half.protocol != STREAM_NOTIFY)
		must(second == PROTOCOL_YES && of_whole.protocol == of_half.protocol &&
		     of_whole.answers == of_half.answers);
	if (stream_recognize_inside(whole, size, &of_whole) == PROTOCOL_YES)
		must(stream_protocol_name(of_whole.protocol) != NULL);
	check_hellos(half, whole, size);
	free(whole);
	free(half);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static read_fn *const readers[] = {read_http1, read_http2, read_ttrpc};
	uint8_t choice;
	struct sum whole;
	struct sum pieces;

	if (size < 3)
		return 0;
	choice = data[0];
	if (choice % 4 == 3) {
		check_recognizer(data + 2, size - 2);
		return 0;
	}
	whole = read_all(readers[choice % 4], choice, data + 2, size - 2, size);
	pieces = read_all(readers[choice % 4], choice, data + 2, size - 2, data[1] % 64 + 1);
	must(whole.over == pieces.over);
	must(whole.events == pieces.events);
	must(whole.value == pieces.value);
	return 0;
}
