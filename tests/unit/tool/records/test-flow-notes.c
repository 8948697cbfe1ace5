/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notes about flows: a hash table from which notes are removed in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tool/records/flow-notes.h"

static void finds_what_was_added(void **state)
{
	struct flow_notes notes = {0};
	struct flow_note *note;

	(void)state;
	assert_null(flow_notes_find(&notes, 0));
	note = flow_notes_add(&notes, 0);
	assert_non_null(note);
	assert_int_equal(note->seq, 0);
	note->seq = 7;
	assert_ptr_equal(flow_notes_add(&notes, 0), note);
	assert_int_equal(flow_notes_find(&notes, 0)->seq, 7);
	assert_null(flow_notes_find(&notes, 1));
	flow_notes_remove(&notes, 1);
	flow_notes_remove(&notes, 0);
	assert_null(flow_notes_find(&notes, 0));
	assert_int_equal(notes.count, 0);
	flow_notes_free(&notes);
}

/* Numbers that share places, in all of the table, with a gap that wraps around. */
static void survives_removals(void **state)
{
	enum { FLOWS = 100000 };
	struct flow_notes notes = {0};
	char *there = calloc(FLOWS, 1);
	uint32_t random = 1;

	(void)state;
	assert_non_null(there);
	for (int i = 0; i < 400000; i++) {
		uint64_t flow;

		random = random * 1664525u + 1013904223u;
		flow = (random >> 8) % 700;
		/* 700 numbers, of which many have the same lowest bits. */
		flow = flow % 70 + flow / 70 * 1024;
		if (there[flow]) {
			assert_int_equal(flow_notes_find(&notes, flow)->seq, (uint32_t)flow);
			flow_notes_remove(&notes, flow);
		} else {
			assert_null(flow_notes_find(&notes, flow));
			flow_notes_add(&notes, flow)->seq = (uint32_t)flow;
		}
		there[flow] = (char)!there[flow];
	}
	for (uint64_t flow = 0; flow < FLOWS; flow++)
		assert_int_equal(flow_notes_find(&notes, flow) != NULL, there[flow]);
	free(there);
	flow_notes_free(&notes);
}

static void counts_what_has_no_room(void **state)
{
	struct flow_notes notes = {0};

	(void)state;
	for (uint64_t flow = 0; flow < FLOW_NOTES_MAX; flow++)
		assert_non_null(flow_notes_add(&notes, flow));
	assert_null(flow_notes_add(&notes, FLOW_NOTES_MAX));
	assert_int_equal(notes.dropped, 1);
	flow_notes_remove(&notes, 5);
	assert_non_null(flow_notes_add(&notes, FLOW_NOTES_MAX));
	flow_notes_free(&notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_was_added),
	    cmocka_unit_test(survives_removals),
	    cmocka_unit_test(counts_what_has_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
