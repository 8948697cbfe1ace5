/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/common/vm-comment.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/common/vm-comment.h"

static void what_is_written_is_read(void **state)
{
	char name[VSOCK_CID_NAME_LEN + 1];
	char longest[VSOCK_CID_NAME_LEN + 1];
	char text[VM_COMMENT_MAX];
	uint32_t cid = 0;
	size_t length = vm_comment_write(text, 42, "web");

	(void)state;
	assert_int_equal(length, strlen("vsockdump vm cid=42 name=web"));
	assert_memory_equal(text, "vsockdump vm cid=42 name=web", length);
	assert_true(vm_comment_read(&cid, name, text, length));
	assert_int_equal(cid, 42);
	assert_string_equal(name, "web");

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	length = vm_comment_write(text, UINT32_MAX, longest);
	assert_true(vm_comment_read(&cid, name, text, length));
	assert_int_equal(cid, UINT32_MAX);
	assert_string_equal(name, longest);
}

static void want(const char *text, bool good)
{
	char name[VSOCK_CID_NAME_LEN + 1];
	uint32_t cid = 0;

	assert_int_equal(vm_comment_read(&cid, name, text, strlen(text)), good);
}

static void other_comments_are_no_names(void **state)
{
	(void)state;
	want("vsockdump vm name=web cid=42 later=x", true);
	want("vsockdump vm cid=42", false);
	want("vsockdump vm name=web", false);
	want("vsockdump vm cid=4294967296 name=web", false);
	want("vsockdump vm cid=42 name=\"\"", false);
	want("vsockdump vm cid=42 name=web name=", false);
	want("vsockdump vms cid=42 name=web", false);
	want("vsockdump process cid=42 name=web", false);
	want("vm cid=42 name=web", false);
	want("", false);
	want("vsockdump vm cid=42 "
	     "name=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	     false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read),
	    cmocka_unit_test(other_comments_are_no_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
