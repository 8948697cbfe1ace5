/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series of virtual machines: bounded, only for names, and gone when the machine is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time-units.h"
#include "tool/records/metrics-vms.h"

static struct vsock_cid_names *names_of(uint32_t count)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	char name[16];

	for (uint32_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "vm-%u", i);
		vsock_cid_names_add(names, 3 + i, name);
	}
	return names;
}

static void only_names_have_series(void **state)
{
	static struct metrics_vms vms;
	struct vsock_cid_names *names = names_of(1);
	const struct print_settings settings = {.names = names};
	struct metrics_vm *vm = metrics_vm_find(&vms, 3, &settings, 1);

	(void)state;
	assert_string_equal(vm->name, "vm-0");
	assert_ptr_equal(metrics_vm_find(&vms, 4, &settings, 1), &vms.others);
	assert_ptr_equal(metrics_vm_find(&vms, 3, &settings, 1), vm);
	vsock_cid_names_free(names);
}

/* CIDs with the same place, too. */
static void is_bounded(void **state)
{
	static struct metrics_vms vms;
	struct vsock_cid_names *names = names_of(METRICS_VMS_MAX + 1 + METRICS_VM_PLACES);
	const struct print_settings settings = {.names = names};
	struct metrics_vm *first = metrics_vm_find(&vms, 3, &settings, 1);

	(void)state;
	assert_true(metrics_vm_find(&vms, 3 + METRICS_VM_PLACES, &settings, 1) != first);
	assert_ptr_equal(metrics_vm_find(&vms, 3, &settings, 1), first);
	for (uint32_t i = 1; i < METRICS_VMS_MAX - 1; i++)
		assert_true(metrics_vm_find(&vms, 3 + i, &settings, 1) != &vms.others);
	assert_ptr_equal(metrics_vm_find(&vms, 3 + METRICS_VMS_MAX, &settings, 1), &vms.others);
	vsock_cid_names_free(names);
}

static void series_end(void **state)
{
	static struct metrics_vms vms;
	struct vsock_cid_names *names = names_of(2);
	const struct print_settings settings = {.names = names};
	struct metrics_vm *quiet = metrics_vm_find(&vms, 3, &settings, 1);
	struct metrics_vm *open = metrics_vm_find(&vms, 4, &settings, 1);

	(void)state;
	open->open = 1;
	quiet->opened[0] = 5;
	metrics_vms_expire(&vms, METRICS_VM_SECONDS * NANOSECONDS_PER_SECOND);
	assert_string_equal(quiet->name, "vm-0");
	metrics_vms_expire(&vms, 1 + (METRICS_VM_SECONDS + 1) * NANOSECONDS_PER_SECOND);
	assert_string_equal(quiet->name, "");
	assert_string_equal(open->name, "vm-1");
	/* It comes back: a counter begins at 0. */
	assert_int_equal(metrics_vm_find(&vms, 3, &settings, 2)->opened[0], 0);
	vsock_cid_names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_names_have_series),
	    cmocka_unit_test(is_bounded),
	    cmocka_unit_test(series_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
