/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A window over read(2): the bytes of a file or pipe that are in memory and not yet consumed.
 *
 * Its user asks for n bytes at the front, looks at them in place, and consumes them by moving
 * `begin`. Nothing is consumed by asking, so a request that must wait is simply made again. The
 * window grows to what is asked for: bound every length that comes from a file before asking.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_WINDOW_H
#define VSOCK_LIB_CAPTURE_FILE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/common/system-call.h"

struct read_ahead;

enum capture_window_result {
	CAPTURE_WINDOW_READY,
	CAPTURE_WINDOW_END,   /* the file ended first; what there is stays in the window */
	CAPTURE_WINDOW_WAIT,  /* nothing to read at the moment; poll `fd` and ask again */
	CAPTURE_WINDOW_ERROR, /* capture_window.error has errno */
};

struct capture_window {
	const uint8_t *begin; /* first byte not consumed */
	const uint8_t *end;   /* behind the last byte read */
	uint8_t *buffer;
	size_t size;    /* of buffer */
	uint64_t total; /* bytes read(2) has delivered so far: the file offset of `end` */
	int fd;
	int error;
	bool patient;             /* wait in here, never say WAIT */
	struct read_ahead *ahead; /* fills the window in our place; or NULL */
};

/* False without memory. The window is patient at first. It owns fd from now on, also on failure. */
bool capture_window_open(struct capture_window *window, int fd);
void capture_window_close(struct capture_window *window);

extern const struct system_call capture_window_system_calls[];

/*
 * Has another thread read from now on, for a regular file only. No request may be larger than
 * READ_AHEAD_KEPT_MAX then. False, and all is as before, without memory or threads.
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

/* Consumes *n bytes, however many, and counts *n down as they go. */
enum capture_window_result capture_window_skip(struct capture_window *window, uint64_t *n);

/* The file offset of `begin`. */
static inline uint64_t capture_window_offset(const struct capture_window *window)
{
	return window->total - capture_window_available(window);
}

#endif
