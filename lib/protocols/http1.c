/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/http1.h"

#include <string.h>

#include "lib/protocols/http1-text.h"

enum state {
	FIRST_LINE,
	HEADERS,
	BODY,
	CHUNK_SIZE,
	CHUNK,
	CHUNK_END,
	TRAILERS,
	UNTIL_CLOSE,
	OTHER, /* no HTTP */
};

struct http1_reader http1_reader_of(bool response)
{
	struct http1_reader reader;

	/* Not the line, which has no meaning yet. */
	memset(&reader, 0, offsetof(struct http1_reader, line));
	reader.response = response;
	return reader;
}

bool http1_is_interim(uint16_t status)
{
	return status >= 100 && status < 200 && status != 101;
}

bool http1_is_idle(const struct http1_reader *reader)
{
	return reader->state == FIRST_LINE && !reader->begun;
}

bool http1_ends_with_stream(const struct http1_reader *reader)
{
	return reader->state == UNTIL_CLOSE;
}

static enum http1_event fail(struct http1_reader *reader)
{
	reader->state = OTHER;
	return HTTP1_WRONG;
}

static enum http1_event end_message(struct http1_reader *reader)
{
	struct http1_reader next = http1_reader_of(reader->response);

	next.began = reader->began;
	if (reader->tunnel)
		next.state = OTHER;
	memcpy(reader, &next, offsetof(struct http1_reader, line));
	return HTTP1_END;
}

static void keep(struct http1_reader *reader, const uint8_t *bytes, size_t length)
{
	size_t room = HTTP1_LINE_KEPT - reader->kept;
	size_t kept = length < room ? length : room;

	memcpy(reader->line + reader->kept, bytes, kept);
	reader->kept = (uint16_t)(reader->kept + kept);
	reader->size += (uint32_t)length;
}

enum line_step { LINE_WHOLE, LINE_MORE, LINE_TOO_LONG };

/*
 * A line without its end. A line within the bytes stays there. `size` is its true length. `text`
 * has at most HTTP1_LINE_KEPT of it in any case, so pieces make no difference.
 */
static enum line_step take_line(struct http1_reader *reader, const uint8_t *bytes, size_t length,
				size_t *at, struct http1_text *text, size_t *size)
{
	const uint8_t *end = memchr(bytes + *at, '\n', length - *at);
	size_t here = end ? (size_t)(end - bytes) - *at : length - *at;

	if (here > HTTP1_LINE_MAX - reader->size)
		return LINE_TOO_LONG;
	if (end && reader->size == 0) {
		*text = (struct http1_text){(const char *)bytes + *at,
					    here < HTTP1_LINE_KEPT ? here : HTTP1_LINE_KEPT};
		*size = here;
	} else {
		keep(reader, bytes + *at, here);
		*text = (struct http1_text){reader->line, reader->kept};
		*size = reader->size;
	}
	*at += here + (end != NULL);
	if (!end)
		return LINE_MORE;
	reader->size = 0;
	reader->kept = 0;
	if (text->length > 0 && text->length == *size && text->at[text->length - 1] == '\r') {
		text->length--;
		(*size)--;
	} else if (*size == text->length + 1) {
		*size = text->length; /* the '\r' that did not fit */
	}
	return LINE_WHOLE;
}

static enum http1_event take_first_line(struct http1_reader *reader, struct http1_text text,
					size_t size, struct http1_line *line)
{
	bool cut = text.length < size;

	/* Some clients send an empty line after a body. */
	if (text.length == 0 && !reader->response) {
		reader->begun = false;
		return HTTP1_MORE;
	}
	*line = (struct http1_line){.minor = 1};
	if (!(reader->response ? http1_status_line(text, line)
			       : http1_request_line(text, cut, line)))
		return fail(reader);
	reader->status = line->status;
	reader->state = HEADERS;
	return HTTP1_LINE;
}

static bool take_length(struct http1_reader *reader, struct http1_text value)
{
	uint64_t length;

	if (!http1_decimal(value, &length) || (reader->has_length && reader->left != length))
		return false;
	reader->has_length = true;
	reader->left = length;
	return true;
}

static bool take_header(struct http1_reader *reader, struct http1_text text)
{
	struct http1_text name;
	struct http1_text value;

	if (!http1_may_frame(text))
		return http1_has_colon(text);
	if (!http1_header(text, &name, &value))
		return false;
	if (http1_is(name, "content-length"))
		return take_length(reader, value);
	if (http1_is(name, "transfer-encoding")) {
		reader->chunked = http1_ends_with_word(value, "chunked");
		reader->encoded = !reader->chunked;
	}
	return true;
}

/* Whether nothing follows the head. */
static bool has_no_body(const struct http1_reader *reader)
{
	if (!reader->response)
		return !reader->chunked && (!reader->has_length || reader->left == 0);
	return reader->bodiless || reader->tunnel || reader->status < 200 ||
	       reader->status == 204 || reader->status == 304 ||
	       (!reader->chunked && !reader->encoded && reader->has_length && reader->left == 0);
}

static enum http1_event end_head(struct http1_reader *reader)
{
	/* A server closes the connection after such a request. */
	if (!reader->response && reader->encoded)
		return fail(reader);
	if (has_no_body(reader))
		return end_message(reader);
	if (reader->chunked)
		reader->state = CHUNK_SIZE;
	else if (reader->has_length && !reader->encoded)
		reader->state = BODY;
	else
		reader->state = UNTIL_CLOSE;
	return HTTP1_MORE;
}

static enum http1_event take_chunk_size(struct http1_reader *reader, struct http1_text text)
{
	if (!http1_chunk_size(text, &reader->left))
		return fail(reader);
	reader->state = reader->left ? CHUNK : TRAILERS;
	return HTTP1_MORE;
}

static enum http1_event use_line(struct http1_reader *reader, struct http1_text text, size_t size,
				 struct http1_line *line)
{
	switch ((enum state)reader->state) {
	case FIRST_LINE:
		return take_first_line(reader, text, size, line);
	case HEADERS:
		if (size == 0)
			return end_head(reader);
		return take_header(reader, text) ? HTTP1_MORE : fail(reader);
	case CHUNK_SIZE:
		return take_chunk_size(reader, text);
	case CHUNK_END:
		reader->state = CHUNK_SIZE;
		return size == 0 ? HTTP1_MORE : fail(reader);
	case TRAILERS:
		return size == 0 ? end_message(reader) : HTTP1_MORE;
	default:
		return fail(reader);
	}
}

/* Counts bytes of a body. They are not more than are left. */
static enum http1_event pass_body(struct http1_reader *reader, uint64_t length)
{
	if (reader->state == UNTIL_CLOSE)
		return HTTP1_MORE;
	reader->left -= length;
	if (reader->left > 0)
		return HTTP1_MORE;
	if (reader->state == BODY)
		return end_message(reader);
	reader->state = CHUNK_END;
	return HTTP1_MORE;
}

static bool in_body(const struct http1_reader *reader)
{
	return reader->state == BODY || reader->state == CHUNK || reader->state == UNTIL_CLOSE;
}

static enum http1_event read_body(struct http1_reader *reader, size_t length, size_t *at)
{
	uint64_t here = length - *at;

	if (reader->state != UNTIL_CLOSE && here > reader->left)
		here = reader->left;
	*at += (size_t)here;
	return pass_body(reader, here);
}

static enum http1_event read_line(struct http1_reader *reader, const uint8_t *bytes, size_t length,
				  size_t *at, struct http1_line *line)
{
	struct http1_text text;
	size_t size;

	switch (take_line(reader, bytes, length, at, &text, &size)) {
	case LINE_WHOLE:
		return use_line(reader, text, size, line);
	case LINE_MORE:
		return HTTP1_MORE;
	case LINE_TOO_LONG:
		break;
	}
	return fail(reader);
}

enum http1_event http1_read(struct http1_reader *reader, const uint8_t *bytes, size_t length,
			    size_t *at, uint64_t stamp, struct http1_line *line)
{
	enum http1_event event = HTTP1_MORE;

	if (reader->state == OTHER)
		return HTTP1_WRONG;
	while (event == HTTP1_MORE && *at < length) {
		if (!reader->begun) {
			reader->begun = true;
			reader->began = stamp;
		}
		event = in_body(reader) ? read_body(reader, length, at)
					: read_line(reader, bytes, length, at, line);
	}
	return event;
}

enum http1_event http1_skip(struct http1_reader *reader, uint64_t length)
{
	if (length == 0)
		return HTTP1_MORE;
	if (!in_body(reader) || (reader->state != UNTIL_CLOSE && length > reader->left))
		return fail(reader);
	return pass_body(reader, length);
}

enum protocol_answer http1_recognize(const uint8_t *bytes, size_t length, bool *response)
{
	static const char version[] = "HTTP/1.";
	const uint8_t *end = length ? memchr(bytes, '\n', length) : NULL;
	struct http1_text text = {(const char *)bytes, end ? (size_t)(end - bytes) : length};
	size_t fixed = sizeof(version) - 1;
	struct http1_line line;

	if (length == 0)
		return PROTOCOL_MORE;
	*response = memcmp(bytes, version, length < fixed ? length : fixed) == 0;
	/* Its line feed may come later, and then it belongs to the end. */
	if ((end || *response) && text.length > 0 && bytes[text.length - 1] == '\r')
		text.length--;
	if (end && *response)
		return http1_status_line(text, &line) ? PROTOCOL_YES : PROTOCOL_NO;
	if (end)
		return http1_request_line(text, false, &line) ? PROTOCOL_YES : PROTOCOL_NO;
	if (*response)
		return text.length < fixed + 6 || http1_status_line(text, &line) ? PROTOCOL_MORE
										 : PROTOCOL_NO;
	return http1_may_become_request(text) ? PROTOCOL_MORE : PROTOCOL_NO;
}
