/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A window over read(2): the bytes of a file or pipe that are in memory and not yet consumed. Those
 * of a compressed file are decompressed first.
 *
 * The caller asks for n bytes at the front, looks at them in place, and consumes them by moving
 * `begin`. A request consumes nothing, so a request that must wait is simply made again. The
 * window grows to the size of the request: limit every length that comes from a file before you
 * ask for it.
 *
 * One thread uses a window. It may have another thread read for it (capture_window_read_ahead).
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_WINDOW_H
#define VSOCK_LIB_CAPTURE_FILE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/common/system-call.h"

struct compression;
struct decompressor;
struct read_ahead;

enum capture_window_result {
	CAPTURE_WINDOW_READY,
	CAPTURE_WINDOW_END,   /* the file ended first; the bytes before stay in the window */
	CAPTURE_WINDOW_WAIT,  /* no data at the moment; poll `fd` and ask again */
	CAPTURE_WINDOW_ERROR, /* capture_window.error has errno */
};

struct capture_window {
	const uint8_t *begin; /* first byte not consumed */
	const uint8_t *end;   /* one past the last byte read */
	uint8_t *buffer;
	size_t size;    /* of buffer */
	uint64_t total; /* bytes that came: the offset of `end` in the file, decompressed */
	int fd;
	int error;
	bool patient; /* requests wait for data and never return WAIT */
	bool held;    /* pointers stay valid: a request that needs more bytes returns WAIT */
	struct read_ahead *ahead; /* fills the window instead of read(2) in this thread; or NULL */
	struct decompressor *decompressor; /* between read(2) and the window; or NULL */
};

/* False without memory. The window is patient at first. It owns fd, also on failure. */
bool capture_window_open(struct capture_window *window, int fd);

/* Ends the other thread, if there is one, frees the buffer and closes fd. */
void capture_window_close(struct capture_window *window);

extern const struct system_call capture_window_system_calls[];

/*
 * The bytes that were read are compressed, and none of them was consumed. The window now has the
 * decompressed bytes instead. False without memory; then the window can only be closed.
 */
bool capture_window_decompress(struct capture_window *window,
			       const struct compression *compression);

/*
 * Starts another thread that reads, for a regular file that is not compressed. After that no
 * request may be larger than READ_AHEAD_KEPT_MAX. Without memory or threads the result is false,
 * and the window works as before.
 */
bool capture_window_read_ahead(struct capture_window *window);

/* The slow path of capture_window_need(). */
enum capture_window_result capture_window_refill(struct capture_window *window, size_t n);

static inline size_t capture_window_available(const struct capture_window *window)
{
	return (size_t)(window->end - window->begin);
}

/* Makes at least n bytes available at `begin`. Pointers into the window become invalid. */
static inline enum capture_window_result capture_window_need(struct capture_window *window,
							     size_t n)
{
	if (capture_window_available(window) >= n)
		return CAPTURE_WINDOW_READY;
	return capture_window_refill(window, n);
}

/*
 * Consumes *n bytes, even if they are more than fit in memory. It subtracts from *n what it
 * consumed, so the same call continues after a WAIT.
 */
enum capture_window_result capture_window_skip(struct capture_window *window, uint64_t *n);

/* The file offset of `begin`. */
static inline uint64_t capture_window_offset(const struct capture_window *window)
{
	return window->total - capture_window_available(window);
}

#endif
