/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads a file ahead of its user, in a separate thread. The kernel takes as long to copy a capture
 * file as vsockdump takes for a simple task on it, and a second core can do the copying.
 *
 * Chunks come in the order of the file, so no result depends on the thread. All functions here
 * belong to the one thread that called read_ahead_start().
 *
 * The other thread calls read(2) and futex(2) and, at its end, what the end of a thread needs. All
 * signals are blocked in it: they belong to the main thread.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_READ_AHEAD_H
#define VSOCK_LIB_CAPTURE_FILE_READ_AHEAD_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes of earlier chunks that read_ahead_next() keeps. */
#define READ_AHEAD_KEPT_MAX ((size_t)2 * 1024 * 1024 + 4096)

struct read_ahead;

/* The memory belongs to the thread's buffers; it is valid until the next chunk. */
struct read_ahead_chunk {
	const uint8_t *begin; /* the bytes that were kept, then those that were read */
	const uint8_t *end;
	size_t length; /* bytes that were read; 0: the end of the file, or an error */
	int error;     /* errno of a read that failed */
};

/*
 * Starts the thread, which reads fd from its present position. The caller still owns fd and must
 * not read or close it before read_ahead_stop(). NULL without memory or threads.
 */
struct read_ahead *read_ahead_start(int fd);

/* Waits for the thread's present read, ends the thread and frees all chunks. Accepts NULL. */
void read_ahead_stop(struct read_ahead *ahead);

/*
 * Waits for the next chunk and returns the previous one to the thread. The `length` bytes at
 * `kept`, at most READ_AHEAD_KEPT_MAX, may be in the previous chunk; they are copied in front of
 * the next one. After the end of the file or an error every call gives that result again.
 */
struct read_ahead_chunk read_ahead_next(struct read_ahead *ahead, const uint8_t *kept,
					size_t length);

#endif
