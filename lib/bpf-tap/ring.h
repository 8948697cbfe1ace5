/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads the records that BPF programs put into a ring.
 *
 * The kernel does not wake the reader for each record, since that would cost more than to copy it.
 * While records come, the reader looks at regular times. When none came, it says that it sleeps,
 * and the next record wakes it. Many waiting bytes wake it at any time.
 *
 * libbpf's own descriptor stays readable until somebody calls epoll_wait(), and becomes readable
 * with each record that waits. So the reader uses a separate descriptor, which only says that
 * somebody woke it (EPOLLET).
 */
#ifndef VSOCK_LIB_BPF_TAP_RING_H
#define VSOCK_LIB_BPF_TAP_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bpf-tap/attach.h"
#include "lib/bpf-tap/kernel-clock.h"

struct ring_buffer;

struct tap_ring {
	struct ring_buffer *records;
	int map;
	int fd; /* readable when the program woke the reader */
	/* In memory that the program shares: it wakes the reader and sets this to 0. */
	uint32_t *sleeps;
	struct kernel_clock clock;
};

/* The bytes of a ring for `wanted` bytes, or for 0 the default. A power of 2. */
uint32_t tap_ring_size(uint64_t wanted);

/* The program wakes the reader when so many bytes wait. */
uint32_t tap_ring_wake_at(uint32_t size);

/*
 * The map is the ring of loaded programs. If `take` returns less than 0, reading stops. Returns 0
 * or errno; close it in any case.
 */
int tap_ring_open(struct tap_ring *ring, const struct attachment *attachment, const char *map,
		  int (*take)(void *context, void *data, size_t size), void *context);
void tap_ring_close(struct tap_ring *ring);

/* Passes all records that wait to take(). */
void tap_ring_read(struct tap_ring *ring);

/* Before a wait without an end: false if there are records to read first. */
bool tap_ring_sleep(struct tap_ring *ring);

#endif
