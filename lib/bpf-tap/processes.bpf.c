/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The programs that the kernel runs when a process connects or accepts a vsock connection.
 *
 * - At the entry of virtio_transport_connect(), the socket knows both addresses, and the REQUEST is
 *   not sent yet. So the process is known before the first packet.
 * - At the entry of security_sock_graft(), accept() has a connection, and is about to return it. A
 *   program at the return of accept() would miss each server that waited in it before the capture
 *   began. All protocols call that function, so the program looks at the socket's family.
 * - At the return of vsock_connect(), a connection may have failed without any packet.
 *
 * A process may have ended when its record is read. So a record contains everything about it, also
 * the names of its control groups.
 *
 * Offsets come from process_layout, not from CO-RE relocations: those on types of a module take
 * CAP_SYS_ADMIN.
 */
#include <linux/bpf.h>

#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "lib/bpf-tap/process-record.h"
#include "lib/bpf-tap/registers.h"

#define FAMILY_VSOCK 40

/* Threads that are in connect(). */
#define CONNECTS_MAX 4096

/* The start of struct sockaddr_vm, whose header needs libc. */
struct address {
	uint16_t family;
	uint16_t reserved;
	uint32_t port;
	uint32_t cid;
};

char program_license[] SEC("license") = "Dual BSD/GPL";

SEC(".rodata.config") const volatile struct process_layout process_layout = {0};

/* The process sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} process_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct process_shared);
} process_counters SEC(".maps");

/* The sockets of threads that are in connect(). The oldest leaves if the kernel missed a return. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, CONNECTS_MAX);
	__type(key, uint64_t);
	__type(value, uint64_t);
} process_connects SEC(".maps");

static __always_inline const void *read_pointer(const void *address)
{
	const void *value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline uint16_t read_u16(const void *address)
{
	uint16_t value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline void read_addresses(struct process_record *record, const void *sock)
{
	struct address address = {0};

	bpf_probe_read_kernel(&address, sizeof(address), sock + process_layout.local);
	record->local_cid = address.cid;
	record->local_port = address.port;
	bpf_probe_read_kernel(&address, sizeof(address), sock + process_layout.remote);
	record->remote_cid = address.cid;
	record->remote_port = address.port;
}

/* From the group of the task up to the root, which has no parent and no name. */
static __always_inline void read_groups(struct process_record *record, const void *task)
{
	const void *set = read_pointer(task + process_layout.groups);
	const void *group = read_pointer(set + process_layout.group);
	const void *node = read_pointer(group + process_layout.group_node);
	const void *parent = node ? read_pointer(node + process_layout.node_parent) : 0;

	record->group_count = 0;
	for (int i = 0; i < PROCESS_RECORD_GROUPS; i++) {
		record->groups[i][0] = '\0';
		if (!parent)
			continue;
		bpf_probe_read_kernel_str(record->groups[i], sizeof(record->groups[i]),
					  read_pointer(node + process_layout.node_name));
		record->group_count++;
		node = parent;
		parent = read_pointer(node + process_layout.node_parent);
	}
	record->more_groups = parent != 0;
}

static __always_inline void read_task(struct process_record *record)
{
	const void *task = (const void *)bpf_get_current_task();
	const void *leader = read_pointer(task + process_layout.leader);
	const uint64_t ids = bpf_get_current_pid_tgid();

	record->pid = ids >> 32;
	record->tid = (uint32_t)ids;
	record->command[0] = '\0';
	bpf_probe_read_kernel_str(record->command, sizeof(record->command),
				  leader + process_layout.command);
	read_groups(record, task);
}

/* `sock`: a struct vsock_sock, which begins with its struct sock. */
static __always_inline void report(const void *sock, enum process_record_kind kind, uint32_t error)
{
	const uint32_t zero = 0;
	struct process_shared *shared = bpf_map_lookup_elem(&process_counters, &zero);
	struct process_record *record;

	if (!shared)
		return;
	__sync_fetch_and_add(&shared->seen, 1);
	record = bpf_ringbuf_reserve(&process_ring, sizeof(*record), 0);
	if (!record) {
		__sync_fetch_and_add(&shared->lost, 1);
		return;
	}
	record->time = bpf_ktime_get_ns();
	record->kind = kind;
	record->error = error;
	read_addresses(record, sock);
	read_task(record);
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

static __always_inline int connect(const void *sock)
{
	report(sock, PROCESS_RECORD_CONNECT, 0);
	return 0;
}

static __always_inline int accept(const void *sock)
{
	if (read_u16(sock + process_layout.family) == FAMILY_VSOCK)
		report(sock, PROCESS_RECORD_ACCEPT, 0);
	return 0;
}

/* The socket is remembered: its registers are lost when the function returns. */
static __always_inline int begin(const void *socket)
{
	const uint64_t thread = bpf_get_current_pid_tgid();
	const uint64_t sock = (uint64_t)read_pointer(socket + process_layout.socket_sock);

	bpf_map_update_elem(&process_connects, &thread, &sock, BPF_ANY);
	return 0;
}

static __always_inline int end(int32_t result)
{
	const uint64_t thread = bpf_get_current_pid_tgid();
	const uint64_t *sock = bpf_map_lookup_elem(&process_connects, &thread);

	if (!sock)
		return 0;
	if (result < 0)
		report((const void *)*sock, PROCESS_RECORD_FAILED, (uint32_t)-result);
	bpf_map_delete_elem(&process_connects, &thread);
	return 0;
}

SEC("kprobe.multi")
int connect_kprobe_multi(const uint64_t *registers)
{
	return connect(first_argument(registers));
}

SEC("kprobe.multi")
int accept_kprobe_multi(const uint64_t *registers)
{
	return accept(first_argument(registers));
}

SEC("kprobe.multi")
int begin_kprobe_multi(const uint64_t *registers)
{
	return begin(first_argument(registers));
}

SEC("kprobe.multi")
int end_kprobe_multi(const uint64_t *registers)
{
	return end((int32_t)registers[REGISTER_RESULT]);
}

SEC("kprobe")
int connect_kprobe(const uint64_t *registers)
{
	return connect(first_argument(registers));
}

SEC("kprobe")
int accept_kprobe(const uint64_t *registers)
{
	return accept(first_argument(registers));
}

SEC("kprobe")
int begin_kprobe(const uint64_t *registers)
{
	return begin(first_argument(registers));
}

SEC("kprobe")
int end_kprobe(const uint64_t *registers)
{
	return end((int32_t)registers[REGISTER_RESULT]);
}
