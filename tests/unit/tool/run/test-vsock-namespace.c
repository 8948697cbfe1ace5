/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/run/vsock-namespace.c.
 *
 * What the kernel says about vsock namespaces, read from a folder in place of that in /proc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/run/vsock-namespace.h"

static char folder[] = "/tmp/test-vsock-namespace-XXXXXX";
static const char *const names[] = {"ns_mode", "child_ns_mode"};

static void path_of(const char *name, char path[static 64])
{
	snprintf(path, 64, "%s/%s", folder, name);
}

static void remove_files(void)
{
	char path[64];

	for (size_t i = 0; i < 2; i++) {
		path_of(names[i], path);
		unlink(path);
	}
}

/* NULL: the kernel has no such file. */
static struct vsock_namespace read_modes(const char *own, const char *child)
{
	const char *const words[] = {own, child};
	char path[64];

	remove_files();
	for (size_t i = 0; i < 2; i++) {
		FILE *file;

		if (!words[i])
			continue;
		path_of(names[i], path);
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(words[i], file);
		fclose(file);
	}
	return vsock_namespace_read(folder);
}

static void says_nothing_on_older_kernels(void **state)
{
	struct vsock_namespace ns = read_modes(NULL, NULL);

	(void)state;
	assert_null(vsock_namespace_warning(ns));
	assert_null(vsock_namespace_description(ns));
	ns = vsock_namespace_read("/nonexistent/folder");
	assert_null(vsock_namespace_warning(ns));
}

static void says_nothing_of_global_or_odd_modes(void **state)
{
	static const char *const words[] = {"global\n", "",   "\n",
					    "locals\n", "lo", "local but something longer\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct vsock_namespace ns = read_modes(words[i], words[i]);

		assert_null(vsock_namespace_warning(ns));
		assert_null(vsock_namespace_description(ns));
	}
}

static void names_the_mode_that_is_local(void **state)
{
	struct vsock_namespace ns = read_modes("local\n", "local\n");

	(void)state;
	assert_true(ns.local && ns.children_local);
	assert_non_null(strstr(vsock_namespace_warning(ns), "(ns_mode is local)"));
	assert_string_equal(vsock_namespace_description(ns), "ns_mode local, child_ns_mode local");

	ns = read_modes("local", "global\n");
	assert_true(ns.local && !ns.children_local);
	assert_non_null(strstr(vsock_namespace_warning(ns), "(ns_mode is local)"));
	assert_string_equal(vsock_namespace_description(ns), "ns_mode local");

	ns = read_modes("global\n", "local\n");
	assert_true(!ns.local && ns.children_local);
	assert_non_null(strstr(vsock_namespace_warning(ns), "(child_ns_mode is local)"));
	assert_string_equal(vsock_namespace_description(ns), "child_ns_mode local");
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	remove_files();
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_nothing_on_older_kernels),
	    cmocka_unit_test(says_nothing_of_global_or_odd_modes),
	    cmocka_unit_test(names_the_mode_that_is_local),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
