/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The programs that the kernel runs for UNIX sockets of streams and of sequenced packets. They find
 * the connections to the sockets that are looked for, and copy what both ends send.
 *
 * A record must be in the ring before the other end can react to what it reports. So each program
 * is at a place where that is still to come:
 *
 * - security_unix_stream_connect() allows a connection just before the listener sees it. It has the
 *   listener's address and name.
 * - skb_copy_datagram_from_iter() has filled a buffer just before that is put into the queue of the
 *   receiver. A call to send that waits for room makes several buffers, with a record for each. The
 *   bytes are read again from the sender's memory: the kernel has just read them, so they are
 * there. Another thread of the sender may change them in between, which falsifies its own stream
 * only.
 * - unix_shutdown() and unix_release() begin.
 *
 * A socket is found by the folder and the name of its file, which no process can write in another
 * way. The listener's name is also that of each socket that it accepts.
 *
 * Sockets are known by their addresses. unix_sock_destructor() forgets an address before the kernel
 * can use it for another socket.
 *
 * Offsets come from hybrid_config, as in the programs of lib/bpf-tap.
 */
#include <linux/bpf.h>

#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "lib/hybrid/record.h"

#define FAMILY_UNIX    1
#define TYPE_STREAM    1
#define TYPE_SEQUENCED 5
#define RECEIVE_CLOSED 1 /* RCV_SHUTDOWN */
#define SHUT_RECEIVE   0 /* SHUT_RD */

/* The start of struct sockaddr_un, in front of the path. */
#define ADDRESS_FAMILY_SIZE 2

/* The decimal digits of a port. */
#define DIGITS_MAX 10

/* Two steps for each of the 1024 pieces that a call may send, and some more. */
#define PIECE_STEPS_MAX 2100

/* Threads that are between the two programs at a time. */
#define SENDERS_MAX 4096

char program_license[] SEC("license") = "Dual BSD/GPL";

SEC(".rodata.config") const volatile struct hybrid_config hybrid_config = {0};

/* The numbers of the targets. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4 * HYBRID_TARGETS_MAX);
	__type(key, struct hybrid_name);
	__type(value, uint32_t);
} hybrid_names SEC(".maps");

struct end {
	uint64_t connection;
	uint32_t by_server;
	uint32_t unused;
};

/* By the address of the socket. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2 * HYBRID_CONNECTIONS_MAX);
	__type(key, uint64_t);
	__type(value, struct end);
} hybrid_ends SEC(".maps");

struct frame {
	struct hybrid_record record;
	/* The verifier sees that a piece may begin at the last byte. */
	uint8_t payload[2 * HYBRID_PAYLOAD_MAX];
};

/* Two frames for each processor; the process sets the number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct frame);
} hybrid_frames SEC(".maps");

/* Of a thread that sends: the buffer that one of the two programs has reported. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SENDERS_MAX);
	__type(key, uint64_t);
	__type(value, uint64_t);
} hybrid_reported SEC(".maps");

/* The process sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} hybrid_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct hybrid_shared);
} hybrid_counters SEC(".maps");

static __always_inline const void *read_pointer(const void *address)
{
	const void *value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline uint64_t read_u64(const void *address)
{
	uint64_t value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline uint32_t read_u32(const void *address)
{
	uint32_t value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline uint16_t read_u16(const void *address)
{
	uint16_t value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline uint8_t read_u8(const void *address)
{
	uint8_t value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline struct hybrid_shared *shared_memory(void)
{
	const uint32_t zero = 0;

	return bpf_map_lookup_elem(&hybrid_counters, &zero);
}

/* Wakes the reader if many bytes wait for it, or if it sleeps. */
static __always_inline void wake(struct hybrid_shared *shared)
{
	const uint64_t waiting = bpf_ringbuf_query(&hybrid_ring, BPF_RB_AVAIL_DATA);
	void *nothing;

	if (!*(volatile uint32_t *)&shared->sleeps && waiting < hybrid_config.wake_at)
		return;
	shared->sleeps = 0;
	nothing = bpf_ringbuf_reserve(&hybrid_ring, 8, 0);
	if (nothing)
		bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
}

/* What was found for a socket. */
struct match {
	uint32_t target;
	uint32_t has_port;
	uint32_t port;
};

static __always_inline bool look_up(struct match *match, struct hybrid_name *name)
{
	const uint32_t device = name->device;
	const uint32_t *target = bpf_map_lookup_elem(&hybrid_names, name);

	if (!target && device) {
		name->device = 0;
		target = bpf_map_lookup_elem(&hybrid_names, name);
		name->device = device;
	}
	if (!target)
		return false;
	match->target = *target;
	return true;
}

/* Takes "_1234" off a name of `length` bytes. No VMM writes a zero in front. */
static __always_inline bool split(struct hybrid_name *name, uint32_t length, uint32_t *port)
{
	uint64_t number = 0, factor = 1;
	char digit = '0';

	for (uint32_t i = 1; i <= DIGITS_MAX + 1; i++) {
		uint64_t at = length - i;
		char c;

		if (i > length)
			return false;
		/* The compiler must not forget this limit, which the verifier looks for. */
		__asm__ volatile("" : "+r"(at));
		if (at >= HYBRID_NAME_MAX)
			return false;
		c = name->name[at];
		name->name[at] = '\0';
		if (c == '_') {
			*port = (uint32_t)number;
			return i > 1 && (digit != '0' || i == 2) && number <= UINT32_MAX;
		}
		if (c < '0' || c > '9')
			return false;
		digit = c;
		number += (uint64_t)(c - '0') * factor;
		factor *= 10;
	}
	return false;
}

/* A name of `length` bytes, or with a port at its end. Changes the name. */
static __always_inline bool find_name(struct match *match, struct hybrid_name *name,
				      uint32_t length)
{
	match->has_port = 0;
	match->port = 0;
	if (look_up(match, name))
		return true;
	match->has_port = 1;
	return split(name, length, &match->port) && look_up(match, name);
}

/* The name of a socket without a file: its length is known, and it may have any bytes. */
static __always_inline uint32_t read_abstract(struct hybrid_name *name, const void *address)
{
	uint64_t size = read_u32(address + hybrid_config.layout.address_length);
	const void *path = address + hybrid_config.layout.address_name + ADDRESS_FAMILY_SIZE;

	if (size <= ADDRESS_FAMILY_SIZE + 1 || read_u8(path) != 0)
		return 0;
	size -= ADDRESS_FAMILY_SIZE + 1;
	__asm__ volatile("" : "+r"(size));
	if (size >= HYBRID_NAME_MAX || bpf_probe_read_kernel(name->name, size, path + 1))
		return 0;
	name->kind = HYBRID_NAME_ABSTRACT;
	return size;
}

static __always_inline uint32_t read_file(struct hybrid_name *name, const void *dentry)
{
	const void *folder = read_pointer(dentry + hybrid_config.layout.dentry_parent);
	const void *inode = read_pointer(folder + hybrid_config.layout.dentry_inode);
	const void *block = read_pointer(inode + hybrid_config.layout.inode_block);
	const long size = bpf_probe_read_kernel_str(
	    name->name, HYBRID_NAME_MAX, read_pointer(dentry + hybrid_config.layout.dentry_name));

	name->kind = HYBRID_NAME_FILE;
	name->folder = read_u64(inode + hybrid_config.layout.inode_number);
	name->device = read_u32(block + hybrid_config.layout.block_device);
	return size > 1 ? size - 1 : 0;
}

/* Whether the socket has an address that is looked for. */
static __always_inline bool find_sock(struct match *match, const void *sock)
{
	struct hybrid_name name = {0};
	const void *address = read_pointer(sock + hybrid_config.layout.address);
	const void *dentry;
	uint32_t length;

	if (!address)
		return false;
	dentry = read_pointer(sock + hybrid_config.layout.dentry);
	length = dentry ? read_file(&name, dentry) : read_abstract(&name, address);
	return length > 0 && find_name(match, &name, length);
}

/* The process that a socket remembers of the other end. */
static __always_inline uint32_t read_process(char *command, const void *pid)
{
	const void *link;

	command[0] = '\0';
	if (!pid)
		return 0;
	link = read_pointer(pid + hybrid_config.layout.pid_task);
	if (link)
		bpf_probe_read_kernel_str(command, HYBRID_COMMAND_MAX,
					  link - hybrid_config.layout.task_link +
					      hybrid_config.layout.command);
	return read_u32(pid + hybrid_config.layout.pid_number);
}

static __always_inline uint32_t read_present(char *command)
{
	const void *task = (const void *)bpf_get_current_task();
	const void *leader = read_pointer(task + hybrid_config.layout.leader);

	command[0] = '\0';
	bpf_probe_read_kernel_str(command, HYBRID_COMMAND_MAX,
				  leader + hybrid_config.layout.command);
	return bpf_get_current_pid_tgid() >> 32;
}

/* A record without bytes. NULL if the ring has no room. */
static __always_inline struct hybrid_record *begin(struct hybrid_shared *shared, uint32_t kind)
{
	struct hybrid_record *record;

	__sync_fetch_and_add(&shared->seen, 1);
	record = bpf_ringbuf_reserve(&hybrid_ring, sizeof(*record), 0);
	if (!record) {
		__sync_fetch_and_add(&shared->lost, 1);
		return 0;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->time = bpf_ktime_get_ns();
	record->kind = kind;
	return record;
}

static __always_inline void submit(struct hybrid_shared *shared, struct hybrid_record *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	wake(shared);
}

/* A connection is known by the address of the socket that the listener gets. */
static __always_inline bool remember(struct hybrid_shared *shared, uint64_t client, uint64_t server)
{
	const struct end of_client = {.connection = server};
	const struct end of_server = {.connection = server, .by_server = 1};

	if (!bpf_map_update_elem(&hybrid_ends, &client, &of_client, BPF_ANY)) {
		if (!bpf_map_update_elem(&hybrid_ends, &server, &of_server, BPF_ANY))
			return true;
		bpf_map_delete_elem(&hybrid_ends, &client);
	}
	__sync_fetch_and_add(&shared->full, 1);
	return false;
}

static __always_inline void report_match(struct hybrid_record *record, const struct match *match,
					 uint64_t connection)
{
	record->connection = connection;
	record->target = match->target;
	record->has_port = match->has_port;
	record->port = match->port;
}

SEC("fexit/security_unix_stream_connect")
int connect_fentry(const uint64_t *arguments)
{
	struct hybrid_shared *shared = shared_memory();
	const void *listener = (const void *)arguments[1];
	const uint64_t client = arguments[0], server = arguments[2];
	struct hybrid_record *record;
	struct match match;

	/* The fourth is the result. */
	if (!shared || (int)arguments[3] != 0 || !find_sock(&match, listener) ||
	    !remember(shared, client, server))
		return 0;
	record = begin(shared, HYBRID_RECORD_CONNECT);
	if (!record)
		return 0;
	report_match(record, &match, server);
	record->client_pid = read_present(record->client_command);
	record->server_pid = read_process(record->server_command,
					  read_pointer(listener + hybrid_config.layout.peer_pid));
	submit(shared, record);
	return 0;
}

/* Nobody listens: the kernel knows no socket, so the text that the process wrote must do. */
SEC("fexit/unix_stream_connect")
int failed_fentry(const uint64_t *arguments)
{
	struct hybrid_shared *shared = shared_memory();
	struct hybrid_name name = {.kind = HYBRID_NAME_TEXT};
	const int result = (int)arguments[4];
	struct hybrid_record *record;
	struct match match;
	long size;

	if (!shared || result >= 0)
		return 0;
	size = bpf_probe_read_kernel_str(name.name, HYBRID_NAME_MAX,
					 (const void *)(arguments[1] + ADDRESS_FAMILY_SIZE));
	if (size <= 1)
		return 0;
	if (!split(&name, size - 1, &match.port))
		return 0;
	match.has_port = 1;
	name.folder = bpf_get_current_pid_tgid() >> 32;
	if (!look_up(&match, &name)) {
		name.folder = 0;
		if (!look_up(&match, &name))
			return 0;
	}
	record = begin(shared, HYBRID_RECORD_FAILED);
	if (!record)
		return 0;
	report_match(record, &match, 0);
	record->length = (uint32_t)-result;
	record->client_pid = read_present(record->client_command);
	submit(shared, record);
	return 0;
}

/* A connection that nobody saw begin. */
static __always_inline const struct end *adopt(struct hybrid_shared *shared, const void *sock,
					       const void *peer)
{
	const uint16_t type = read_u16(sock + hybrid_config.layout.type);
	struct hybrid_record *record;
	const void *client = peer, *server = sock;
	uint64_t key = (uint64_t)sock;
	struct match match;

	if (type != TYPE_STREAM && type != TYPE_SEQUENCED)
		return 0;
	if (!find_sock(&match, sock)) {
		client = sock;
		server = peer;
		if (!find_sock(&match, peer))
			return 0;
	}
	/* It may have begun later, while there were too many. */
	if (shared->full || !remember(shared, (uint64_t)client, (uint64_t)server))
		return 0;
	record = begin(shared, HYBRID_RECORD_OLD);
	if (record) {
		report_match(record, &match, (uint64_t)server);
		record->client_pid = read_process(
		    record->client_command, read_pointer(server + hybrid_config.layout.peer_pid));
		record->server_pid = read_process(
		    record->server_command, read_pointer(client + hybrid_config.layout.peer_pid));
		submit(shared, record);
	}
	return bpf_map_lookup_elem(&hybrid_ends, &key);
}

/* The connection of a socket that sends now. NULL: nobody looks for it, or the peer is gone. */
static __always_inline const struct end *find_sender(struct hybrid_shared *shared, const void *sock)
{
	uint64_t key = (uint64_t)sock;
	const struct end *end;
	const void *peer;

	if (!sock || read_u16(sock + hybrid_config.layout.family) != FAMILY_UNIX)
		return 0;
	peer = read_pointer(sock + hybrid_config.layout.peer);
	if (!peer || read_u8(peer + hybrid_config.layout.shutdown) & RECEIVE_CLOSED)
		return 0;
	end = bpf_map_lookup_elem(&hybrid_ends, &key);
	return end ? end : adopt(shared, sock, peer);
}

/* A walk back through the pieces of memory that were sent. */
struct walk {
	uint8_t *payload;
	const void *piece;
	uint64_t offset; /* behind the byte that is next, in the piece */
	uint64_t left;   /* bytes up to there */
	uint64_t want;   /* bytes from the first one on */
	bool kernel;
	bool failed;
};

static __always_inline bool copy_bytes(uint8_t *to, uint64_t size, uint64_t from, bool kernel)
{
	if (size > HYBRID_PAYLOAD_MAX)
		return false;
	return kernel ? !bpf_probe_read_kernel(to, size, (const void *)from)
		      : !bpf_probe_read_user(to, size, (const void *)from);
}

/* struct iovec: the address, then the length. */
static long step(uint32_t number, struct walk *walk)
{
	uint64_t size, at, base;

	(void)number;
	if (walk->left == 0)
		return 1;
	if (walk->offset == 0) {
		walk->piece -= 16;
		walk->offset = read_u64(walk->piece + 8);
		return 0;
	}
	base = read_u64(walk->piece);
	size = walk->offset < walk->left ? walk->offset : walk->left;
	at = walk->left - size;
	base += walk->offset - size;
	walk->left = at;
	walk->offset = 0;
	if (at >= walk->want)
		return 0;
	if (size > walk->want - at)
		size = walk->want - at;
	__asm__ volatile("" : "+r"(size), "+r"(at));
	if (at > HYBRID_PAYLOAD_MAX || !copy_bytes(walk->payload + at, size, base, walk->kernel)) {
		walk->failed = true;
		return 1;
	}
	return 0;
}

/* The first `want` of the `length` bytes that the iterator has just passed. */
static __always_inline bool read_sent(struct frame *frame, const void *iterator, uint64_t length,
				      uint64_t want)
{
	const uint8_t kind = read_u8(iterator + hybrid_config.layout.iterator_kind);
	const uint64_t offset = read_u64(iterator + hybrid_config.layout.iterator_offset);
	struct walk walk = {
	    .payload = frame->payload, .offset = offset, .left = length, .want = want};

	if (kind == hybrid_config.layout.kind_buffer) {
		uint64_t buffer = read_u64(iterator + hybrid_config.layout.iterator_buffer);

		__asm__ volatile("" : "+r"(want));
		return copy_bytes(frame->payload, want, buffer + offset - length, false);
	}
	walk.kernel = kind == hybrid_config.layout.kind_kernel_pieces;
	if (!walk.kernel && kind != hybrid_config.layout.kind_pieces)
		return false;
	walk.piece = read_pointer(iterator + hybrid_config.layout.iterator_pieces);
	bpf_loop(PIECE_STEPS_MAX, step, &walk, 0);
	return walk.left == 0 && !walk.failed;
}

/* Bytes that cannot be read, but their number is known. */
static __always_inline void report_unread(const void *sock, uint64_t length)
{
	struct hybrid_shared *shared = shared_memory();
	struct hybrid_record *record;
	const struct end *end;

	if (!shared || length == 0)
		return;
	end = find_sender(shared, sock);
	if (!end)
		return;
	record = begin(shared, HYBRID_RECORD_DATA);
	if (!record)
		return;
	__sync_fetch_and_add(&shared->cut, 1);
	record->connection = end->connection;
	record->by_server = end->by_server;
	record->length = length;
	submit(shared, record);
}

/* `spare`: the second program, which may run while the first one is interrupted. */
static __always_inline void report_sent(const void *sock, const void *iterator, uint64_t length,
					bool spare)
{
	struct hybrid_shared *shared = shared_memory();
	uint32_t number = 2 * bpf_get_smp_processor_id() + spare;
	struct frame *frame = bpf_map_lookup_elem(&hybrid_frames, &number);
	const struct end *end;
	uint64_t size, want = length;

	if (!shared || !frame || length == 0)
		return;
	end = find_sender(shared, sock);
	if (!end)
		return;
	__sync_fetch_and_add(&shared->seen, 1);
	__builtin_memset(&frame->record, 0, sizeof(frame->record));
	frame->record.connection = end->connection;
	frame->record.by_server = end->by_server;
	frame->record.kind = HYBRID_RECORD_DATA;
	frame->record.length = length;
	if (want > hybrid_config.payload_max)
		want = hybrid_config.payload_max;
	if (!read_sent(frame, iterator, length, want)) {
		want = 0;
		__sync_fetch_and_add(&shared->cut, 1);
	}
	frame->record.captured = want;
	frame->record.time = bpf_ktime_get_ns();
	size = sizeof(frame->record) + want;
	__asm__ volatile("" : "+r"(size));
	if (size > sizeof(frame->record) + HYBRID_PAYLOAD_MAX)
		return;
	if (bpf_ringbuf_output(&hybrid_ring, frame, size, BPF_RB_NO_WAKEUP))
		__sync_fetch_and_add(&shared->lost, 1);
	wake(shared);
}

/* `spare`: which of the two programs this is. */
static __always_inline void report_filled(const uint64_t *arguments, bool spare)
{
	const uint64_t thread = bpf_get_current_pid_tgid(), buffer = arguments[0];
	const uint64_t *reported = bpf_map_lookup_elem(&hybrid_reported, &thread);
	struct hybrid_shared *shared = shared_memory();
	const void *skb = (const void *)arguments[0];

	if (!shared)
		return;
	if (reported && *reported == buffer) {
		bpf_map_delete_elem(&hybrid_reported, &thread);
		__sync_fetch_and_sub(&shared->alone, 1);
		return;
	}
	bpf_map_update_elem(&hybrid_reported, &thread, &buffer, BPF_ANY);
	__sync_fetch_and_add(&shared->alone, 1);
	/* The fifth is the result: 0 if all bytes were copied. */
	if ((int)arguments[4] == 0)
		report_sent(read_pointer(skb + hybrid_config.layout.skb_sock),
			    (const void *)arguments[2], (uint32_t)arguments[3], spare);
}

/*
 * The kernel calls no program that it has interrupted on the same processor, and to copy bytes
 * takes long enough for that. So there are two programs at this place. The first one that is called
 * for a buffer reports it, and the other one sees that.
 */
SEC("fexit/skb_copy_datagram_from_iter")
int sent_fentry(const uint64_t *arguments)
{
	report_filled(arguments, false);
	return 0;
}

SEC("fexit/skb_copy_datagram_from_iter")
int again_fentry(const uint64_t *arguments)
{
	report_filled(arguments, true);
	return 0;
}

/* sendfile() and splice() put pages into the queue, which belong to nobody's memory. */
SEC("fexit/skb_splice_from_iter")
int spliced_fentry(const uint64_t *arguments)
{
	const void *skb = (const void *)arguments[0];
	__u64 result = 0;

	if (bpf_get_func_ret((void *)arguments, &result) == 0 && (int64_t)result > 0)
		report_unread(read_pointer(skb + hybrid_config.layout.skb_sock), (uint32_t)result);
	return 0;
}

/* The same in Linux before 6.5. */
SEC("fexit/unix_stream_sendpage")
int page_fentry(const uint64_t *arguments)
{
	const void *socket = (const void *)arguments[0];
	__u64 result = 0;

	if (bpf_get_func_ret((void *)arguments, &result) == 0 && (int64_t)result > 0)
		report_unread(read_pointer(socket + hybrid_config.layout.socket_sock),
			      (uint32_t)result);
	return 0;
}

static __always_inline void report_end(const void *sock, uint32_t kind)
{
	struct hybrid_shared *shared = shared_memory();
	uint64_t key = (uint64_t)sock;
	const struct end *end = sock ? bpf_map_lookup_elem(&hybrid_ends, &key) : 0;
	struct hybrid_record *record;

	if (!shared || !end)
		return;
	record = begin(shared, kind);
	if (record) {
		record->connection = end->connection;
		record->by_server = end->by_server;
		submit(shared, record);
	}
	if (kind == HYBRID_RECORD_CLOSE)
		bpf_map_delete_elem(&hybrid_ends, &key);
}

SEC("fentry/unix_shutdown")
int shutdown_fentry(const uint64_t *arguments)
{
	const void *socket = (const void *)arguments[0];

	if ((int)arguments[1] != SHUT_RECEIVE)
		report_end(read_pointer(socket + hybrid_config.layout.socket_sock),
			   HYBRID_RECORD_SHUTDOWN);
	return 0;
}

SEC("fentry/unix_release")
int release_fentry(const uint64_t *arguments)
{
	const void *socket = (const void *)arguments[0];

	report_end(read_pointer(socket + hybrid_config.layout.socket_sock), HYBRID_RECORD_CLOSE);
	return 0;
}

/* A connection that nobody accepted has an end that is never released. */
SEC("fentry/unix_sock_destructor")
int forget_fentry(const uint64_t *arguments)
{
	report_end((const void *)arguments[0], HYBRID_RECORD_CLOSE);
	return 0;
}
