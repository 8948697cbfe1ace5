/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/http1.c and http1-text.c. */
#include "tests/unit/lib/protocols/exact.h"

#include <stdio.h>

#include "lib/protocols/http1.h"

/* What happened, as text: "L" a first line, "E" an end, "W" wrong, "." more; and the last line. */
struct told {
	char events[64];
	size_t count;
	struct http1_reader reader;
	char text[512];
};

static void note(struct told *told, enum http1_event event, const struct http1_line *line)
{
	assert_true(told->count + 1 < sizeof(told->events));
	told->events[told->count++] = ".LEW"[event];
	told->events[told->count] = '\0';
	if (event != HTTP1_LINE)
		return;
	if (line->status)
		snprintf(told->text, sizeof(told->text), "%u %.*s", line->status,
			 (int)line->reason.length, line->reason.at);
	else
		snprintf(told->text, sizeof(told->text), "%.*s %.*s 1.%u", (int)line->method.length,
			 line->method.at, (int)line->target.length, line->target.at, line->minor);
}

static enum http1_event feed(struct told *told, const void *bytes, size_t length, uint64_t stamp)
{
	uint8_t *copy = exact_copy(bytes, length);
	struct http1_line line;
	enum http1_event event;
	size_t at = 0;

	do {
		event = http1_read(&told->reader, copy, length, &at, stamp, &line);
		if (event != HTTP1_MORE)
			note(told, event, &line);
	} while (event == HTTP1_LINE || event == HTTP1_END);
	free(copy);
	return event;
}

static struct told told_of(bool response)
{
	struct told told = {.count = 0};

	told.reader = http1_reader_of(response);
	return told;
}

static struct told read_at_once(const char *text, bool response)
{
	struct told told = told_of(response);

	feed(&told, text, strlen(text), 1);
	return told;
}

static void expect(const char *text, bool response, const char *events)
{
	struct told whole = read_at_once(text, response);
	struct told pieces = told_of(response);

	assert_string_equal(whole.events, events);
	for (size_t i = 0; i < strlen(text); i++)
		if (feed(&pieces, text + i, 1, i) == HTTP1_WRONG)
			break;
	assert_string_equal(pieces.events, events);
	assert_string_equal(pieces.text, whole.text);
}

static void requests_have_a_first_line_and_an_end(void **state)
{
	struct told told;

	(void)state;
	told = read_at_once("GET /index.html?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", false);
	assert_string_equal(told.events, "LE");
	assert_string_equal(told.text, "GET /index.html?x=1 1.1");
	assert_true(http1_is_idle(&told.reader));
	expect("GET / HTTP/1.0\n\n", false, "LE");
	expect("CONNECT a:22 HTTP/1.1\r\n\r\n", false, "LE");
	expect("OPTIONS * HTTP/1.1\r\n\r\n", false, "LE");
}

static void bodies_are_skipped(void **state)
{
	(void)state;
	expect("POST / HTTP/1.1\r\ncontent-LENGTH:  5 \r\n\r\nGET /", false, "LE");
	expect("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET ", false, "L");
	expect("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", false, "LE");
	expect("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true, "LE");
	expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nHTTP/\r\n0\r\n\r\n",
	       true, "LE");
	expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\nA\r\n0123456789\r\n"
	       "0\r\nTrailer: x\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
	       true, "LELE");
	expect("HTTP/1.1 200 OK\r\n\r\nuntil the end\r\n\r\n", true, "L");
	assert_true(http1_ends_with_stream(&(struct http1_reader){
	    .state = read_at_once("HTTP/1.1 200 OK\r\n\r\nx", true).reader.state}));
}

static void some_responses_have_no_body(void **state)
{
	(void)state;
	expect("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 x\r\nContent-Length: 9\r\n\r\n"
	       "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n",
	       true, "LELELE");
	assert_true(http1_is_interim(100));
	assert_true(http1_is_interim(103));
	assert_false(http1_is_interim(101));
	assert_false(http1_is_interim(200));
}

static void the_caller_says_what_a_request_means(void **state)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
	struct told told = told_of(true);
	struct http1_line line;
	size_t at = 0;

	(void)state;
	assert_int_equal(
	    http1_read(&told.reader, (const uint8_t *)head, strlen(head), &at, 1, &line),
	    HTTP1_LINE);
	told.reader.bodiless = true;
	assert_int_equal(
	    http1_read(&told.reader, (const uint8_t *)head, strlen(head), &at, 1, &line),
	    HTTP1_END);
	at = 0;
	assert_int_equal(
	    http1_read(&told.reader, (const uint8_t *)head, strlen(head), &at, 1, &line),
	    HTTP1_LINE);
	told.reader.tunnel = true;
	assert_int_equal(
	    http1_read(&told.reader, (const uint8_t *)head, strlen(head), &at, 1, &line),
	    HTTP1_END);
	assert_int_equal(http1_read(&told.reader, (const uint8_t *)"x", 1, &(size_t){0}, 1, &line),
			 HTTP1_WRONG);
}

static void requests_may_follow_at_once(void **state)
{
	(void)state;
	expect("GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"
	       "\r\nGET /c HTTP/1.1\r\n\r\n",
	       false, "LELELE");
}

static void the_stamp_is_that_of_the_first_byte(void **state)
{
	struct told told = told_of(false);

	(void)state;
	feed(&told, "GET", 3, 7);
	feed(&told, " / HTTP/1.1\r\n\r\n", 15, 8);
	assert_int_equal(told.reader.began, 7);
	feed(&told, "GET / HTTP/1.1\r\n\r\n", 18, 9);
	assert_int_equal(told.reader.began, 9);
}

static void other_text_is_wrong(void **state)
{
	static const char *const requests[] = {
	    "get / HTTP/1.1\r\n",
	    "GET / HTTP/2.0\r\n",
	    "GET  HTTP/1.1\r\n",
	    "GET /\r\n",
	    "GET /\x01 HTTP/1.1\r\n",
	    "GET / HTTP/1.1\r\nno colon\r\n",
	    "GET x HTTP/1.1\r\n",
	    "GET / HTTP/1.1\r\n: x\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1x\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
	    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
	    "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n",
	    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
	    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n",
	    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
	};
	static const char *const responses[] = {"HTTP/1.1 20 OK\r\n", "HTTP/1.1 2000\r\n",
						"HTTP/2 200 OK\r\n", "HTTP/1.1 099 x\r\n", "\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (!strchr(read_at_once(requests[i], false).events, 'W'))
			fail_msg("accepted: %s", requests[i]);
	for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++)
		if (!strchr(read_at_once(responses[i], true).events, 'W'))
			fail_msg("accepted: %s", responses[i]);
}

static void only_bodies_can_lose_bytes(void **state)
{
	struct told told = told_of(false);
	static const char head[] = "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n";

	(void)state;
	assert_int_equal(http1_skip(&told.reader, 0), HTTP1_MORE);
	feed(&told, head, strlen(head), 1);
	assert_int_equal(http1_skip(&told.reader, 4), HTTP1_MORE);
	assert_int_equal(http1_skip(&told.reader, 6), HTTP1_END);
	feed(&told, head, strlen(head), 1);
	assert_int_equal(http1_skip(&told.reader, 11), HTTP1_WRONG);
	told = told_of(false);
	assert_int_equal(http1_skip(&told.reader, 1), HTTP1_WRONG);
	told = read_at_once("HTTP/1.1 200 OK\r\n\r\n", true);
	assert_int_equal(http1_skip(&told.reader, UINT64_MAX), HTTP1_MORE);
	told = read_at_once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n", true);
	assert_int_equal(http1_skip(&told.reader, 8), HTTP1_MORE);
	feed(&told, "\r\n0\r\n\r\n", 7, 1);
	assert_string_equal(told.events, "LE");
}

static void long_lines_are_cut(void **state)
{
	char text[1024] = "GET /";
	struct told told = told_of(false);

	(void)state;
	memset(text + 5, 'a', 600);
	strcpy(text + 605, " HTTP/1.1\r\nX: ");
	memset(text + strlen(text), 'b', 300);
	strcpy(text + strlen(text), "\r\n\r\n");
	for (size_t i = 0; i < strlen(text); i += 100)
		feed(&told, text + i, strlen(text) - i < 100 ? strlen(text) - i : 100, 1);
	assert_string_equal(told.events, "LE");
	assert_int_equal(strlen(told.text), HTTP1_LINE_KEPT + strlen(" 1.1"));
}

static void a_line_without_end_is_wrong(void **state)
{
	struct told told = told_of(false);
	char text[8192];
	enum http1_event event = HTTP1_MORE;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (int i = 0; i < 9 && event == HTTP1_MORE; i++)
		event = feed(&told, text, sizeof(text), 1);
	assert_int_equal(event, HTTP1_WRONG);
}

static enum protocol_answer recognize(const char *text, bool *response)
{
	uint8_t *copy = exact_copy(text, strlen(text));
	enum protocol_answer answer = http1_recognize(copy, strlen(text), response);

	free(copy);
	return answer;
}

static void the_beginning_is_recognized(void **state)
{
	static const char request[] = "PATCH /a?b HTTP/1.1\r\n";
	static const char response[] = "HTTP/1.1 200 OK\r\n";
	bool answers;

	(void)state;
	for (size_t i = 0; i <= strlen(request); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%.*s", (int)i, request);
		assert_int_equal(recognize(text, &answers),
				 i == strlen(request) ? PROTOCOL_YES : PROTOCOL_MORE);
	}
	assert_int_equal(recognize(response, &answers), PROTOCOL_YES);
	assert_true(answers);
	assert_int_equal(recognize("HTTP/1.", &answers), PROTOCOL_MORE);
	assert_int_equal(recognize("HTTP/2", &answers), PROTOCOL_NO);
	assert_int_equal(recognize("hello\n", &answers), PROTOCOL_NO);
	assert_int_equal(recognize("GET me out\n", &answers), PROTOCOL_NO);
	assert_int_equal(recognize("GET / HTTP/1.1x", &answers), PROTOCOL_NO);
	assert_int_equal(recognize("GET / HTTX", &answers), PROTOCOL_NO);
	assert_int_equal(recognize("PRI * HTTP/2.0\r\n", &answers), PROTOCOL_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_have_a_first_line_and_an_end),
	    cmocka_unit_test(bodies_are_skipped),
	    cmocka_unit_test(some_responses_have_no_body),
	    cmocka_unit_test(the_caller_says_what_a_request_means),
	    cmocka_unit_test(requests_may_follow_at_once),
	    cmocka_unit_test(the_stamp_is_that_of_the_first_byte),
	    cmocka_unit_test(other_text_is_wrong),
	    cmocka_unit_test(only_bodies_can_lose_bytes),
	    cmocka_unit_test(long_lines_are_cut),
	    cmocka_unit_test(a_line_without_end_is_wrong),
	    cmocka_unit_test(the_beginning_is_recognized),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
