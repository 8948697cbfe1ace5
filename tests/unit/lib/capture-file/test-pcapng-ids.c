/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/capture-file/pcapng-ids.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/capture-file/pcapng-ids.h"

#define HOST "00112233445566778899aabbccddeeff"
#define BOOT "ffeeddccbbaa99887766554433221100"

static void there_and_back(void **state)
{
	static const struct {
		struct capture_origin origin;
		const char *comment;
	} rows[] = {
	    {{.host = HOST, .boot = BOOT}, "vsockdump: host=" HOST " boot=" BOOT},
	    {{.host = HOST}, "vsockdump: host=" HOST},
	    {{.boot = BOOT}, "vsockdump: boot=" BOOT},
	    {{.host = HOST, .boot = BOOT, .bpf = true},
	     "vsockdump: host=" HOST " boot=" BOOT " tap=bpf"},
	    {{.bpf = true}, "vsockdump: tap=bpf"},
	    {{.os = "Linux"}, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char comment[PCAPNG_IDS_MAX];
		struct capture_origin read = {0};

		pcapng_ids_print(comment, &rows[i].origin);
		assert_string_equal(comment, rows[i].comment);
		pcapng_ids_read(&read, comment);
		assert_string_equal(read.host, rows[i].origin.host);
		assert_string_equal(read.boot, rows[i].origin.boot);
		assert_int_equal(read.bpf, rows[i].origin.bpf);
	}
}

static void what_is_no_id(void **state)
{
	static const char *const comments[] = {
	    "",
	    "host=" HOST,
	    " vsockdump: host=" HOST,
	    "vsockdump: host=",
	    "vsockdump: host=0011",
	    "vsockdump: host=" HOST "0",
	    "vsockdump: host=00112233445566778899AABBCCDDEEFF",
	    "vsockdump: host=\"\n\033[31m5566778899aabbccddeeff",
	    "vsockdump: xhost=" HOST,
	    "vsockdump: tap=bpfx",
	    "vsockdump: xtap=bpf",
	    "tap=bpf",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(comments) / sizeof(comments[0]); i++) {
		struct capture_origin read = {0};

		pcapng_ids_read(&read, comments[i]);
		assert_string_equal(read.host, "");
		assert_false(read.bpf);
	}
}

/* Another program may have added words. */
static void words_around(void **state)
{
	struct capture_origin read = {0};

	(void)state;
	pcapng_ids_read(&read, "vsockdump: a=b boot=" BOOT " host=" HOST " and more");
	assert_string_equal(read.host, HOST);
	assert_string_equal(read.boot, BOOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(there_and_back),
	    cmocka_unit_test(what_is_no_id),
	    cmocka_unit_test(words_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
