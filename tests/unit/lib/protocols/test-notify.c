/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/notify.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/notify.h"

static enum protocol_answer recognize(const char *text, size_t length)
{
	uint8_t *copy = exact_copy(text, length);
	enum protocol_answer answer = notify_recognize(copy, length);

	free(copy);
	return answer;
}

static void messages_are_recognized(void **state)
{
	static const char *const texts[] = {"READY=1",
					    "READY=1\n",
					    "STATUS=Starting \xc3\xa4\nREADY=1\nMAINPID=7",
					    "ERRNO=2\n",
					    "X_SYSTEMD_UNIT_ACTIVE=ssh-access.target",
					    "EXIT_STATUS=0\nOTHER=\n",
					    "STATUS=",
					    "READY=1\nSTAT"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (recognize(texts[i], strlen(texts[i])) != PROTOCOL_YES)
			fail_msg("not recognized: %s", texts[i]);
}

static void other_text_is_not(void **state)
{
	static const char *const texts[] = {"HOME=/root\nREADY=1",
					    "READYX=1",
					    "READYX",
					    "=1",
					    "ready=1",
					    "READY 1",
					    "READY=1\n\nSTATUS=x",
					    "READY=1\nstatus=x",
					    "READY=\1",
					    "READY=1\r\n",
					    "MESSAGE=hello\n",
					    "X_SYSTEMD_=",
					    "__REALTIME_TIMESTAMP=1\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (recognize(texts[i], strlen(texts[i])) != PROTOCOL_NO)
			fail_msg("recognized: %s", texts[i]);
	assert_int_equal(recognize("READY=1\0", 8), PROTOCOL_NO);
}

static void a_key_can_be_cut(void **state)
{
	(void)state;
	for (size_t length = 0; length <= strlen("READY"); length++)
		assert_int_equal(recognize("READY", length), PROTOCOL_MORE);
	assert_int_equal(recognize("X_SYSTEMD_UNIT", 14), PROTOCOL_MORE);
}

static void lines_are_read_one_by_one(void **state)
{
	static const char text[] = "READY=1\nSTATUS=a=b";
	struct notify_line line;

	(void)state;
	assert_true(notify_next_line((const uint8_t *)text, strlen(text), &line));
	assert_int_equal(line.size, 8);
	assert_int_equal(line.key_length, 5);
	assert_int_equal(line.value_length, 1);
	assert_true(notify_next_line((const uint8_t *)text + 8, strlen(text) - 8, &line));
	assert_int_equal(line.size, 10);
	assert_memory_equal(line.value, "a=b", 3);
	assert_false(notify_next_line((const uint8_t *)"\nA=1", 4, &line));
	assert_int_equal(line.size, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_are_recognized),
	    cmocka_unit_test(other_text_is_not),
	    cmocka_unit_test(a_key_can_be_cut),
	    cmocka_unit_test(lines_are_read_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
