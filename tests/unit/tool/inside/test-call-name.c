/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/inside/call-name.c and call-classes.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/inside/call-classes.h"

static void expect(const char *target, const char *name)
{
	char text[CALL_NAME_SIZE];

	call_name_http(text, "GET", 3, target, strlen(target));
	assert_string_equal(text, name);
}

static void numbers_and_ids_have_one_name(void **state)
{
	(void)state;
	expect("/", "GET /");
	expect("/a/b.html", "GET /a/b.html");
	expect("/users/17/posts/4", "GET /users/{}/posts/{}");
	expect("/v1/17x/x17", "GET /v1/17x/x17");
	expect("/vm/01234567-89ab-cdef-0123-456789ABCDEF/", "GET /vm/{}/");
	expect("/vm/01234567-89ab-cdef-0123-456789ABCDEG",
	       "GET /vm/01234567-89ab-cdef-0123-456789ABCDEG");
	expect("/c/4f66ad9e0b6e4f66ad9e0b6e", "GET /c/{}");
	expect("/c/deadbeef", "GET /c/deadbeef");
	expect("*", "GET *");
	expect("http://host:80/a/1?x", "GET /a/{}");
	expect("host:443", "GET host:443");
	expect("http://host", "GET http://host");
}

static void queries_are_not_shown(void **state)
{
	(void)state;
	expect("/a?token=secret", "GET /a");
	expect("/a#x?y", "GET /a");
	expect("?", "GET ");
}

static void long_names_are_cut(void **state)
{
	char target[300];
	char text[CALL_NAME_SIZE];

	(void)state;
	memset(target, 'x', sizeof(target));
	target[0] = '/';
	call_name_http(text, "GET", 3, target, sizeof(target));
	assert_int_equal(strlen(text), CALL_NAME_SIZE - 1);
	assert_string_equal(text + CALL_NAME_SIZE - 4, "...");
}

static void methods_have_no_slash_in_front(void **state)
{
	char text[CALL_NAME_SIZE];

	(void)state;
	call_name_method(text, "/a.B/C", 6);
	assert_string_equal(text, "a.B/C");
	call_name_method(text, "a.B/C?x", 7);
	assert_string_equal(text, "a.B/C");
	call_name_method(text, "", 0);
	assert_string_equal(text, "");
}

static void classes_are_bounded(void **state)
{
	struct call_classes classes = {.count = 0};
	const struct call_place place = {3, 80, false};
	struct call_class *class = NULL;
	struct call_class **all;

	(void)state;
	for (int i = 0; i < CALL_CLASSES_MAX + 10; i++) {
		char name[32];

		snprintf(name, sizeof(name), "GET /%c%d", 'a' + i % 7, i);
		class = call_classes_get(&classes, place, CALL_HTTP1, name);
		class->answered++;
		class->waited += (uint64_t)i;
	}
	assert_true(class->other);
	assert_int_equal(class->answered, 10);
	assert_int_equal(call_classes_count(&classes), CALL_CLASSES_MAX + 1);
	assert_ptr_equal(call_classes_get(&classes, place, CALL_HTTP1, "GET /a0"),
			 call_classes_get(&classes, place, CALL_HTTP1, "GET /a0"));
	all = call_classes_sort(&classes);
	assert_string_equal(all[0]->name, "GET /b1023");
	assert_string_equal(all[CALL_CLASSES_MAX]->name, "(others)");
	free(all);
	call_classes_free(&classes);
}

static void errors_are_counted_by_status(void **state)
{
	struct call_class class = {.named = true};
	char text[CALL_STATUS_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 20; i++)
		call_class_add_error(&class, (uint16_t)(500 + i % 10));
	assert_int_equal(class.errors, 20);
	assert_int_equal(class.statuses[0].status, 500);
	assert_int_equal(class.statuses[0].count, 2);
	assert_true(call_status_is_error(CALL_HTTP1, 404));
	assert_false(call_status_is_error(CALL_HTTP1, 399));
	assert_true(call_status_is_error(CALL_GRPC, 1));
	assert_false(call_status_is_error(CALL_TTRPC, 0));
	assert_false(call_status_is_error(CALL_GRPC, CALL_STATUS_UNKNOWN));
	assert_true(call_status_is_error(CALL_HTTP2, CALL_STATUS_RESET + 8));
	assert_string_equal(call_status_text(text, CALL_HTTP1, 404), "404");
	assert_string_equal(call_status_text(text, CALL_GRPC, 5), "NOT_FOUND");
	assert_string_equal(call_status_text(text, CALL_GRPC, 99), "99");
	assert_string_equal(call_status_text(text, CALL_HTTP2, CALL_STATUS_RESET + 8), "RST 8");
	assert_string_equal(call_status_text(text, CALL_HTTP2, CALL_STATUS_GOAWAY), "GOAWAY");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_and_ids_have_one_name),
	    cmocka_unit_test(queries_are_not_shown),
	    cmocka_unit_test(long_names_are_cut),
	    cmocka_unit_test(methods_have_no_slash_in_front),
	    cmocka_unit_test(classes_are_bounded),
	    cmocka_unit_test(errors_are_counted_by_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
