/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/bpf-tap/tap.bpf.c.
 *
 * The BPF program is compiled for this machine, so that sanitizers see what it does. Packets are in
 * memory that is laid out as the settings say, and reading outside of it fails, as in the kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/bpf.h>
#include <linux/virtio_vsock.h>
#include <linux/vsockmon.h>

#include <bpf/bpf_helpers.h>

#include "lib/bpf-tap/record.h"

#define TAP_FOR_X86_64
/* Only the kernel calls its functions. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
/* The test sets the settings, which are constants for the program. */
#define const
#include "lib/bpf-tap/tap.bpf.c"
#undef const

#define PAGE                4096
#define PAGES               40
#define FRAGMENTS           17
#define PAGE_SIZE_OF_KERNEL 64
#define VMEMMAP             UINT64_C(0x1000000)

/* The packet's memory, with a layout of our own. */
struct skb {
	uint32_t length, data_length;
	uint32_t end;
	uint32_t offset;
	uint8_t delivered;
	const uint8_t *head, *data;
};

struct fragment {
	uint64_t page;
	uint32_t length, offset;
};

struct shared_info {
	uint8_t unused, count;
	struct fragment fragments[FRAGMENTS];
};

static struct {
	struct skb skb;
	/* The header, the linear payload, and at `end` the fragments. */
	_Alignas(8) uint8_t head[44 + TAP_PAYLOAD_MAX + sizeof(struct shared_info)];
	_Alignas(PAGE) uint8_t pages[PAGES * PAGE];
	uint64_t vmemmap, page_offset; /* the kernel's variables */
} memory;

static struct {
	struct frame frame;
	struct tap_shared shared;
	uint8_t record[sizeof(struct tap_record) + TAP_HEADERS_SIZE + TAP_PAYLOAD_MAX];
	size_t size; /* of the record; 0: none */
	uint64_t flags;
	uint64_t waiting;
	bool full;
	int woken;
} kernel;

static bool is_inside(const void *from, size_t size)
{
	const uint8_t *p = from;
	const uint8_t *begin = (const uint8_t *)&memory;

	return p >= begin && size <= sizeof(memory) && p <= begin + sizeof(memory) - size;
}

long bpf_probe_read_kernel(void *to, uint32_t size, const void *from)
{
	if (!is_inside(from, size)) {
		memset(to, 0, size); /* as the kernel does */
		return -14;
	}
	memcpy(to, from, size);
	return 0;
}

uint64_t bpf_ktime_get_ns(void)
{
	return 12345;
}

uint32_t bpf_get_smp_processor_id(void)
{
	return 0;
}

void *bpf_map_lookup_elem(void *map, const void *key)
{
	assert_int_equal(*(const uint32_t *)key, 0);
	return map == &tap_frames ? (void *)&kernel.frame : (void *)&kernel.shared;
}

long bpf_loop(uint32_t count, void *callback, void *context, uint64_t flags)
{
	long (*call)(uint32_t, void *) = (long (*)(uint32_t, void *))callback;
	uint32_t i;

	(void)flags;
	for (i = 0; i < count; i++)
		if (call(i, context))
			return i + 1;
	return i;
}

uint64_t bpf_ringbuf_query(void *ring, uint64_t flags)
{
	(void)ring;
	(void)flags;
	return kernel.waiting;
}

long bpf_ringbuf_output(void *ring, void *data, uint64_t size, uint64_t flags)
{
	(void)ring;
	if (kernel.full)
		return -11;
	assert_true(size <= sizeof(kernel.record));
	memcpy(kernel.record, data, size);
	kernel.size = size;
	kernel.flags = flags;
	return 0;
}

void *bpf_ringbuf_reserve(void *ring, uint64_t size, uint64_t flags)
{
	static uint8_t nothing[8];

	(void)ring;
	(void)flags;
	assert_true(size <= sizeof(nothing));
	return kernel.full ? NULL : nothing;
}

void bpf_ringbuf_discard(void *data, uint64_t flags)
{
	(void)data;
	assert_int_equal(flags, BPF_RB_FORCE_WAKEUP);
	kernel.woken++;
}

static uint8_t pattern(size_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

/* A packet of `linear` bytes in one piece and the rest in pages; the header announces `announced`.
 */
static void make(uint32_t length, uint32_t linear, uint32_t announced)
{
	struct virtio_vsock_hdr *header = (struct virtio_vsock_hdr *)memory.head;
	struct shared_info *info;
	uint32_t at = linear;

	memset(&memory, 0xee, sizeof(memory));
	memset(&kernel, 0xdd, sizeof(kernel));
	kernel.shared = (struct tap_shared){0};
	kernel.size = 0;
	kernel.full = false;
	kernel.woken = 0;
	kernel.waiting = 0;
	*header = (struct virtio_vsock_hdr){.src_cid = 3,
					    .dst_cid = 2,
					    .src_port = 1024,
					    .dst_port = 1234,
					    .len = announced,
					    .type = 1,
					    .op = VIRTIO_VSOCK_OP_RW};
	for (uint32_t i = 0; i < linear; i++)
		memory.head[44 + i] = pattern(i);
	memory.skb = (struct skb){.length = length,
				  .data_length = length - linear,
				  .end = 44 + (linear + 7) / 8 * 8 + 4,
				  .head = memory.head,
				  .data = memory.head + 44};
	info = (struct shared_info *)(memory.head + memory.skb.end);
	info->count = 0;
	/* Pieces of two pages, which begin in the middle of a page. */
	for (uint32_t piece = 0; at < length; piece++) {
		const uint32_t size = length - at < 6000 ? length - at : 6000;
		const size_t place = (size_t)piece * 2 * PAGE + 1000;

		assert_true(place + size <= sizeof(memory.pages));
		info->fragments[info->count++] = (struct fragment){
		    .page = VMEMMAP + (uint64_t)piece * 2 * PAGE_SIZE_OF_KERNEL,
		    .length = size,
		    .offset = 1000,
		};
		for (uint32_t i = 0; i < size; i++)
			memory.pages[place + i] = pattern(at + i);
		at += size;
	}
	memory.vmemmap = VMEMMAP;
	memory.page_offset = (uint64_t)(uintptr_t)memory.pages;
	tap_config = (struct tap_config){
	    .layout = {.head = offsetof(struct skb, head),
		       .data = offsetof(struct skb, data),
		       .length = offsetof(struct skb, length),
		       .data_length = offsetof(struct skb, data_length),
		       .end = offsetof(struct skb, end),
		       .delivered = offsetof(struct skb, delivered),
		       .offset = offsetof(struct skb, offset),
		       .fragment_count = offsetof(struct shared_info, count),
		       .fragments = offsetof(struct shared_info, fragments),
		       .fragment_size = sizeof(struct fragment),
		       .fragment_page = offsetof(struct fragment, page),
		       .fragment_length = offsetof(struct fragment, length),
		       .fragment_offset = offsetof(struct fragment, offset),
		       .page_size = PAGE_SIZE_OF_KERNEL},
	    .payload_max = TAP_PAYLOAD_MAX,
	    .wake_at = 100000,
	    .vmemmap_base = (uint64_t)(uintptr_t)&memory.vmemmap,
	    .page_offset_base = (uint64_t)(uintptr_t)&memory.page_offset,
	};
}

static void run(void)
{
	uint64_t registers[21] = {[14] = (uint64_t)(uintptr_t)&memory.skb};

	tap_kprobe(registers);
}

/* The record has the payload from `first` on, `captured` bytes of `announced`. */
static void check(uint32_t first, uint32_t captured, uint32_t announced)
{
	const struct tap_record *record = (const struct tap_record *)kernel.record;
	const uint8_t *payload = kernel.record + sizeof(*record) + TAP_HEADERS_SIZE;

	assert_int_equal(kernel.size, sizeof(*record) + TAP_HEADERS_SIZE + captured);
	assert_int_equal(record->time, 12345);
	assert_int_equal(record->captured, TAP_HEADERS_SIZE + captured);
	assert_int_equal(record->on_wire, TAP_HEADERS_SIZE + announced);
	for (uint32_t i = 0; i < captured; i++)
		assert_int_equal(payload[i], pattern(first + i));
}

static void a_frame_is_that_of_vsockmon(void **state)
{
	static const uint8_t monitor[] = {
	    3, 0, 0, 0, 0,    0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, /* CIDs */
	    0, 4, 0, 0, 0xd2, 4, 0, 0,                         /* ports */
	    4, 0, 2, 0, 44,   0, 0, 0,                         /* PAYLOAD, VIRTIO, 44 bytes */
	};

	(void)state;
	make(100, 100, 100);
	run();
	check(0, 100, 100);
	assert_memory_equal(kernel.record + sizeof(struct tap_record), monitor, sizeof(monitor));
	assert_memory_equal(kernel.record + sizeof(struct tap_record) + 32, memory.head, 44);
	assert_int_equal(kernel.shared.seen, 1);
	assert_int_equal(kernel.shared.lost, 0);
	assert_int_equal(kernel.shared.cut, 0);
}

static void operations(void **state)
{
	static const struct {
		uint16_t op, monitor;
	} rows[] = {{0, 0}, {1, 1}, {2, 1}, {3, 2}, {4, 2}, {5, 4}, {6, 3}, {7, 3}, {8, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(0, 0, 0);
		((struct virtio_vsock_hdr *)memory.head)->op = rows[i].op;
		run();
		check(0, 0, 0);
		assert_int_equal(kernel.record[sizeof(struct tap_record) + 24], rows[i].monitor);
	}
}

/* A part of a split packet has its own bytes, whatever else the packet still holds. */
static void parts_of_a_split_packet(void **state)
{
	(void)state;
	make(20000, 20000, 4096); /* from the start */
	run();
	check(0, 4096, 4096);
	make(20000, 20000, 4096); /* from where the part begins */
	memory.skb.offset = 8192;
	run();
	check(8192, 4096, 4096);
	make(20000, 20000, 4096); /* a kernel without that field */
	memory.skb.offset = 8192;
	tap_config.layout.offset = 0;
	run();
	check(0, 4096, 4096);
	assert_int_equal(kernel.shared.cut, 0);
}

static void several_pieces_of_memory(void **state)
{
	static const uint32_t linears[] = {0, 1, 32404};
	static const uint32_t offsets[] = {0, 1, 5999, 6000, 32404, 40000};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t j = 0; j < 6; j++) {
			make(TAP_PAYLOAD_MAX, linears[i], TAP_PAYLOAD_MAX - offsets[j]);
			memory.skb.offset = offsets[j];
			run();
			check(offsets[j], TAP_PAYLOAD_MAX - offsets[j],
			      TAP_PAYLOAD_MAX - offsets[j]);
			assert_int_equal(kernel.shared.cut, 0);
		}
	}
	make(TAP_PAYLOAD_MAX, 100, 3732);
	memory.skb.offset = 20000;
	run();
	check(20000, 3732, 3732);
}

/* What cannot be read is missing at the end of the frame, and nothing takes its place. */
static void unreadable_memory(void **state)
{
	struct shared_info *info;

	(void)state;
	make(50000, 10000, 50000);
	tap_config.vmemmap_base = tap_config.page_offset_base = 0;
	run();
	check(0, 10000, 50000);
	assert_int_equal(kernel.shared.cut, 1);

	make(50000, 10000, 50000); /* the third piece is elsewhere */
	info = (struct shared_info *)(memory.head + memory.skb.end);
	info->fragments[2].page = VMEMMAP + UINT64_C(0x100000000);
	run();
	check(0, 22000, 50000);
	assert_int_equal(kernel.shared.cut, 1);

	make(50000, 10000, 50000); /* memory of a device */
	info = (struct shared_info *)(memory.head + memory.skb.end);
	info->fragments[0].page |= 1;
	run();
	check(0, 10000, 50000);
	assert_int_equal(kernel.shared.cut, 1);

	make(100, 100, 100); /* not even the header */
	memory.skb.head = NULL;
	run();
	assert_int_equal(kernel.size, 0);
	assert_int_equal(kernel.shared.seen, 1);
	assert_int_equal(kernel.shared.lost, 1);
}

/* A header announces more than it has, up to the largest number. */
static void lying_headers(void **state)
{
	(void)state;
	make(100, 100, 5000);
	run();
	check(0, 100, 5000);
	make(100, 100, UINT32_MAX);
	run();
	assert_int_equal(((struct tap_record *)kernel.record)->captured, TAP_HEADERS_SIZE + 100);
	assert_int_equal(((struct tap_record *)kernel.record)->on_wire, UINT32_MAX);
	make(100, 100, 100); /* a part that begins after the end */
	memory.skb.offset = 101;
	run();
	check(0, 0, 100);
	make(100, 100, TAP_PAYLOAD_MAX + 5);
	memory.skb.length = UINT32_MAX;
	memory.skb.data_length = 0;
	memory.skb.end = 0;
	run(); /* reads at most what the frame has room for */
	assert_true(kernel.size <= sizeof(kernel.record));
}

static void a_packet_that_was_seen_before(void **state)
{
	(void)state;
	make(100, 100, 100);
	memory.skb.delivered = 1;
	run();
	assert_int_equal(kernel.size, 0);
	assert_int_equal(kernel.shared.seen, 0);
}

static void snapshot_length(void **state)
{
	(void)state;
	make(50000, 10000, 50000);
	tap_config.payload_max = 20000;
	run();
	check(0, 20000, 50000);
	make(50000, 10000, 50000);
	tap_config.payload_max = 0;
	run();
	check(0, 0, 50000);
	assert_int_equal(kernel.shared.cut, 0);
}

static void a_full_ring(void **state)
{
	(void)state;
	make(100, 100, 100);
	kernel.full = true;
	run();
	assert_int_equal(kernel.size, 0);
	assert_int_equal(kernel.shared.seen, 1);
	assert_int_equal(kernel.shared.lost, 1);
}

static void waking_the_reader(void **state)
{
	(void)state;
	make(100, 100, 100); /* it looks itself */
	run();
	assert_int_equal(kernel.flags, BPF_RB_NO_WAKEUP);
	assert_int_equal(kernel.woken, 0);
	make(100, 100, 100); /* it sleeps */
	kernel.shared.sleeps = 1;
	run();
	assert_int_equal(kernel.woken, 1);
	assert_int_equal(kernel.shared.sleeps, 0);
	make(100, 100, 100); /* it is slow */
	kernel.waiting = 100000;
	run();
	assert_int_equal(kernel.flags, BPF_RB_FORCE_WAKEUP);
}

/* All three programs take the same packet. */
static void three_ways(void **state)
{
	uint64_t registers[21] = {[14] = (uint64_t)(uintptr_t)&memory.skb};
	uint64_t arguments[] = {(uint64_t)(uintptr_t)&memory.skb};

	(void)state;
	make(100, 100, 100);
	tap_kprobe_multi(registers);
	check(0, 100, 100);
	make(100, 100, 100);
	tap_fentry(arguments);
	check(0, 100, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_frame_is_that_of_vsockmon),
	    cmocka_unit_test(operations),
	    cmocka_unit_test(parts_of_a_split_packet),
	    cmocka_unit_test(several_pieces_of_memory),
	    cmocka_unit_test(unreadable_memory),
	    cmocka_unit_test(lying_headers),
	    cmocka_unit_test(a_packet_that_was_seen_before),
	    cmocka_unit_test(snapshot_length),
	    cmocka_unit_test(a_full_ring),
	    cmocka_unit_test(waking_the_reader),
	    cmocka_unit_test(three_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
