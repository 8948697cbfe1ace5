/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/jsonrpc.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/jsonrpc.h"

static struct jsonrpc_message m;

static enum protocol_answer read_text(const char *text)
{
	return jsonrpc_read((const uint8_t *)text, strlen(text), &m);
}

static void messages_have_types(void **state)
{
	(void)state;
	assert_int_equal(
	    read_text("\n{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[1,2],\"id\":1}"),
	    PROTOCOL_YES);
	assert_int_equal(m.type, JSONRPC_CALL);
	assert_int_equal(m.start, 1);
	assert_text(m.method, "add");
	assert_text(m.value, "[1,2]");
	assert_text(m.id, "1");
	assert_int_equal(
	    read_text("{\"jsonrpc\":\"2.0\",\"result\":3,\"id\":\"a\",\"error\":null}"),
	    PROTOCOL_YES);
	assert_int_equal(m.type, JSONRPC_RESULT);
	assert_text(m.id, "a");
	assert_int_equal(
	    read_text("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"no\"},"
		      "\"id\":null}"),
	    PROTOCOL_YES);
	assert_int_equal(m.type, JSONRPC_ERROR);
	assert_text(m.code, "-32601");
	assert_text(m.text, "no");
	assert_null(m.id.at);
}

static void each_beginning_of_a_message_needs_more(void **state)
{
	static const char text[] =
	    " {\"id\":1,\"method\":\"add\",\"params\":{},\"jsonrpc\":\"2.0\"}";

	(void)state;
	for (size_t length = 0; length < strlen(text); length++) {
		uint8_t *copy = exact_copy(text, length);

		assert_int_equal(jsonrpc_read(copy, length, &m), PROTOCOL_MORE);
		free(copy);
	}
	assert_int_equal(read_text(text), PROTOCOL_YES);
	assert_int_equal(m.size, strlen(text));
}

static void other_objects_are_not_jsonrpc(void **state)
{
	static const char *const texts[] = {"{\"method\":\"add\",\"params\":[],\"id\":1}",
					    "{\"jsonrpc\":\"1.0\"",
					    "{\"jsonrpc\":\"2.0\"}",
					    "{\"jsonrpc\":\"2.0\",\"method\":\"\"}",
					    "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"result\":1}",
					    "{\"jsonrpc\":\"2.0\",\"error\":{\"class\":\"x\"}}",
					    "{\"execute\":",
					    "[{\"jsonrpc\":\"2.0\"}]"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (read_text(texts[i]) != PROTOCOL_NO)
			fail_msg("accepted: %s", texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_have_types),
	    cmocka_unit_test(each_beginning_of_a_message_needs_more),
	    cmocka_unit_test(other_objects_are_not_jsonrpc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
