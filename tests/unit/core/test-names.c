/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers core/names.c and core/cid-names.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/cid-names.h"
#include "core/names.h"
#include "core/packet.h"

/* Every name of every kind finds its number again, as name and as keyword. */
static void names_go_both_ways(void **state)
{
	static const struct {
		const char *(*name)(uint16_t);
		const char *(*keyword)(uint16_t);
		int (*by_name)(const char *);
		int named;
	} kinds[] = {
	    {vsock_op_name, vsock_op_keyword, vsock_op_by_name, 7},
	    {vsock_type_name, vsock_type_keyword, vsock_type_by_name, 3},
	    {vsock_transport_name, vsock_transport_keyword, vsock_transport_by_name, 3},
	    {vsock_monitor_op_name, vsock_monitor_op_keyword, vsock_monitor_op_by_name, 5},
	};

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		int named = 0;

		for (unsigned i = 0; i <= UINT16_MAX; i++) {
			const char *name = kinds[k].name((uint16_t)i);

			if (!name)
				continue;
			named++;
			assert_int_equal(kinds[k].by_name(name), i);
			assert_int_equal(kinds[k].by_name(kinds[k].keyword((uint16_t)i)), i);
		}
		assert_int_equal(named, kinds[k].named);
		assert_int_equal(kinds[k].by_name(""), -1);
		assert_int_equal(kinds[k].by_name("nonsense"), -1);
	}
	assert_string_equal(vsock_op_name(7), "CREDIT_REQUEST");
	assert_string_equal(vsock_op_keyword(6), "credit_update");
	assert_int_equal(vsock_op_by_name("Credit_Update"), VSOCK_OP_CREDIT_UPDATE);
	assert_int_equal(vsock_op_by_name("credit_updat"), -1);
}

static void flags_in_words(void **state)
{
	static const struct {
		uint16_t op, type;
		uint32_t flags;
		const char *text;
	} cases[] = {
	    {VSOCK_OP_SHUTDOWN, 1, 0, "0"},
	    {VSOCK_OP_SHUTDOWN, 1, 1, "RECEIVE"},
	    {VSOCK_OP_SHUTDOWN, 1, 2, "SEND"},
	    {VSOCK_OP_SHUTDOWN, 2, 3, "RECEIVE|SEND"},
	    {VSOCK_OP_SHUTDOWN, 1, 0xffffffff, "RECEIVE|SEND|0xfffffffc"},
	    {VSOCK_OP_RW, 2, 1, "EOM"},
	    {VSOCK_OP_RW, 2, 3, "EOM|EOR"},
	    {VSOCK_OP_RW, 2, 0x80000001, "EOM|0x80000000"},
	    {VSOCK_OP_RW, 1, 1, "0x1"},
	    {VSOCK_OP_RST, 1, 3, "0x3"},
	};
	char text[VSOCK_FLAGS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = vsock_flags_text(text, cases[i].op, cases[i].type, cases[i].flags);

		assert_string_equal(text, cases[i].text);
		assert_int_equal(length, strlen(text));
	}
	assert_int_equal(vsock_flag_by_name(VSOCK_OP_SHUTDOWN, "send"), VSOCK_SHUTDOWN_SEND);
	assert_int_equal(vsock_flag_by_name(VSOCK_OP_RW, "EOR"), VSOCK_RW_EOR);
	assert_int_equal(vsock_flag_by_name(VSOCK_OP_RW, "send"), 0);
}

static void well_known_cids(void **state)
{
	uint32_t cid = 99;

	(void)state;
	assert_string_equal(vsock_cid_name(NULL, 0), "hypervisor");
	assert_string_equal(vsock_cid_name(NULL, 1), "local");
	assert_string_equal(vsock_cid_name(NULL, 2), "host");
	assert_string_equal(vsock_cid_name(NULL, UINT32_MAX), "any");
	assert_null(vsock_cid_name(NULL, 3));
	/* The upper half is not part of a CID: these numbers have no name. */
	assert_null(vsock_cid_name(NULL, UINT64_C(1) << 32 | 2));
	assert_true(vsock_cid_by_name(NULL, "Host", &cid));
	assert_int_equal(cid, 2);
	assert_true(vsock_cid_by_name(NULL, "0x10", &cid));
	assert_int_equal(cid, 16);
	assert_true(vsock_cid_by_name(NULL, "4294967295", &cid));
	assert_int_equal(cid, UINT32_MAX);
	assert_false(vsock_cid_by_name(NULL, "4294967296", &cid));
	assert_false(vsock_cid_by_name(NULL, "99999999999999999999999", &cid));
	assert_false(vsock_cid_by_name(NULL, "0x", &cid));
	assert_false(vsock_cid_by_name(NULL, "", &cid));
	assert_false(vsock_cid_by_name(NULL, "3 ", &cid));
	assert_false(vsock_cid_by_name(NULL, "-1", &cid));
}

static void user_names_win(void **state)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	uint32_t cid;

	(void)state;
	assert_non_null(names);
	assert_int_equal(vsock_cid_names_add(names, 5, "db"), VSOCK_CID_NAMES_OK);
	assert_int_equal(vsock_cid_names_add(names, 3, "web"), VSOCK_CID_NAMES_OK);
	assert_int_equal(vsock_cid_names_add(names, 2, "me"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 3), "web");
	assert_string_equal(vsock_cid_name(names, 5), "db");
	assert_string_equal(vsock_cid_name(names, 2), "me");
	assert_string_equal(vsock_cid_name(names, 1), "local");
	assert_null(vsock_cid_name(names, 4));
	assert_null(vsock_cid_name(names, UINT64_C(1) << 32 | 3));

	assert_true(vsock_cid_by_name(names, "web", &cid));
	assert_int_equal(cid, 3);
	assert_true(vsock_cid_by_name(names, "host", &cid));
	assert_int_equal(cid, 2);

	/* A new name for a CID; a second CID with the same name. */
	assert_int_equal(vsock_cid_names_add(names, 3, "www"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 3), "www");
	assert_false(vsock_cid_by_name(names, "web", &cid));
	assert_int_equal(vsock_cid_names_add(names, 1000, "db"), VSOCK_CID_NAMES_OK);
	assert_int_equal(vsock_cid_names_add(names, 4, "db"), VSOCK_CID_NAMES_OK);
	assert_true(vsock_cid_by_name(names, "db", &cid));
	assert_int_equal(cid, 5);
	vsock_cid_names_free(names);
}

static void found_names_come_last(void **state)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	const char *name;
	uint32_t index;
	uint32_t cid;

	(void)state;
	assert_non_null(names);
	assert_int_equal(vsock_cid_names_add(names, 3, "mine"), VSOCK_CID_NAMES_OK);
	assert_int_equal(vsock_cid_names_add_found(names, 3, "web"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 3), "mine");
	assert_false(vsock_cid_by_name(names, "web", &cid));
	assert_int_equal(vsock_cid_names_add_found(names, 2, "web"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 2), "host");

	assert_int_equal(vsock_cid_names_add_found(names, 4294967294, "db"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 4294967294), "db(4294967294)");
	assert_string_equal(vsock_cid_plain_name(names, 4294967294), "db");
	assert_string_equal(vsock_cid_plain_name(names, 3), "mine");
	assert_string_equal(vsock_cid_plain_name(names, 2), "host");
	assert_true(vsock_cid_by_name(names, "db", &cid));
	assert_int_equal(cid, 4294967294);

	/* A machine that somebody calls like another CID, or like one that the user named. */
	assert_int_equal(vsock_cid_names_add_found(names, 5, "host"), VSOCK_CID_NAMES_OK);
	assert_int_equal(vsock_cid_names_add_found(names, 6, "mine"), VSOCK_CID_NAMES_OK);
	assert_true(vsock_cid_by_name(names, "host", &cid));
	assert_int_equal(cid, 2);
	assert_true(vsock_cid_by_name(names, "mine", &cid));
	assert_int_equal(cid, 3);
	assert_int_equal(vsock_cid_names_add_found(names, 7, "a\n"), VSOCK_CID_NAMES_BAD_NAME);

	/* Two names of one CID, on two hosts: none is right. */
	assert_int_equal(vsock_cid_names_add_found(names, 8, "one"), VSOCK_CID_NAMES_OK);
	assert_int_equal(vsock_cid_names_add_found(names, 8, "one"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 8), "one(8)");
	assert_int_equal(vsock_cid_names_add_found(names, 8, "two"), VSOCK_CID_NAMES_OK);
	assert_int_equal(vsock_cid_names_add_found(names, 8, "one"), VSOCK_CID_NAMES_OK);
	assert_null(vsock_cid_name(names, 8));
	assert_null(vsock_cid_plain_name(names, 8));
	assert_false(vsock_cid_by_name(names, "one", &cid));
	index = 0;
	assert_true(vsock_cid_names_next_found(names, &index, &cid, &name));
	assert_string_equal(name, "db");
	assert_true(vsock_cid_names_next_found(names, &index, &cid, &name));
	assert_true(vsock_cid_names_next_found(names, &index, &cid, &name));
	assert_int_equal(cid, 6);
	assert_string_equal(name, "mine");
	assert_false(vsock_cid_names_next_found(names, &index, &cid, &name));

	/* The user's name replaces a found one. */
	assert_int_equal(vsock_cid_names_add(names, 5, "own"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 5), "own");
	vsock_cid_names_free(names);
}

static void bad_names(void **state)
{
	static const char *const bad[] = {"",   "a b",      "7",   "0x7",
					  "-n", "a\x1b[2J", "a\n", "caf\xc3\xa9"};
	struct vsock_cid_names *names = vsock_cid_names_new();
	char longest[VSOCK_CID_NAME_LEN + 2];

	(void)state;
	assert_non_null(names);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(vsock_cid_names_add(names, 3, bad[i]), VSOCK_CID_NAMES_BAD_NAME);
	memset(longest, 'x', sizeof(longest));
	longest[VSOCK_CID_NAME_LEN + 1] = '\0';
	assert_int_equal(vsock_cid_names_add(names, 3, longest), VSOCK_CID_NAMES_BAD_NAME);
	assert_int_equal(vsock_cid_names_add(names, 3, longest + 1), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 3), longest + 1);
	assert_int_equal(vsock_cid_names_add(names, UINT64_C(1) << 32, "x"),
			 VSOCK_CID_NAMES_BAD_CID);
	vsock_cid_names_free(names);
}

static void as_many_as_allowed(void **state)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	char name[16];

	(void)state;
	assert_non_null(names);
	for (uint32_t i = VSOCK_CID_NAMES_MAX; i > 0; i--) {
		snprintf(name, sizeof(name), "vm%u", i);
		assert_int_equal(vsock_cid_names_add(names, i, name), VSOCK_CID_NAMES_OK);
	}
	assert_int_equal(vsock_cid_names_add(names, 0, "x"), VSOCK_CID_NAMES_FULL);
	assert_null(vsock_cid_name(names, UINT64_C(1) << 32 | 77));
	assert_int_equal(vsock_cid_names_add(names, 77, "x"), VSOCK_CID_NAMES_OK);
	assert_string_equal(vsock_cid_name(names, 77), "x");
	for (uint32_t i = 100; i <= VSOCK_CID_NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "vm%u", i);
		assert_string_equal(vsock_cid_name(names, i), name);
	}
	vsock_cid_names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_go_both_ways),    cmocka_unit_test(flags_in_words),
	    cmocka_unit_test(well_known_cids),       cmocka_unit_test(user_names_win),
	    cmocka_unit_test(found_names_come_last), cmocka_unit_test(bad_names),
	    cmocka_unit_test(as_many_as_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
