/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/mode/finding-store.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tool/mode/finding-store.h"

static struct vsock_finding finding(uint64_t flow, enum vsock_class class, uint64_t ts)
{
	return (struct vsock_finding){
	    .code = VSOCK_FINDING_RESET, .severity = (uint8_t) class, .flow = flow, .ts = ts};
}

static void add(struct finding_store *store, uint64_t flow, enum vsock_class class, uint64_t ts)
{
	struct vsock_finding f = finding(flow, class, ts);

	finding_store_add(store, &f);
}

/* The times of a flow's findings, as one number of decimal digits. */
static uint64_t times(const struct finding_store *store, uint64_t flow)
{
	const struct vsock_finding *f = NULL;
	uint64_t digits = 0;

	while ((f = finding_store_next(store, flow, f)))
		digits = digits * 10 + f->ts;
	return digits;
}

static void an_empty_store_has_nothing(void **state)
{
	struct finding_store store = {0};
	const struct vsock_finding **all = finding_store_worst_first(&store);

	(void)state;
	assert_non_null(all);
	free(all);
	assert_int_equal(finding_store_count(&store), 0);
	assert_int_equal(times(&store, 1), 0);
	finding_store_forget(&store, 1);
	finding_store_free(&store);
}

static void a_flow_has_its_own_in_order(void **state)
{
	struct finding_store store = {0};

	(void)state;
	for (uint64_t ts = 1; ts <= 5; ts++)
		for (uint64_t flow = 0; flow < 300; flow++)
			add(&store, flow, VSOCK_SUSPICIOUS, ts);
	assert_int_equal(finding_store_count(&store), 1500);
	assert_int_equal(times(&store, VSOCK_NO_FLOW), 0);
	for (uint64_t flow = 0; flow < 300; flow++)
		assert_int_equal(times(&store, flow), 12345);
	finding_store_free(&store);
}

/* Slots are used again, so that they are not in order of time when the store grows. */
static void what_was_forgotten_makes_room(void **state)
{
	struct finding_store store = {0};

	(void)state;
	for (uint64_t flow = 1; flow <= 40; flow++)
		add(&store, flow, VSOCK_CERTAIN, 1);
	for (uint64_t flow = 1; flow <= 20; flow++)
		finding_store_forget(&store, flow);
	assert_int_equal(finding_store_count(&store), 20);
	for (uint64_t ts = 2; ts <= 9; ts++)
		for (uint64_t flow = 21; flow <= 40; flow++)
			add(&store, flow, VSOCK_CERTAIN, ts);
	for (uint64_t flow = 1; flow <= 20; flow++)
		assert_int_equal(times(&store, flow), 0);
	for (uint64_t flow = 21; flow <= 40; flow++)
		assert_int_equal(times(&store, flow), 123456789);
	for (uint64_t flow = 21; flow <= 40; flow++)
		finding_store_forget(&store, flow);
	assert_int_equal(finding_store_count(&store), 0);
	finding_store_free(&store);
}

static void the_worst_comes_first(void **state)
{
	struct finding_store store = {0};
	static const uint64_t expected[] = {7, VSOCK_NO_FLOW, 3, 9, 9, 1, 2};
	const struct vsock_finding **all;

	(void)state;
	add(&store, 2, VSOCK_INFORMATION, 1);
	add(&store, 9, VSOCK_SUSPICIOUS, 3);
	add(&store, 3, VSOCK_SUSPICIOUS, 9);
	add(&store, VSOCK_NO_FLOW, VSOCK_CERTAIN, 1);
	add(&store, 7, VSOCK_CERTAIN, 2);
	add(&store, 9, VSOCK_SUSPICIOUS, 2);
	add(&store, 1, VSOCK_INFORMATION, 5);
	all = finding_store_worst_first(&store);
	for (size_t i = 0; i < 7; i++)
		assert_true(all[i]->flow == expected[i]);
	assert_int_equal(all[3]->ts, 2);
	assert_int_equal(all[4]->ts, 3);
	free(all);
	finding_store_free(&store);
}

static void those_that_say_the_same_are_side_by_side(void **state)
{
	static const uint64_t expected[] = {7, 2, 4, 9, 3};
	static const uint32_t alike[] = {1, 2, 1, 1, 1};
	struct finding_store store = {0};
	struct vsock_finding finding = {.code = VSOCK_FINDING_RESET, .severity = VSOCK_SUSPICIOUS};
	const struct vsock_finding **all;

	(void)state;
	finding.flow = 4;
	finding_store_add(&store, &finding);
	finding.flow = 2;
	finding_store_add(&store, &finding);
	finding.flow = 9;
	finding.server_port = 22;
	finding_store_add(&store, &finding);
	finding.flow = 3;
	finding.server_port = 0;
	finding.code = VSOCK_FINDING_HALF_OPEN;
	finding_store_add(&store, &finding);
	add(&store, 7, VSOCK_CERTAIN, 1);
	all = finding_store_alike(&store);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(all[i]->flow, expected[i]);
		assert_int_equal(findings_alike(all + i, 5 - i), alike[i]);
	}
	free(all);
	finding_store_free(&store);
}

static void no_class_keeps_out_another(void **state)
{
	struct finding_store store = {0};

	(void)state;
	for (uint64_t i = 1; i <= FINDING_STORE_CLASS_MAX + 10; i++)
		add(&store, i, VSOCK_INFORMATION, 1);
	assert_int_equal(store.dropped, 10);
	assert_int_equal(times(&store, FINDING_STORE_CLASS_MAX + 1), 0);
	add(&store, FINDING_STORE_CLASS_MAX + 1, VSOCK_CERTAIN, 7);
	assert_int_equal(times(&store, FINDING_STORE_CLASS_MAX + 1), 7);
	assert_int_equal(store.dropped, 10);
	finding_store_forget(&store, 5);
	add(&store, 5, VSOCK_INFORMATION, 8);
	assert_int_equal(times(&store, 5), 8);
	assert_int_equal(store.dropped, 10);
	finding_store_free(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_store_has_nothing),
	    cmocka_unit_test(a_flow_has_its_own_in_order),
	    cmocka_unit_test(what_was_forgotten_makes_room),
	    cmocka_unit_test(the_worst_comes_first),
	    cmocka_unit_test(those_that_say_the_same_are_side_by_side),
	    cmocka_unit_test(no_class_keeps_out_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
