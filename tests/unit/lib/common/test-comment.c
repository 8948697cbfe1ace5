/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/common/comment.c and lib/common/process-comment.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/common/comment.h"
#include "lib/common/process-comment.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct process_entry whole = {
    .ts = UINT64_C(1700000000000000007),
    .addresses = {PROCESS_ANY, 9000, 3, 1234},
    .source = PROCESS_ACCEPTED,
    .process = {.pid = 351,
		.tid = 352,
		.command = "so\"c\\a\n",
		.cgroup = "/system.slice/docker-" HEX ".scope"},
};

static void assert_same(const struct process_entry *a, const struct process_entry *b)
{
	assert_int_equal(a->ts, b->ts);
	assert_memory_equal(&a->addresses, &b->addresses, sizeof(a->addresses));
	assert_int_equal(a->error, b->error);
	assert_int_equal(a->process.pid, b->process.pid);
	assert_int_equal(a->process.tid, b->process.tid);
	assert_string_equal(a->process.command, b->process.command);
	assert_string_equal(a->process.cgroup, b->process.cgroup);
}

static void a_process_is_a_comment(void **state)
{
	char text[PROCESS_COMMENT_MAX];
	const size_t length = process_comment_write(text, &whole);
	struct process_entry read;

	(void)state;
	assert_string_equal(
	    text, "vsockdump process local=any:9000 peer=3:1234 how=accept pid=351 "
		  "tid=352 command=\"so\\x22c\\x5ca\\x0a\" cgroup=/system.slice/docker-" HEX
		  ".scope container=" HEX " at=1700000000.000000007");
	assert_int_equal(length, strlen(text));
	assert_true(process_comment_read(&read, text, length));
	assert_same(&read, &whole);
	assert_int_equal(read.source, PROCESS_ACCEPTED);
}

static void a_failure_is_a_comment(void **state)
{
	struct process_entry entry = {.addresses = {PROCESS_ANY, PROCESS_ANY, 9, 77}, .error = 19};
	char text[PROCESS_COMMENT_MAX];
	struct process_entry read;

	(void)state;
	entry.process.pid = 360;
	process_comment_write(text, &entry);
	assert_string_equal(text, "vsockdump connect-failed local=any:any peer=9:77 errno=19 "
				  "error=ENODEV pid=360 command=\"\"");
	assert_true(process_comment_read(&read, text, strlen(text)));
	assert_same(&read, &entry);
	entry.error = 4000;
	process_comment_write(text, &entry);
	assert_non_null(strstr(text, "errno=4000 pid"));
}

/* The longest of all: each byte is escaped. */
static void there_is_room_for_any_name(void **state)
{
	struct process_entry entry = whole;
	char text[PROCESS_COMMENT_MAX];
	struct process_entry read;
	size_t length;

	(void)state;
	entry.ts = UINT64_MAX;
	entry.addresses =
	    (struct process_addresses){4294967294, 4294967294, 4294967294, 4294967294};
	entry.process.pid = entry.process.tid = UINT32_MAX;
	memset(entry.process.command, 0x80, PROCESS_COMMAND_MAX - 1);
	entry.process.command[PROCESS_COMMAND_MAX - 1] = '\0';
	memset(entry.process.cgroup, 0xff, PROCESS_CGROUP_MAX - 1);
	entry.process.cgroup[PROCESS_CGROUP_MAX - 1] = '\0';
	memcpy(entry.process.cgroup + PROCESS_CGROUP_MAX - 66, "-" HEX, 65);
	length = process_comment_write(text, &entry);
	assert_true(length < PROCESS_COMMENT_MAX - 1);
	entry.ts = UINT64_C(1700000000000000007);
	length = process_comment_write(text, &entry);
	assert_true(process_comment_read(&read, text, length));
	assert_same(&read, &entry);
}

static void other_comments_are_no_facts(void **state)
{
	static const char *const texts[] = {
	    "",
	    "vsockdump",
	    "vsockdump ",
	    "suspicious: reset: 3:1 reset the connection",
	    "Vsockdump process local=3:80 peer=2:1 how=accept pid=1",
	    "vsockdump  process local=3:80 peer=2:1 how=accept pid=1",
	    "vsockdump vm cid=3 name=web",
	    "vsockdump processes local=3:80 peer=2:1 how=accept pid=1",
	    /* A key is missing, or has no good value. */
	    "vsockdump process",
	    "vsockdump process peer=2:1 how=accept pid=1",
	    "vsockdump process local=3:80 how=accept pid=1",
	    "vsockdump process local=3:80 peer=2:1 pid=1",
	    "vsockdump process local=3:80 peer=2:1 how=accept",
	    "vsockdump process local=3 peer=2:1 how=accept pid=1",
	    "vsockdump process local=3: peer=2:1 how=accept pid=1",
	    "vsockdump process local=3:80:1 peer=2:1 how=accept pid=1",
	    "vsockdump process local=99999999999:80 peer=2:1 how=accept pid=1",
	    "vsockdump process local=3:80 peer=2:1 how=steal pid=1",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=-1",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=4294967296",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 at=5",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 at=5.1",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 at=99999999999999.000000000",
	    "vsockdump connect-failed local=3:80 peer=2:1 pid=1",
	    "vsockdump connect-failed local=3:80 peer=2:1 pid=1 errno=0",
	    /* The form. */
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 ",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 =a",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=\"",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=\"a",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=\"\\",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=\"\\x1\"",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=\"\\xAA\"",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=\"a\"b",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=\"\033\"",
	    "vsockdump process local=3:80 peer=2:1 how=accept pid=1 command=a;b",
	    "vsockdump process\tlocal=3:80 peer=2:1 how=accept pid=1",
	};
	static const char good[] = "vsockdump process local=3:80 peer=2:1 how=accept pid=1";
	struct process_entry read;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (process_comment_read(&read, texts[i], strlen(texts[i])))
			fail_msg("'%s' is a fact", texts[i]);
	assert_true(process_comment_read(&read, good, strlen(good)));
}

static void later_keys_are_ignored(void **state)
{
	static const char text[] =
	    "vsockdump process uid=0 local=3:80 peer=2:1 how=found color=\"dark red\" pid=1 "
	    "command=a-name-that-is-longer-than-in-the-kernel";
	struct process_entry read;

	(void)state;
	assert_true(process_comment_read(&read, text, strlen(text)));
	assert_int_equal(read.source, PROCESS_FOUND);
	assert_string_equal(read.process.command, "a-name-that-is-");
	assert_int_equal(read.ts, 0);
}

static void a_small_room_makes_no_overflow(void **state)
{
	struct comment_writer writer;
	char text[24];

	(void)state;
	comment_begin(&writer, text, sizeof(text), "process");
	assert_false(writer.full);
	comment_put_text(&writer, "key", "a long value");
	assert_true(writer.full);
	assert_true(writer.length < sizeof(text));
	assert_int_equal(strlen(text), writer.length);
}

static void a_value_may_contain_anything(void **state)
{
	char bytes[256], text[2048], value[512];
	struct comment_writer writer;
	struct comment_reader reader;
	struct comment_text kind, key;
	size_t length;

	(void)state;
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	comment_begin(&writer, text, sizeof(text), "test");
	comment_put(&writer, "bytes", bytes, sizeof(bytes));
	comment_put_number(&writer, "number", UINT64_MAX);
	assert_false(writer.full);
	for (size_t i = 0; i < writer.length; i++)
		assert_true(text[i] >= ' ' && text[i] <= '~');
	assert_true(comment_open(&reader, text, writer.length, &kind));
	assert_true(comment_is(kind, "test"));
	assert_false(comment_is(kind, "tes") || comment_is(kind, "tests"));
	assert_int_equal(comment_next(&reader, &key, value, sizeof(value), &length), COMMENT_FIELD);
	assert_true(comment_is(key, "bytes"));
	assert_int_equal(length, sizeof(bytes));
	assert_memory_equal(value, bytes, sizeof(bytes));
	assert_int_equal(comment_next(&reader, &key, value, sizeof(value), &length), COMMENT_FIELD);
	assert_string_equal(value, "18446744073709551615");
	assert_int_equal(comment_next(&reader, &key, value, sizeof(value), &length), COMMENT_END);
	/* A value that does not fit. */
	assert_true(comment_open(&reader, text, writer.length, &kind));
	assert_int_equal(comment_next(&reader, &key, value, 256, &length), COMMENT_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_process_is_a_comment),
	    cmocka_unit_test(a_failure_is_a_comment),
	    cmocka_unit_test(there_is_room_for_any_name),
	    cmocka_unit_test(other_comments_are_no_facts),
	    cmocka_unit_test(later_keys_are_ignored),
	    cmocka_unit_test(a_small_room_makes_no_overflow),
	    cmocka_unit_test(a_value_may_contain_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
