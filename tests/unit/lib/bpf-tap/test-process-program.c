/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/bpf-tap/processes.bpf.c.
 *
 * The BPF programs are compiled for this machine, so that sanitizers see what they do. Sockets,
 * processes and control groups are in memory that is laid out as the settings say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "lib/bpf-tap/process-record.h"

#define TAP_FOR_X86_64
/* Only the kernel calls its functions. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
/* The test sets the settings, which are constants for the program. */
#define const
#include "lib/bpf-tap/processes.bpf.c"
#undef const

#define GROUPS 9
#define PID    351
#define TID    352

struct node {
	const char *name;
	const struct node *parent;
};

struct group {
	const struct node *node;
};

struct set {
	const struct group *group;
};

struct task {
	const struct task *leader;
	char command[16];
	const struct set *set;
};

struct sock {
	uint16_t family;
	struct address local, remote;
};

struct socket {
	const struct sock *sock;
};

/* Reading outside of these fails, as in the kernel. */
static struct {
	struct node nodes[GROUPS];
	char names[GROUPS][256];
	struct group group;
	struct set set;
	struct task task, leader;
	struct sock sock;
	struct socket socket;
} memory;

static struct {
	struct process_shared shared;
	struct process_record record;
	int submitted;
	bool full;
	bool called; /* a socket is in the map of connect() */
	uint64_t sock;
} kernel;

static bool is_inside(const void *from, size_t size)
{
	const char *p = from, *start = (const char *)&memory;

	return p >= start && p + size <= start + sizeof(memory);
}

long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	if (!is_inside(from, size)) {
		memset(to, 0, size);
		return -1;
	}
	memcpy(to, from, size);
	return 0;
}

long bpf_probe_read_kernel_str(void *to, uint32_t size, const void *from)
{
	char *text = to;

	if (!is_inside(from, 1)) {
		text[0] = '\0';
		return -1;
	}
	snprintf(text, size, "%s", (const char *)from);
	return (long)strlen(text) + 1;
}

uint64_t bpf_ktime_get_ns(void)
{
	return 777;
}

uint64_t bpf_get_current_pid_tgid(void)
{
	return (uint64_t)PID << 32 | TID;
}

uint64_t bpf_get_current_task(void)
{
	return (uintptr_t)&memory.task;
}

void *bpf_map_lookup_elem(void *map, const void *key)
{
	if (map == (void *)&process_counters)
		return &kernel.shared;
	assert_ptr_equal(map, &process_connects);
	assert_int_equal(*(const uint64_t *)key, bpf_get_current_pid_tgid());
	return kernel.called ? &kernel.sock : NULL;
}

long bpf_map_update_elem(void *map, const void *key, const void *value, uint64_t flags)
{
	assert_ptr_equal(map, &process_connects);
	assert_int_equal(*(const uint64_t *)key, bpf_get_current_pid_tgid());
	assert_int_equal(flags, BPF_ANY);
	kernel.called = true;
	kernel.sock = *(const uint64_t *)value;
	return 0;
}

long bpf_map_delete_elem(void *map, const void *key)
{
	assert_ptr_equal(map, &process_connects);
	assert_int_equal(*(const uint64_t *)key, bpf_get_current_pid_tgid());
	kernel.called = false;
	return 0;
}

void *bpf_ringbuf_reserve(void *ring, uint64_t size, uint64_t flags)
{
	assert_ptr_equal(ring, &process_ring);
	assert_int_equal(size, sizeof(kernel.record));
	assert_int_equal(flags, 0);
	/* The ring's memory has old bytes. */
	memset(&kernel.record, 0xaa, sizeof(kernel.record));
	return kernel.full ? NULL : &kernel.record;
}

void bpf_ringbuf_submit(void *data, uint64_t flags)
{
	assert_ptr_equal(data, &kernel.record);
	assert_int_equal(flags, BPF_RB_NO_WAKEUP);
	kernel.submitted++;
}

/* The process is in this many groups below the root, which has no name. */
static void make_memory(int groups)
{
	memset(&memory, 0, sizeof(memory));
	memset(&kernel, 0, sizeof(kernel));
	process_layout = (struct process_layout){
	    .socket_sock = offsetof(struct socket, sock),
	    .family = offsetof(struct sock, family),
	    .local = offsetof(struct sock, local),
	    .remote = offsetof(struct sock, remote),
	    .leader = offsetof(struct task, leader),
	    .command = offsetof(struct task, command),
	    .groups = offsetof(struct task, set),
	    .group = offsetof(struct set, group),
	    .group_node = offsetof(struct group, node),
	    .node_name = offsetof(struct node, name),
	    .node_parent = offsetof(struct node, parent),
	};
	memory.socket.sock = &memory.sock;
	memory.sock = (struct sock){40, {40, 0, 1234, 1}, {40, 0, 9000, 3}};
	memory.task = (struct task){&memory.leader, "a thread", &memory.set};
	memory.leader = (struct task){&memory.leader, "fifteen-letters", &memory.set};
	memory.set.group = &memory.group;
	memory.group.node = &memory.nodes[groups];
	for (int i = 0; i <= groups; i++) {
		if (i > 0)
			snprintf(memory.names[i], sizeof(memory.names[i]), "group-%d", i);
		memory.nodes[i] = (struct node){memory.names[i], i ? &memory.nodes[i - 1] : NULL};
	}
}

static const uint64_t *entry_with(const void *argument)
{
	static uint64_t registers[21];

	registers[14] = (uintptr_t)argument;
	return registers;
}

static const uint64_t *return_with(int result)
{
	static uint64_t registers[21];

	registers[10] = (uint64_t)(int64_t)result;
	return registers;
}

static void a_record_has_the_process_and_both_addresses(void **state)
{
	(void)state;
	make_memory(2);
	connect_kprobe((uint64_t *)entry_with(&memory.sock));
	assert_int_equal(kernel.submitted, 1);
	assert_int_equal(kernel.record.kind, PROCESS_RECORD_CONNECT);
	assert_int_equal(kernel.record.time, 777);
	assert_int_equal(kernel.record.pid, PID);
	assert_int_equal(kernel.record.tid, TID);
	assert_int_equal(kernel.record.error, 0);
	assert_int_equal(kernel.record.local_cid, 1);
	assert_int_equal(kernel.record.local_port, 1234);
	assert_int_equal(kernel.record.remote_cid, 3);
	assert_int_equal(kernel.record.remote_port, 9000);
	/* The name of the process, not of its thread. */
	assert_string_equal(kernel.record.command, "fifteen-letters");
	assert_int_equal(kernel.record.group_count, 2);
	assert_int_equal(kernel.record.more_groups, 0);
	assert_string_equal(kernel.record.groups[0], "group-2");
	assert_string_equal(kernel.record.groups[1], "group-1");
	assert_string_equal(kernel.record.groups[2], "");
	assert_int_equal(kernel.shared.seen, 1);
	assert_int_equal(kernel.shared.lost, 0);
}

static void only_vsock_is_accepted(void **state)
{
	(void)state;
	make_memory(1);
	accept_kprobe_multi((uint64_t *)entry_with(&memory.sock));
	assert_int_equal(kernel.submitted, 1);
	assert_int_equal(kernel.record.kind, PROCESS_RECORD_ACCEPT);
	memory.sock.family = 2;
	accept_kprobe_multi((uint64_t *)entry_with(&memory.sock));
	assert_int_equal(kernel.submitted, 1);
	assert_int_equal(kernel.shared.seen, 1);
}

static void only_a_failure_is_reported(void **state)
{
	static const struct {
		int result;
		int submitted;
	} rows[] = {{0, 0}, {-19, 1}, {-512, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_memory(0);
		begin_kprobe((uint64_t *)entry_with(&memory.socket));
		assert_true(kernel.called);
		assert_int_equal(kernel.sock, (uintptr_t)&memory.sock);
		end_kprobe((uint64_t *)return_with(rows[i].result));
		assert_int_equal(kernel.submitted, rows[i].submitted);
		assert_false(kernel.called);
		if (rows[i].submitted)
			assert_int_equal(kernel.record.error, -rows[i].result);
	}
	/* The call began before the program was attached. */
	end_kprobe_multi((uint64_t *)return_with(-19));
	assert_int_equal(kernel.submitted, 1);
}

static void the_nearest_groups_are_kept(void **state)
{
	(void)state;
	make_memory(GROUPS - 1);
	memset(memory.names[GROUPS - 1], 'x', 255);
	connect_kprobe_multi((uint64_t *)entry_with(&memory.sock));
	assert_int_equal(kernel.record.group_count, PROCESS_RECORD_GROUPS);
	assert_int_equal(kernel.record.more_groups, 1);
	assert_int_equal(strlen(kernel.record.groups[0]), PROCESS_RECORD_GROUP_NAME - 1);
	assert_string_equal(kernel.record.groups[PROCESS_RECORD_GROUPS - 1], "group-3");
	/* In the root itself. */
	make_memory(0);
	connect_kprobe_multi((uint64_t *)entry_with(&memory.sock));
	assert_int_equal(kernel.record.group_count, 0);
	assert_int_equal(kernel.record.more_groups, 0);
	assert_string_equal(kernel.record.groups[0], "");
}

static void memory_that_cannot_be_read_is_empty(void **state)
{
	(void)state;
	make_memory(2);
	memory.task.leader = (const struct task *)(uintptr_t)8;
	memory.task.set = NULL;
	connect_kprobe((uint64_t *)entry_with((const void *)(uintptr_t)16));
	assert_int_equal(kernel.submitted, 1);
	assert_int_equal(kernel.record.pid, PID);
	assert_int_equal(kernel.record.local_cid, 0);
	assert_int_equal(kernel.record.remote_port, 0);
	assert_string_equal(kernel.record.command, "");
	assert_int_equal(kernel.record.group_count, 0);
}

static void a_full_ring_is_counted(void **state)
{
	(void)state;
	make_memory(1);
	kernel.full = true;
	connect_kprobe((uint64_t *)entry_with(&memory.sock));
	assert_int_equal(kernel.submitted, 0);
	assert_int_equal(kernel.shared.seen, 1);
	assert_int_equal(kernel.shared.lost, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_has_the_process_and_both_addresses),
	    cmocka_unit_test(only_vsock_is_accepted),
	    cmocka_unit_test(only_a_failure_is_reported),
	    cmocka_unit_test(the_nearest_groups_are_kept),
	    cmocka_unit_test(memory_that_cannot_be_read_is_empty),
	    cmocka_unit_test(a_full_ring_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
