/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/ring.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <bpf/libbpf.h>

/* Room for some of the longest frames; and no more than a capture can need. */
#define RING_MIN     (UINT32_C(256) * 1024)
#define RING_DEFAULT (UINT64_C(16) * 1024 * 1024)
#define RING_MAX     (UINT32_C(1024) * 1024 * 1024)

/* As large as a block of libpcap's. */
#define WAKE_BYTES (UINT32_C(256) * 1024)

/* A power of 2, which is a multiple of every page size. */
uint32_t tap_ring_size(uint64_t wanted)
{
	const uint64_t least = wanted ? wanted : RING_DEFAULT;
	uint32_t size = RING_MIN;

	while (size < least && size < RING_MAX)
		size *= 2;
	return size;
}

uint32_t tap_ring_wake_at(uint32_t size)
{
	return WAKE_BYTES < size / 4 ? WAKE_BYTES : size / 4;
}

int tap_ring_open(struct tap_ring *ring, const struct attachment *attachment, const char *map,
		  int (*take)(void *context, void *data, size_t size), void *context)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET};

	ring->map = bpf_object__find_map_fd_by_name(attachment->object, map);
	ring->records = ring_buffer__new(ring->map, take, context, NULL);
	if (!ring->records)
		return errno;
	ring->fd = epoll_create1(EPOLL_CLOEXEC);
	if (ring->fd < 0 || epoll_ctl(ring->fd, EPOLL_CTL_ADD, ring->map, &event) != 0)
		return errno;
	kernel_clock_start(&ring->clock);
	return 0;
}

void tap_ring_close(struct tap_ring *ring)
{
	ring_buffer__free(ring->records);
	/* Before it was opened, it is 0. */
	if (ring->fd > 0)
		close(ring->fd);
	*ring = (struct tap_ring){0};
}

void tap_ring_read(struct tap_ring *ring)
{
	struct epoll_event event;

	kernel_clock_follow(&ring->clock);
	/* Only this makes the descriptor forget that it was woken. */
	(void)epoll_wait(ring->fd, &event, 1, 0);
	__atomic_store_n(ring->sleeps, 0, __ATOMIC_RELAXED);
	/* Its result has no meaning here: it is a count, or what take() returned. */
	(void)ring_buffer__consume(ring->records);
}

bool tap_ring_sleep(struct tap_ring *ring)
{
	struct pollfd records = {.fd = ring->map, .events = POLLIN};

	/*
	 * First the mark, then the look: the program does it the other way round, so one of both
	 * sees the other.
	 */
	__atomic_store_n(ring->sleeps, 1, __ATOMIC_SEQ_CST);
	if (poll(&records, 1, 0) != 1)
		return true;
	__atomic_store_n(ring->sleeps, 0, __ATOMIC_RELAXED);
	return false;
}
