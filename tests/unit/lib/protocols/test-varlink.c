/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/varlink.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/varlink.h"

static enum protocol_answer answer_to(const char *text, size_t length)
{
	uint8_t *copy = exact_copy(text, length);
	struct varlink_message message;
	enum protocol_answer answer = varlink_read(copy, length, &message);

	if (answer == PROTOCOL_YES)
		assert_true(message.size > 0 && message.size <= length);
	free(copy);
	return answer;
}

/* A literal with the zero byte that ends it. */
#define READ(text, message) varlink_read((const uint8_t *)(text), sizeof(text), message)

static void calls_have_a_method(void **state)
{
	struct varlink_message m;

	(void)state;
	assert_int_equal(READ("{\"method\":\"io.systemd.Machine.List\",\"parameters\":{\"a\":[1]},"
			      "\"more\":true}",
			      &m),
			 PROTOCOL_YES);
	assert_text(m.method, "io.systemd.Machine.List");
	assert_text(m.parameters, "{\"a\":[1]}");
	assert_true(m.more && m.certain && !m.oneway && !m.continues && !m.upgrade);
	assert_int_equal(READ("{\"method\":\"org.x.Y\",\"oneway\":true,\"upgrade\":false}", &m),
			 PROTOCOL_YES);
	assert_true(m.oneway && !m.upgrade);
}

static void replies_have_none(void **state)
{
	struct varlink_message m;

	(void)state;
	assert_int_equal(READ("{\"parameters\":{},\"continues\":true}", &m), PROTOCOL_YES);
	assert_true(m.continues && m.certain && !m.method.at);
	assert_int_equal(
	    READ("{\"error\":\"org.varlink.service.MethodNotFound\",\"parameters\":null}", &m),
	    PROTOCOL_YES);
	assert_text(m.error, "org.varlink.service.MethodNotFound");
	assert_null(m.parameters.at);
	/* This is a reply, but any protocol may send it. */
	assert_int_equal(READ("{}", &m), PROTOCOL_YES);
	assert_false(m.certain);
}

static void each_beginning_of_a_message_needs_more(void **state)
{
	static const char text[] =
	    "{\"method\":\"io.systemd.X\",\"parameters\":{\"a\":1},\"more\":true}";

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++)
		assert_int_equal(answer_to(text, length), PROTOCOL_MORE);
	assert_int_equal(answer_to(text, sizeof(text)), PROTOCOL_YES);
}

static void a_cut_message_shows_its_method(void **state)
{
	static const char text[] = "{\"method\":\"io.systemd.X\",\"param";
	struct varlink_message m;

	(void)state;
	assert_int_equal(varlink_read((const uint8_t *)text, strlen(text), &m), PROTOCOL_MORE);
	assert_text(m.method, "io.systemd.X");
	assert_true(m.certain);
	assert_int_equal(m.size, 0);
}

static void other_objects_are_not_varlink(void **state)
{
	static const char *const texts[] = {
	    "{\"method\":\"ping\"}",
	    "{\"method\":\"io.X\"}",
	    "{\"method\":\"io.systemd.list\"}",
	    "{\"method\":\"io..systemd.List\"}",
	    "{\"method\":\"io.systemd.\"}",
	    "{\"method\":7",
	    "{\"method\":\"io.systemd.A b\"}",
	    "{\"parameters\":[",
	    "{\"error\":{",
	    "{\"error\":\"no\"}",
	    "{\"Operation\":",
	    "{\"more\":true}",
	    "{\"method\":\"a.b.C\",\"error\":\"a.b.C\"}",
	    "{\"continues\":1,",
	    "{\"parameters\":{},\"jsonrpc\":",
	    "[",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (answer_to(texts[i], strlen(texts[i]) + 1) != PROTOCOL_NO)
			fail_msg("accepted: %s", texts[i]);
	/* A line feed does not end a message. */
	assert_int_equal(answer_to("{\"method\":\"a.b.C\"}\n", 19), PROTOCOL_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls_have_a_method),
	    cmocka_unit_test(replies_have_none),
	    cmocka_unit_test(each_beginning_of_a_message_needs_more),
	    cmocka_unit_test(a_cut_message_shows_its_method),
	    cmocka_unit_test(other_objects_are_not_varlink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
