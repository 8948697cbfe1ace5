/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/bpf-tap/kernel-symbols.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/bpf-tap/kernel-symbols.h"

static void find(struct kernel_symbol *symbols, unsigned count, const char *text)
{
	FILE *list = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_non_null(list);
	kernel_symbols_find(symbols, count, list);
	fclose(list);
}

static void finds_addresses(void **state)
{
	struct kernel_symbol symbols[] = {{"vmemmap_base", 7}, {"page_offset_base", 7}, {"no", 7}};

	(void)state;
	find(symbols, 3,
	     "ffffffff81000000 T _text\n"
	     "ffffffff82a14c00 D page_offset_base_of_another\n"
	     "ffffffff82a14ca0 D page_offset_base\n"
	     "ffffffff82a14ca8 d xvmemmap_base\n"
	     "ffffffff82a14cb0 D vmemmap_base\n"
	     "ffffffffc0000000 t no_more\t[vsock]\n");
	assert_int_equal(symbols[0].address, UINT64_C(0xffffffff82a14cb0));
	assert_int_equal(symbols[1].address, UINT64_C(0xffffffff82a14ca0));
	assert_int_equal(symbols[2].address, 0);
}

static void names_of_modules(void **state)
{
	struct kernel_symbol symbol = {"vsock_x", 0};

	(void)state;
	find(&symbol, 1, "ffffffffc0000010 t vsock_x\t[vsock]\n");
	assert_int_equal(symbol.address, UINT64_C(0xffffffffc0000010));
}

/* The kernel shows addresses as 0 to a process without the right to see them. */
static void hidden_addresses(void **state)
{
	struct kernel_symbol symbol = {"vmemmap_base", 7};

	(void)state;
	find(&symbol, 1, "0000000000000000 D vmemmap_base\n");
	assert_int_equal(symbol.address, 0);
}

static void odd_lists(void **state)
{
	struct kernel_symbol symbol = {"vmemmap_base", 7};

	(void)state;
	find(&symbol, 1, "\n \n  \nvmemmap_base\nffff vmemmap_base\n");
	assert_int_equal(symbol.address, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_addresses),
	    cmocka_unit_test(names_of_modules),
	    cmocka_unit_test(hidden_addresses),
	    cmocka_unit_test(odd_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
