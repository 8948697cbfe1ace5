/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the BPF program and the process share: the settings of the program, its records, and its
 * counters. The compiler of BPF programs reads this header, too, so it includes nothing of libc.
 */
#ifndef VSOCK_LIB_BPF_TAP_RECORD_H
#define VSOCK_LIB_BPF_TAP_RECORD_H

#include <stdint.h>

/* The most payload that a packet has: VIRTIO_VSOCK_MAX_PKT_BUF_SIZE. */
#define TAP_PAYLOAD_MAX 65536

/* The monitor header and the header of virtio. */
#define TAP_HEADERS_SIZE 76

/*
 * Where the kernel that runs has its data: offsets in bytes, and sizes. kernel-layout.c reads them
 * from the kernel's description of its types (BTF).
 */
struct tap_layout {
	/* struct sk_buff */
	uint32_t head;
	uint32_t data;
	uint32_t length;      /* `len`: all payload */
	uint32_t data_length; /* `data_len`: payload that is in fragments */
	uint32_t end;         /* where struct skb_shared_info is, from `head` */
	uint32_t delivered;   /* a bool: the tap got this packet before */
	uint32_t offset;      /* u32: payload that was sent in earlier packets; 0: no such field */
	/* struct skb_shared_info */
	uint32_t fragment_count;
	uint32_t fragments;
	/* A fragment. */
	uint32_t fragment_size;
	uint32_t fragment_page;
	uint32_t fragment_length;
	uint32_t fragment_offset;
	/* struct page */
	uint32_t page_size;
};

/* Constants while the program runs. */
struct tap_config {
	struct tap_layout layout;
	uint32_t payload_max; /* bytes of payload to copy */
	uint32_t wake_at;     /* wake the reader when so many bytes wait for it */
	/*
	 * Addresses of the kernel's variables vmemmap_base and page_offset_base; 0: not known, and
	 * fragments cannot be read.
	 */
	uint64_t vmemmap_base;
	uint64_t page_offset_base;
};

/* Begins a record in the ring. The frame follows. */
struct tap_record {
	uint64_t time; /* CLOCK_MONOTONIC */
	uint32_t captured;
	uint32_t on_wire;
};

/* In memory that both sides see. */
struct tap_shared {
	uint64_t seen; /* packets, with those that are lost */
	uint64_t lost; /* the ring had no room, or the packet could not be read */
	uint64_t cut;  /* packets whose payload could not be read completely */
	/*
	 * The reader sleeps until it is woken. The program wakes it with the next packet, and sets
	 * this to 0.
	 */
	uint32_t sleeps;
	uint32_t unused;
};

#endif
