/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The program that the kernel runs for each vsock packet.
 *
 * The transports of virtio call virtio_transport_deliver_tap_pkt() for every packet, at the moment
 * when vsockmon would get it. They call it even if the kernel has no vsockmon. The program runs at
 * the entry of that function and makes the same frame as vsockmon, with one difference: it copies
 * the payload that the packet's header announces, from where this packet's payload begins. Some
 * kernels give vsockmon other bytes.
 *
 * The frame is made in memory of this processor and then copied to the ring: the ring has no room
 * for parts of a record. Nothing else runs the program on the same processor meanwhile, because the
 * kernel lets no BPF program of this kind interrupt another one.
 *
 * Offsets come from tap_config, not from CO-RE relocations: those on types of a module take
 * CAP_SYS_ADMIN.
 */
#include <linux/bpf.h>
#include <linux/virtio_vsock.h>
#include <linux/vsockmon.h>

#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "lib/bpf-tap/record.h"
#include "lib/bpf-tap/registers.h"

/* Fragments are read in pieces of at most so many bytes. */
#define PIECE_MAX 4096

/* Steps through the fragments: a step reads a piece or goes to the next fragment. */
#define STEPS_MAX 160

_Static_assert(sizeof(struct af_vsockmon_hdr) + sizeof(struct virtio_vsock_hdr) == TAP_HEADERS_SIZE,
	       "the headers have no padding");

char program_license[] SEC("license") = "Dual BSD/GPL";

SEC(".rodata.config") const volatile struct tap_config tap_config = {0};

struct frame {
	struct tap_record record;
	struct af_vsockmon_hdr monitor;
	struct virtio_vsock_hdr virtio;
	/* The verifier sees that a piece may begin at the last byte. */
	uint8_t payload[TAP_PAYLOAD_MAX + PIECE_MAX];
};

/* One frame for each processor; the process sets the number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct frame);
} tap_frames SEC(".maps");

/* The process sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} tap_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct tap_shared);
} tap_counters SEC(".maps");

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

static __always_inline uint8_t read_u8(const void *address)
{
	uint8_t value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), address);
	return value;
}

static __always_inline uint16_t monitor_op(uint16_t op)
{
	switch (op) {
	case VIRTIO_VSOCK_OP_REQUEST:
	case VIRTIO_VSOCK_OP_RESPONSE:
		return AF_VSOCK_OP_CONNECT;
	case VIRTIO_VSOCK_OP_RST:
	case VIRTIO_VSOCK_OP_SHUTDOWN:
		return AF_VSOCK_OP_DISCONNECT;
	case VIRTIO_VSOCK_OP_CREDIT_UPDATE:
	case VIRTIO_VSOCK_OP_CREDIT_REQUEST:
		return AF_VSOCK_OP_CONTROL;
	case VIRTIO_VSOCK_OP_RW:
		return AF_VSOCK_OP_PAYLOAD;
	default:
		return AF_VSOCK_OP_UNKNOWN;
	}
}

/* Both headers. False if memory could not be read. */
static __always_inline bool read_headers(struct frame *frame, const void *head)
{
	struct af_vsockmon_hdr *monitor = &frame->monitor;

	if (bpf_probe_read_kernel(&frame->virtio, sizeof(frame->virtio), head))
		return false;
	monitor->src_cid = frame->virtio.src_cid;
	monitor->dst_cid = frame->virtio.dst_cid;
	monitor->src_port = frame->virtio.src_port;
	monitor->dst_port = frame->virtio.dst_port;
	monitor->op = monitor_op(frame->virtio.op);
	monitor->transport = AF_VSOCK_TRANSPORT_VIRTIO;
	monitor->len = sizeof(frame->virtio);
	monitor->reserved[0] = 0;
	monitor->reserved[1] = 0;
	return true;
}

/* The address of a page's bytes; 0 if it is not known, or if the page is a device's. */
static __always_inline uint64_t page_address(uint64_t page)
{
	uint64_t first = read_u64((const void *)tap_config.vmemmap_base);
	uint64_t base = read_u64((const void *)tap_config.page_offset_base);

	if (!tap_config.vmemmap_base || !base || page & 1)
		return 0;
	return base + (page - first) / tap_config.layout.page_size * 4096;
}

/* A walk through the fragments of a packet. */
struct walk {
	struct frame *frame;
	const uint8_t *fragment;
	uint32_t left; /* fragments */
	uint32_t skip; /* bytes before the next one that is wanted, from the fragment's start */
	uint32_t got;
	uint32_t want;
};

static long step(uint32_t number, struct walk *walk)
{
	uint64_t page, address;
	uint32_t length, offset;
	uint64_t size, at;

	(void)number;
	if (walk->got >= walk->want || walk->left == 0)
		return 1;
	page = read_u64(walk->fragment + tap_config.layout.fragment_page);
	length = read_u32(walk->fragment + tap_config.layout.fragment_length);
	offset = read_u32(walk->fragment + tap_config.layout.fragment_offset);
	if (walk->skip >= length) {
		walk->skip -= length;
		walk->fragment += tap_config.layout.fragment_size;
		walk->left--;
		return 0;
	}
	size = length - walk->skip;
	if (size > walk->want - walk->got)
		size = walk->want - walk->got;
	at = walk->got;
	address = page_address(page);
	/* The compiler must not forget these limits, which the verifier looks for. */
	__asm__ volatile("" : "+r"(size), "+r"(at));
	if (size > PIECE_MAX)
		size = PIECE_MAX;
	if (!address || at > TAP_PAYLOAD_MAX ||
	    bpf_probe_read_kernel(walk->frame->payload + at, size,
				  (const void *)(address + offset + walk->skip)))
		return 1;
	walk->skip += size;
	walk->got += size;
	return 0;
}

/* Copies `want` bytes of payload from `offset` on. Returns the number that could be read. */
static __always_inline uint32_t read_payload(struct frame *frame, const void *skb,
					     const uint8_t *head, uint32_t length, uint32_t offset,
					     uint32_t want)
{
	const uint8_t *data = (const uint8_t *)read_u64(skb + tap_config.layout.data);
	const uint8_t *shared = head + read_u32(skb + tap_config.layout.end);
	uint32_t linear = length - read_u32(skb + tap_config.layout.data_length);
	struct walk walk = {.frame = frame, .want = want};
	uint64_t size = 0;

	if (linear > offset) {
		size = linear - offset;
		if (size > want)
			size = want;
		__asm__ volatile("" : "+r"(size));
		if (size > TAP_PAYLOAD_MAX ||
		    bpf_probe_read_kernel(frame->payload, size, data + offset))
			return 0;
	} else {
		walk.skip = offset - linear;
	}
	walk.got = size;
	if (walk.got < want) {
		walk.fragment = shared + tap_config.layout.fragments;
		walk.left = read_u8(shared + tap_config.layout.fragment_count);
		bpf_loop(STEPS_MAX, step, &walk, 0);
	}
	return walk.got;
}

/* Wakes the reader, which is cheaper than to do it for each packet. */
static __always_inline void wake(struct tap_shared *shared)
{
	void *nothing = bpf_ringbuf_reserve(&tap_ring, 8, 0);

	shared->sleeps = 0;
	if (nothing)
		bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
}

static __always_inline void put(struct frame *frame, struct tap_shared *shared)
{
	uint64_t size = sizeof(frame->record) + (uint64_t)frame->record.captured;
	uint64_t waiting = bpf_ringbuf_query(&tap_ring, BPF_RB_AVAIL_DATA);
	uint64_t flags = waiting >= tap_config.wake_at ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;

	frame->record.time = bpf_ktime_get_ns();
	__asm__ volatile("" : "+r"(size));
	if (size > sizeof(frame->record) + TAP_HEADERS_SIZE + TAP_PAYLOAD_MAX)
		return;
	if (bpf_ringbuf_output(&tap_ring, frame, size, flags))
		__sync_fetch_and_add(&shared->lost, 1);
	if (*(volatile uint32_t *)&shared->sleeps)
		wake(shared);
}

static __always_inline void take(const void *skb, struct frame *frame, struct tap_shared *shared)
{
	const uint8_t *head = (const uint8_t *)read_u64(skb + tap_config.layout.head);
	uint32_t length = read_u32(skb + tap_config.layout.length);
	uint32_t offset = tap_config.layout.offset ? read_u32(skb + tap_config.layout.offset) : 0;
	uint32_t want, payload;

	__sync_fetch_and_add(&shared->seen, 1);
	if (!read_headers(frame, head)) {
		__sync_fetch_and_add(&shared->lost, 1);
		return;
	}
	payload = frame->virtio.len;
	want = offset < length ? length - offset : 0;
	if (want > payload)
		want = payload;
	/* A header may announce more than the packet contains. The frame then lacks the rest. */
	if (want > tap_config.payload_max)
		want = tap_config.payload_max;
	frame->record.captured = TAP_HEADERS_SIZE;
	frame->record.on_wire =
	    payload < UINT32_MAX - TAP_HEADERS_SIZE ? TAP_HEADERS_SIZE + payload : UINT32_MAX;
	if (want)
		frame->record.captured += read_payload(frame, skb, head, length, offset, want);
	if (frame->record.captured < TAP_HEADERS_SIZE + want)
		__sync_fetch_and_add(&shared->cut, 1);
	put(frame, shared);
}

static __always_inline int tap(const void *skb)
{
	uint32_t zero = 0;
	uint32_t processor = bpf_get_smp_processor_id();
	struct tap_shared *shared = bpf_map_lookup_elem(&tap_counters, &zero);
	struct frame *frame = bpf_map_lookup_elem(&tap_frames, &processor);

	/* As vsockmon does: a packet that is sent again was seen before. */
	if (shared && frame && !read_u8(skb + tap_config.layout.delivered))
		take(skb, frame, shared);
	return 0;
}

SEC("kprobe.multi")
int tap_kprobe_multi(const uint64_t *registers)
{
	return tap(first_argument(registers));
}

SEC("kprobe")
int tap_kprobe(const uint64_t *registers)
{
	return tap(first_argument(registers));
}

SEC("fentry/virtio_transport_deliver_tap_pkt")
int tap_fentry(const uint64_t *arguments)
{
	return tap((const void *)arguments[0]);
}
