/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/common/process.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/common/process.h"

#define HEX   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define POD   "01234567_89ab_cdef_0123_456789abcdef"

static void a_container_is_found_in_each_form(void **state)
{
	static const char *const paths[] = {
	    /* containerd, by systemd, by cgroupfs, and a mix of both */
	    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD
	    ".slice/cri-containerd-" HEX ".scope",
	    "/kubepods/burstable/pod01234567-89ab-cdef-0123-456789abcdef/" HEX,
	    "/system.slice/containerd.service/kubepods-burstable-pod" POD
	    ".slice:cri-containerd:" HEX,
	    /* CRI-O, and a group below the container's */
	    "/kubepods.slice/kubepods-pod" POD ".slice/crio-" HEX ".scope",
	    "/kubepods.slice/kubepods-pod" POD ".slice/crio-" HEX ".scope/container",
	    /* Docker */
	    "/docker/" HEX,
	    "/system.slice/docker-" HEX ".scope",
	    /* Podman */
	    "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" HEX
	    ".scope/container",
	    "/machine.slice/libpod-" HEX ".scope",
	    "/libpod_parent/libpod-" HEX,
	    /* Kata */
	    "/kata_overhead/" HEX,
	    "/kubepods/pod1/kata_" HEX,
	    /* A container in a container: the inner one. */
	    "/system.slice/docker-" OTHER ".scope/kubelet.slice/cri-containerd-" HEX ".scope",
	    /* The beginning is missing. */
	    "cri-containerd-" HEX ".scope",
	    HEX,
	};
	char id[PROCESS_CONTAINER_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_true(process_container(id, paths[i]));
		assert_string_equal(id, HEX);
	}
}

static void other_groups_are_no_containers(void **state)
{
	static const char *const paths[] = {
	    "",
	    "/",
	    "/user.slice/user-1000.slice/session-2.scope",
	    "/system.slice/runc-name.scope",
	    /* The monitors of containers. */
	    "/machine.slice/libpod-conmon-" HEX ".scope",
	    "/kubepods.slice/crio-conmon-" HEX ".scope",
	    /* Not 64 digits, or more than digits. */
	    "/docker/" HEX "0",
	    "/docker/0123456789abcdef",
	    "/docker/x" HEX,
	    "/docker/" HEX "x.scope",
	    "/docker/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
	};
	char id[PROCESS_CONTAINER_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_false(process_container(id, paths[i]));
}

static void the_end_of_a_long_path_is_kept(void **state)
{
	struct process process = {0};
	char path[2 * PROCESS_CGROUP_MAX] = "/";

	(void)state;
	memset(path + 1, 'a', 600);
	strcat(path, "/docker/" HEX);
	process_set_cgroup(&process, path);
	assert_string_equal(process.cgroup, "docker/" HEX);
	process_set_cgroup(&process, "/short");
	assert_string_equal(process.cgroup, "/short");
	/* One name that is too long alone leaves nothing. */
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	process_set_cgroup(&process, path);
	assert_string_equal(process.cgroup, "");
}

static void a_hostile_command_is_escaped(void **state)
{
	struct process process = {.pid = UINT32_MAX, .command = "socat"};
	char text[PROCESS_TEXT_MAX];

	(void)state;
	assert_int_equal(process_text(text, &process), strlen("socat (pid 4294967295)"));
	assert_string_equal(text, "socat (pid 4294967295)");
	memcpy(process.command, "a\n\033\\\xff b", 8);
	process_text(text, &process);
	assert_string_equal(text, "a\\x0a\\x1b\\x5c\\xff b (pid 4294967295)");
	/* The longest. */
	memset(process.command, 0x80, sizeof(process.command));
	assert_true(process_text(text, &process) < PROCESS_TEXT_MAX);
	assert_int_equal(strlen(text), strlen(" (pid 4294967295)") + 64);
	process.command[0] = '\0';
	process_text(text, &process);
	assert_string_equal(text, "(pid 4294967295)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_container_is_found_in_each_form),
	    cmocka_unit_test(other_groups_are_no_containers),
	    cmocka_unit_test(the_end_of_a_long_path_is_kept),
	    cmocka_unit_test(a_hostile_command_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
