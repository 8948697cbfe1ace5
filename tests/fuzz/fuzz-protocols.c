/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/protocols.
 *
 * The input is the beginning of a stream. Each parser reads it whole and cut in half. What it
 * returns points into the bytes. An answer that is final for the beginning holds for the whole.
 */
#include <string.h>

#include "lib/protocols/dbus.h"
#include "lib/protocols/jsonrpc.h"
#include "lib/protocols/notify.h"
#include "lib/protocols/protobuf.h"
#include "lib/protocols/qmp.h"
#include "lib/protocols/ttrpc.h"
#include "lib/protocols/varlink.h"
#include "tests/fuzz/must.h"

/* A copy of just this size, so that sanitizers see a read beyond it. */
struct bytes {
	uint8_t *at;
	size_t length;
};

struct result {
	enum protocol_answer answer;
	size_t size;
};

static void must_be_inside(const struct bytes *bytes, struct json_text text)
{
	must(text.at || text.length == 0);
	must(!text.at || (text.at >= bytes->at && text.length <= bytes->length &&
			  (size_t)(text.at - bytes->at) <= bytes->length - text.length));
}

static struct result read_varlink(const struct bytes *bytes)
{
	struct varlink_message m;
	enum protocol_answer answer = varlink_read(bytes->at, bytes->length, &m);

	must_be_inside(bytes, m.method);
	must_be_inside(bytes, m.error);
	must_be_inside(bytes, m.parameters);
	if (answer == PROTOCOL_YES)
		must(!(m.method.at && (m.error.at || m.continues)));
	return (struct result){answer, m.size};
}

static struct result read_qmp(const struct bytes *bytes)
{
	struct qmp_message m;
	enum protocol_answer answer = qmp_read(bytes->at, bytes->length, &m);

	must_be_inside(bytes, m.name);
	must_be_inside(bytes, m.text);
	must_be_inside(bytes, m.id);
	must_be_inside(bytes, m.value);
	must(answer != PROTOCOL_YES || (m.type != QMP_UNKNOWN && m.start < m.size));
	return (struct result){answer, m.size};
}

static struct result read_jsonrpc(const struct bytes *bytes)
{
	struct jsonrpc_message m;
	enum protocol_answer answer = jsonrpc_read(bytes->at, bytes->length, &m);

	must_be_inside(bytes, m.method);
	must_be_inside(bytes, m.id);
	must_be_inside(bytes, m.code);
	must_be_inside(bytes, m.text);
	must_be_inside(bytes, m.value);
	must(answer != PROTOCOL_YES || (m.type != JSONRPC_UNKNOWN && m.start < m.size));
	return (struct result){answer, m.size};
}

typedef struct result read_fn(const struct bytes *bytes);

static void check_notify(const struct bytes *bytes)
{
	struct notify_line line;

	if (notify_recognize(bytes->at, bytes->length) == PROTOCOL_YES)
		must(notify_next_line(bytes->at, bytes->length, &line));
	for (size_t at = 0; at < bytes->length; at += line.size) {
		bool good = notify_next_line(bytes->at + at, bytes->length - at, &line);

		must(line.size > 0 && line.size <= bytes->length - at);
		must(!good || line.key_length + 1 + line.value_length <= line.size);
	}
}

static void check_protobuf(const struct bytes *bytes)
{
	struct protobuf_part part;
	size_t at = 0;
	size_t before = 0;

	while (protobuf_read(bytes->at, bytes->length, &at, &part) == PROTOCOL_YES) {
		must(at > before && at <= bytes->length && part.number > 0);
		must(part.at > before && part.at + part.length == at);
		before = at;
	}
	must(at == before);
}

static void check_ttrpc(const struct bytes *half, const struct bytes *whole)
{
	enum protocol_answer of_half = ttrpc_recognize(half->at, half->length);
	enum protocol_answer of_whole = ttrpc_recognize(whole->at, whole->length);

	must(of_half == PROTOCOL_MORE || of_half == of_whole);
}

static void must_be_text_of(const struct bytes *bytes, struct dbus_text text)
{
	must_be_inside(bytes, (struct json_text){(const uint8_t *)text.at, text.length});
}

static void check_dbus_line(const struct bytes *half, const struct bytes *whole,
			    enum protocol_answer (*read)(const uint8_t *bytes, size_t length,
							 struct dbus_line *line))
{
	struct dbus_line line;
	enum protocol_answer of_half = read(half->at, half->length, &line);
	size_t size = line.size;
	enum protocol_answer of_whole = read(whole->at, whole->length, &line);

	must_be_text_of(whole, line.command);
	must_be_text_of(whole, line.mechanism);
	must_be_text_of(whole, line.mechanisms);
	must_be_text_of(whole, line.argument);
	must(of_half == PROTOCOL_MORE || of_half == of_whole);
	must(of_half != PROTOCOL_YES || size == line.size);
	must(of_whole != PROTOCOL_YES || (line.size > 0 && line.size <= whole->length));
}

static void check_dbus(const struct bytes *half, const struct bytes *whole)
{
	uint32_t size_of_half;
	uint32_t size;
	enum protocol_answer of_half = dbus_message_read(half->at, half->length, &size_of_half);
	enum protocol_answer of_whole = dbus_message_read(whole->at, whole->length, &size);

	check_dbus_line(half, whole, dbus_line_read);
	check_dbus_line(half, whole, dbus_start_read);
	must(of_half == PROTOCOL_MORE || of_half == of_whole);
	must(size_of_half == 0 || size_of_half == size);
	must(of_whole != PROTOCOL_YES || (size >= DBUS_HEADER_SIZE && size <= whole->length));
	if (dbus_message_is_certain(half->at, half->length))
		must(dbus_message_is_certain(whole->at, whole->length));
}

static struct bytes copy_of(const uint8_t *data, size_t size)
{
	struct bytes bytes = {malloc(size ? size : 1), size};

	must(bytes.at);
	memcpy(bytes.at, data, size);
	return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static read_fn *const readers[] = {read_varlink, read_qmp, read_jsonrpc};
	static const uint8_t nothing[1];
	struct bytes whole = copy_of(size ? data : nothing, size);
	struct bytes half = copy_of(size ? data : nothing, size / 2);
	unsigned certain = 0;

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct result of_half = readers[i](&half);
		struct result of_whole = readers[i](&whole);

		must((of_whole.answer == PROTOCOL_YES) == (of_whole.size > 0) ||
		     of_whole.answer == PROTOCOL_NO);
		must(of_whole.size <= size);
		if (of_half.answer == PROTOCOL_NO)
			must(of_whole.answer == PROTOCOL_NO);
		if (of_half.answer == PROTOCOL_YES)
			must(of_whole.answer == PROTOCOL_YES && of_whole.size == of_half.size);
		certain += of_whole.answer == PROTOCOL_YES;
	}
	/* Nobody has to choose between two of them. */
	must(certain <= 1);
	check_notify(&whole);
	check_protobuf(&whole);
	check_ttrpc(&half, &whole);
	check_dbus(&half, &whole);
	free(whole.at);
	free(half.at);
	return 0;
}
