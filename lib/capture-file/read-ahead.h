/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads a file ahead of whoever looks at it, in a thread of its own: the kernel's copy of a
 * capture takes as long as what is done with it where little is, and a second core can do it.
 *
 * Chunks come in the order of the file, so nothing that is made of them depends on the thread.
 * The thread calls read(2) and futex(2) and, in the end, what a thread's end takes. All signals
 * are blocked in it: they are the main thread's.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_READ_AHEAD_H
#define VSOCK_LIB_CAPTURE_FILE_READ_AHEAD_H

#include <stddef.h>
#include <stdint.h>

/* The most that read_ahead_next() keeps of what came before. */
#define READ_AHEAD_KEPT_MAX ((size_t)2 * 1024 * 1024 + 4096)

struct read_ahead;

struct read_ahead_chunk {
	const uint8_t *begin; /* what was kept, then what was read */
	const uint8_t *end;
	size_t length; /* bytes that were read; 0: the end of the file, or an error */
	int error;     /* errno of a read that failed */
};

/* Starts the thread, which reads fd from where it stands. NULL without memory or threads. */
struct read_ahead *read_ahead_start(int fd);

/* Ends the thread, when its present read is over, and frees all chunks. Takes NULL. */
void read_ahead_stop(struct read_ahead *ahead);

/*
 * Waits for the next chunk and gives the one before back. The `length` bytes at `kept`, which may
 * lie in the one before, are copied to its front. At the end it may be called again and again.
 */
struct read_ahead_chunk read_ahead_next(struct read_ahead *ahead, const uint8_t *kept,
					size_t length);

#endif
