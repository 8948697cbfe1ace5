/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/explain/explanations.c: each finding has a whole explanation, which fits its places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tool/explain/explanation.h"

#define COLUMNS        80
#define SUMMARY_COLUMN 29
#define PACKETS_INDENT 4
#define NOTE_GAP       2

static const char *name_of(int code)
{
	return vsock_finding_name((enum vsock_finding_code)code);
}

/* Sentences without line breaks: the printer wraps them. */
static void check_text(int code, const char *what, const char *text)
{
	if (!text || !*text)
		fail_msg("%s has no %s", name_of(code), what);
	if (!strchr(".?", text[strlen(text) - 1]))
		fail_msg("%s: %s does not end like a sentence", name_of(code), what);
	if (strpbrk(text, "\n\t") || strstr(text, "  ") || *text == ' ')
		fail_msg("%s: %s has other blanks than single spaces", name_of(code), what);
}

static void each_finding_is_explained(void **state)
{
	(void)state;
	for (int code = 1; code < VSOCK_FINDING_CODES; code++) {
		const struct explanation *e = &explanations[code];

		check_text(code, "summary", e->summary);
		check_text(code, "meaning", e->meaning);
		check_text(code, "causes", e->causes);
		check_text(code, "advice", e->advice);
		check_text(code, "harmless", e->harmless);
		if (strlen(e->summary) > COLUMNS - SUMMARY_COLUMN)
			fail_msg("%s: the summary is too long for a list", name_of(code));
		/* There is no class below information. */
		assert_true(!e->less || vsock_finding_severity((enum vsock_finding_code)code) > 0);
	}
}

static void packets_fit_a_line(void **state)
{
	(void)state;
	for (int code = 1; code < VSOCK_FINDING_CODES; code++) {
		const struct explained_packet *packets = explanations[code].packets;
		size_t widest = 0;

		if (!packets[0].line)
			fail_msg("%s shows no packet", name_of(code));
		for (size_t i = 0; i < EXPLAINED_PACKETS && packets[i].line; i++)
			if (strlen(packets[i].line) > widest)
				widest = strlen(packets[i].line);
		for (size_t i = 0; i < EXPLAINED_PACKETS && packets[i].line; i++) {
			size_t note = packets[i].note ? NOTE_GAP + strlen(packets[i].note) : 0;

			if (PACKETS_INDENT + widest + note > COLUMNS)
				fail_msg("%s: too wide: %s", name_of(code), packets[i].line);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_finding_is_explained),
	    cmocka_unit_test(packets_fit_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
