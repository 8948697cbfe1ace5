/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/qmp.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/qmp.h"

static struct qmp_message m;

static enum protocol_answer read_text(const char *text)
{
	return qmp_read((const uint8_t *)text, strlen(text), &m);
}

static void commands_have_a_name(void **state)
{
	(void)state;
	assert_int_equal(
	    read_text("{\"execute\": \"guest-sync\", \"arguments\": {\"id\": 7}, \"id\": \"x\"}\n"),
	    PROTOCOL_YES);
	assert_int_equal(m.type, QMP_COMMAND);
	assert_text(m.name, "guest-sync");
	assert_text(m.value, "{\"id\": 7}");
	assert_text(m.id, "x");
	assert_false(m.reset || m.out_of_band);
	assert_int_equal(read_text("\xff\n{\"exec-oob\":\"migrate-pause\"}"), PROTOCOL_YES);
	assert_true(m.reset && m.out_of_band);
	assert_int_equal(m.start, 2);
	assert_int_equal(m.size, strlen("\xff\n{\"exec-oob\":\"migrate-pause\"}"));
}

static void replies_and_events_have_types(void **state)
{
	static const struct {
		const char *text;
		enum qmp_type type;
	} expected[] = {
	    {"{\"QMP\":{\"version\":{},\"capabilities\":[]}}", QMP_GREETING},
	    {"{\"return\": {}, \"id\": 3}", QMP_RETURN},
	    {"{\"return\": 7}", QMP_RETURN},
	    {"{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"no\"}}", QMP_ERROR},
	    {"{\"timestamp\":{\"seconds\":1},\"event\":\"STOP\",\"data\":{\"a\":1}}", QMP_EVENT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_int_equal(read_text(expected[i].text), PROTOCOL_YES);
		assert_int_equal(m.type, expected[i].type);
		assert_int_equal(m.size, strlen(expected[i].text));
	}
	assert_text(m.name, "STOP");
	read_text(expected[3].text);
	assert_text(m.name, "CommandNotFound");
	assert_text(m.text, "no");
}

static void each_beginning_of_a_message_needs_more(void **state)
{
	static const char text[] =
	    "\xff{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"/bin/ls\"}}";

	(void)state;
	for (size_t length = 0; length < strlen(text); length++) {
		uint8_t *copy = exact_copy(text, length);

		assert_int_equal(qmp_read(copy, length, &m), PROTOCOL_MORE);
		free(copy);
	}
	assert_int_equal(read_text(text), PROTOCOL_YES);
	assert_int_equal(read_text("{\"execute\":\"guest-exec\",\"arg"), PROTOCOL_MORE);
	assert_int_equal(m.type, QMP_COMMAND);
	assert_int_equal(qmp_filling((const uint8_t *)"\r\n\xff{", 4), 3);
}

static void other_objects_are_not_qmp(void **state)
{
	static const char *const texts[] = {"{}",
					    "{\"id\":1}",
					    "{\"execute\":\"\"}",
					    "{\"execute\":{",
					    "{\"error\":{\"code\":1,\"message\":\"x\"}}",
					    "{\"error\":\"a.b.C\"",
					    "{\"return\":1,\"execute\":\"x\"}",
					    "{\"method\":",
					    "{\"return\":1,\"jsonrpc\":",
					    "{\"arguments\":{}}",
					    "GET / HTTP/1.1",
					    "["};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (read_text(texts[i]) != PROTOCOL_NO)
			fail_msg("accepted: %s", texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_have_a_name),
	    cmocka_unit_test(replies_and_events_have_types),
	    cmocka_unit_test(each_beginning_of_a_message_needs_more),
	    cmocka_unit_test(other_objects_are_not_qmp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
