/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/identity/arguments.c, machine-file.c, vm-name.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/identity/arguments.h"
#include "lib/identity/machine-file.h"
#include "lib/identity/vm-name.h"

static void options_are_written_in_three_ways(void **state)
{
	static const char line[] = "/bin/x\0-a\0A\0--bc\0B\0C\0--d=D=D\0-\0---e\0E\0--f";
	static const char *const expected[] = {"a=A", "bc=B", "d=D=D", "f="};
	struct arguments arguments = {line, line + sizeof(line)};
	struct argument_option option;
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_true(arguments_next_option(&arguments, &option));
		snprintf(text, sizeof(text), "%.*s=%s", (int)option.name_length, option.name,
			 option.value);
		assert_string_equal(text, expected[i]);
	}
	assert_false(arguments_next_option(&arguments, &option));
}

static void an_option_is_its_whole_name(void **state)
{
	static const char line[] = "x\0--cid-x=1";
	struct arguments arguments = {line, line + sizeof(line)};
	struct argument_option option;

	(void)state;
	assert_true(arguments_next_option(&arguments, &option));
	assert_true(argument_is(&option, "cid-x"));
	assert_false(argument_is(&option, "cid"));
	assert_false(argument_is(&option, "cid-x="));
}

static void want_value(const char *list, const char *key, const char *expected)
{
	char value[8];

	assert_int_equal(list_value(list, key, value, sizeof(value)), expected != NULL);
	assert_string_equal(value, expected ? expected : "");
}

static void lists_have_keys(void **state)
{
	(void)state;
	want_value("vhost,cid=3,dev=/x", "cid", "3");
	want_value("vhost,cid=3,dev=/x", "", "vhost");
	want_value("cid=3,dev=/x", "", NULL);
	want_value("cid=3", "id", NULL);
	want_value("xcid=4,cid=3", "cid", "3");
	want_value("", "", NULL);
	want_value("", "cid", NULL);
	want_value("cid=", "cid", "");
	want_value("cid=1234567", "cid", "1234567");
	want_value("cid=12345678", "cid", NULL);
	want_value("guest=a,,b,x=1", "guest", "a,b");
	want_value("a,,cid=1,cid=2", "cid", "2");
	want_value(",,,", "cid", NULL);
}

static void want_json(const char *json, const char *key, const char *expected)
{
	char value[8];

	assert_int_equal(json_value(json, key, value, sizeof(value)), expected != NULL);
	assert_string_equal(value, expected ? expected : "");
}

static void objects_have_keys_on_their_first_level(void **state)
{
	(void)state;
	want_json("{\"a\":1,\"cid\":42}", "cid", "42");
	want_json("{\"a\":1, \"cid\" : \"42\" }", "cid", "42");
	want_json("{\"a\":{\"cid\":1},\"cid\":2}", "cid", "2");
	want_json("{\"a\":[\"cid\",1]}", "cid", NULL);
	want_json("{\"a\":\"cid\"}", "cid", NULL);
	want_json("{\"a\":\"\\\"cid\\\":7\",\"cid\":8}", "cid", "8");
	want_json("{\"cid\":\"a\\u0020\"}", "cid", NULL);
	want_json("{\"cid\":\"12345678\"}", "cid", NULL);
	want_json("{\"cid\":", "cid", "");
	want_json("{\"cid\":\"1", "cid", "1");
	want_json("{\"cid", "cid", NULL);
	want_json("{\"\\", "cid", NULL);
	want_json("}}{\"cid\":1", "cid", "1");
}

static void want_name(const char *text, const char *expected)
{
	char name[VM_NAME_MAX];

	vm_name_clean(name, text);
	assert_string_equal(name, expected);
}

static void names_are_safe_to_print(void **state)
{
	(void)state;
	want_name("web-1", "web-1");
	want_name("", "");
	want_name("a b\033[31m", "a_b__31m");
	want_name("1234", "vm-1234");
	want_name("0xff", "vm-0xff");
	want_name("-n", "vm--n");
	want_name("\xc3\xa4", "__");
	want_name("a123456789012345678901234567890123456789x",
		  "a123456789012345678901234567890123456789");
	/* What is left of it is a number. */
	want_name("1234567890123456789012345678901234567890x",
		  "vm-1234567890123456789012345678901234567");
}

#define SANDBOX "1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c"

static void sandboxes_of_kata_have_short_names(void **state)
{
	static const struct {
		const char *before;
		const char *after;
	} named[] = {
	    {"sandbox-", ""},
	    {"/run/vc/vm/", "/clh-api.sock"},
	    {"path=/run/user/1000/run/kata/", "/ch-api.sock"},
	    {"/run/kata/firecracker/", "/root"},
	};
	static const char *const other[] = {
	    "sandbox-1f3a5b7c",      "sandbox-", "my-sandbox-1f3a5b7c1f3a5b7c1f3a5b7c1f3a5b7c",
	    "/run/vc/vm/x/clh.sock", "",
	};
	char name[VM_NAME_MAX] = "unchanged";
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		assert_false(vm_name_of_kata(name, other[i]));
		assert_string_equal(name, "unchanged");
	}
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		snprintf(text, sizeof(text), "%s%s%s", named[i].before, SANDBOX, named[i].after);
		assert_true(vm_name_of_kata(name, text));
		assert_string_equal(name, "kata-1f3a5b7c");
	}
}

static void want_machine(const char *text, uint32_t cid, uint32_t leader)
{
	struct machine_file machine = {0};

	assert_int_equal(machine_file_read(&machine, text), cid != 0);
	assert_int_equal(machine.cid, cid);
	assert_int_equal(machine.leader, leader);
}

static void files_of_machines_have_a_cid(void **state)
{
	(void)state;
	want_machine("# private\nNAME=web\nLEADER=77\nCLASS=vm\nVSOCK_CID=42\n", 42, 77);
	want_machine("VSOCK_CID=42", 42, 0);
	want_machine("VSOCK_CID=4294967295\nLEADER=77\n", 0, 0);
	want_machine("VSOCK_CID=2\n", 0, 0);
	want_machine("XVSOCK_CID=42\n", 0, 0);
	want_machine("VSOCK_CID=42x\n", 0, 0);
	want_machine("VSOCK_CID=00000000000000000042\n", 0, 0);
	want_machine("LEADER=0\nVSOCK_CID=42", 42, 0);
	want_machine("", 0, 0);
	want_machine("\n\n", 0, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_are_written_in_three_ways),
	    cmocka_unit_test(an_option_is_its_whole_name),
	    cmocka_unit_test(lists_have_keys),
	    cmocka_unit_test(objects_have_keys_on_their_first_level),
	    cmocka_unit_test(names_are_safe_to_print),
	    cmocka_unit_test(sandboxes_of_kata_have_short_names),
	    cmocka_unit_test(files_of_machines_have_a_cid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
