/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/recognize.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/recognize.h"

static enum protocol_answer recognize(const char *text, size_t length, struct stream_kind *kind)
{
	uint8_t *copy = exact_copy(text, length);
	enum protocol_answer answer = stream_recognize(copy, length, kind);

	free(copy);
	return answer;
}

static void beginnings_are_certain(void **state)
{
	static const struct {
		const char *text;
		size_t length; /* 0: of the text */
		enum stream_protocol protocol;
		bool answers;
	} cases[] = {
	    {"GET / HTTP/1.1\r\n", 0, STREAM_HTTP1, false},
	    {"HTTP/1.0 404 Not Found\r\n", 0, STREAM_HTTP1, true},
	    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, STREAM_HTTP2, false},
	    {"\0\0\0\x08\0\0\0\x01\x01\0\x0a\x03"
	     "a.B\x12\x01"
	     "C",
	     18, STREAM_TTRPC, false},
	    {"SSH-2.0-OpenSSH_9.2\r\n", 0, STREAM_SSH, false},
	    {"{\"method\":\"io.systemd.X.Y\"}", 28, STREAM_VARLINK, false},
	    {"{\"execute\":\"guest-ping\"}", 0, STREAM_QMP, false},
	    {"{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1}", 0, STREAM_JSONRPC, false},
	    {"READY=1\n", 0, STREAM_NOTIFY, false},
	    {"\0AUTH EXTERNAL 30\r\n", 19, STREAM_DBUS, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = cases[i].length ? cases[i].length : strlen(cases[i].text);
		struct stream_kind kind = {STREAM_UNKNOWN, true};

		if (recognize(cases[i].text, length, &kind) != PROTOCOL_YES)
			fail_msg("not recognized: %s", stream_protocol_name(cases[i].protocol));
		assert_int_equal(kind.protocol, cases[i].protocol);
		assert_int_equal(kind.answers, cases[i].answers);
	}
}

static void weak_answers_need_the_other_side(void **state)
{
	struct stream_kind kind;

	(void)state;
	assert_int_equal(recognize("", 0, &kind), PROTOCOL_MORE);
	assert_int_equal(recognize("{\"return\":{}}", 13, &kind), PROTOCOL_MORE);
	assert_int_equal(recognize("\0\0\0\0\0\0\0\x01\x02\0", 10, &kind), PROTOCOL_MORE);
	assert_int_equal(recognize("\0\0\0\x04\0\0\0\0\0", 9, &kind), PROTOCOL_MORE);
}

static void others_are_not_guessed(void **state)
{
	static const char *const texts[] = {"hello\n",     "NBDMAGIC!",   "CNXN\1\0\0\1",
					    "ls -l\r\n",   "GET OUT\r\n", "{\"a\":1}\n",
					    "HOME=/root\n"};
	struct stream_kind kind;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (recognize(texts[i], strlen(texts[i]), &kind) != PROTOCOL_NO)
			fail_msg("not refused: %s", texts[i]);
}

static void calls_are_found_in_the_middle(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\r\n\r\n";
	struct stream_kind kind;

	(void)state;
	assert_int_equal(stream_recognize_inside((const uint8_t *)text, strlen(text), &kind),
			 PROTOCOL_YES);
	assert_true(kind.answers);
	assert_int_equal(stream_recognize_inside((const uint8_t *)text, 5, &kind), PROTOCOL_NO);
	assert_int_equal(stream_recognize_inside((const uint8_t *)"READY=1\n", 8, &kind),
			 PROTOCOL_NO);
}

static void each_protocol_has_a_name(void **state)
{
	(void)state;
	assert_null(stream_protocol_name(STREAM_UNKNOWN));
	for (int i = STREAM_UNKNOWN + 1; i < STREAM_PROTOCOLS; i++)
		assert_non_null(stream_protocol_name((enum stream_protocol)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(beginnings_are_certain),
	    cmocka_unit_test(weak_answers_need_the_other_side),
	    cmocka_unit_test(others_are_not_guessed),
	    cmocka_unit_test(calls_are_found_in_the_middle),
	    cmocka_unit_test(each_protocol_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
