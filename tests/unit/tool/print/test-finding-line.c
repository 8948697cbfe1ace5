/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/print/finding-line.c and tool/print/json-finding.c.
 *
 * Findings in lines and in JSON; their sentences are the core's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/text.h"
#include "tool/print/finding-line.h"
#include "tool/print/json-finding.h"

static const struct vsock_finding empty_rw = {
    .code = VSOCK_FINDING_EMPTY_RW,
    .severity = VSOCK_SUSPICIOUS,
    .flow = 7,
    .ts = UINT64_C(1700000000000000001),
    .packet_count = 2,
    .packets = {12, 15},
    .client_cid = 2,
    .client_port = 22,
};

static const char *line(const struct print_settings *settings, const struct vsock_finding *finding,
			bool color)
{
	static struct text text;

	text_begin(&text);
	text.out.color = color;
	finding_line_print(&text.out, settings, finding);
	return text_take(&text);
}

static void references_are_for_the_curious(void **state)
{
	struct print_settings settings = {.verbose = 1};
	struct vsock_finding finding = empty_rw;

	(void)state;
	assert_string_equal(line(&settings, &finding, false),
			    "! empty-rw: host:22 sent a data packet of 0 bytes, which Linux never "
			    "does. This is most likely a bug in host:22's virtio-vsock device (VMM "
			    "or driver), not in your program.\n");
	settings = (struct print_settings){.verbose = 2, .numbers = true};
	assert_string_equal(line(&settings, &finding, false),
			    "! empty-rw: 2:22 sent a data packet of 0 bytes, which Linux never "
			    "does. This is most likely a bug in 2:22's virtio-vsock device (VMM "
			    "or driver), not in your program. "
			    "[flow 7, packets 12, 15]\n");
	finding.packet_count = 1;
	finding.flow = VSOCK_NO_FLOW;
	assert_non_null(strstr(line(&settings, &finding, false), " [packet 12]\n"));
	finding.packet_count = 0;
	assert_null(strstr(line(&settings, &finding, false), "["));
	finding.flow = 3;
	assert_non_null(strstr(line(&settings, &finding, false), " [flow 3]\n"));
}

static void classes_differ_without_color(void **state)
{
	struct print_settings settings = {.verbose = 0};
	struct vsock_finding finding = empty_rw;

	(void)state;
	finding.severity = VSOCK_CERTAIN;
	assert_memory_equal(line(&settings, &finding, false), "!! empty-rw: ", 13);
	finding.severity = VSOCK_INFORMATION;
	assert_memory_equal(line(&settings, &finding, false), "* empty-rw: ", 12);
	assert_memory_equal(line(&settings, &finding, true), "\033[1;38;5;63m*\033[0m ", 18);
}

static void quiet_is_for_what_is_wrong(void **state)
{
	struct print_settings settings = {.quiet = true};
	struct vsock_finding finding = empty_rw;

	(void)state;
	assert_true(finding_line_wanted(&settings, &finding));
	finding.severity = VSOCK_INFORMATION;
	assert_false(finding_line_wanted(&settings, &finding));
	settings.quiet = false;
	assert_true(finding_line_wanted(&settings, &finding));
}

static void json(void **state)
{
	struct print_settings settings = {.numbers = true};
	struct vsock_finding finding = empty_rw;
	struct json_context context = {0};
	struct text text;

	(void)state;
	text_begin(&text);
	json_finding_alone(&text.out, &context, &settings, &finding);
	assert_string_equal(
	    text_take(&text),
	    "{\"kind\":\"finding\",\"ts\":\"1700000000.000000001\","
	    "\"time\":\"2023-11-14T22:13:20.000000001Z\",\"flow\":7,\"uid\":null,"
	    "\"point\":null,\"host\":null,\"findings\":["
	    "{\"kind\":\"finding\",\"code\":\"empty-rw\",\"class\":\"suspicious\","
	    "\"flow\":7,\"uid\":null,"
	    "\"packets\":[12,15],\"text\":\"2:22 sent a data packet of 0 bytes, which "
	    "Linux never does. This is most likely a bug in 2:22's virtio-vsock "
	    "device (VMM or driver), not in your program.\"}]}\n");
	finding.update = true;
	json_finding(&text.out, &context, &settings, &finding);
	assert_non_null(strstr(text_take(&text), "{\"kind\":\"update\",\"code\":\"empty-rw\","));
	finding.flow = VSOCK_NO_FLOW;
	finding.packet_count = 0;
	json_finding(&text.out, &context, &settings, &finding);
	assert_non_null(strstr(text_take(&text), "\"flow\":null,\"uid\":null,\"packets\":[],"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(references_are_for_the_curious),
	    cmocka_unit_test(classes_differ_without_color),
	    cmocka_unit_test(quiet_is_for_what_is_wrong),
	    cmocka_unit_test(json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
