/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/window.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/capture-file/decompress.h"
#include "lib/capture-file/read-ahead.h"

/* Large enough that system calls cost little per record, small enough for the cache. */
#define WINDOW_SIZE ((size_t)256 * 1024)

const struct system_call capture_window_system_calls[] = {
    CALL("read"), CALL("poll"), CALL("ppoll"), CALL("ppoll_time64"), SYSTEM_CALLS_END,
};

bool capture_window_open(struct capture_window *window, int fd)
{
	*window = (struct capture_window){
	    .fd = fd,
	    .buffer = malloc(WINDOW_SIZE),
	    .size = WINDOW_SIZE,
	    .patient = true,
	};
	window->begin = window->end = window->buffer;
	return window->buffer != NULL;
}

void capture_window_close(struct capture_window *window)
{
	read_ahead_stop(window->ahead);
	decompressor_free(window->decompressor);
	free(window->buffer);
	if (window->fd >= 0)
		close(window->fd);
}

static bool grow(struct capture_window *window, size_t n)
{
	size_t available = capture_window_available(window);
	size_t size = window->size;
	uint8_t *buffer;

	while (size < n)
		size *= 2;
	buffer = realloc(window->buffer, size);
	if (!buffer)
		return false;
	window->buffer = buffer;
	window->size = size;
	window->begin = buffer;
	window->end = buffer + available;
	return true;
}

/* Moves the bytes that are not consumed to the front, so that n bytes from there fit. */
static bool make_room(struct capture_window *window, size_t n)
{
	size_t available = capture_window_available(window);

	if (available && window->begin != window->buffer)
		memmove(window->buffer, window->begin, available);
	window->begin = window->buffer;
	window->end = window->buffer + available;
	return n <= window->size || grow(window, n);
}

/*
 * poll(2) comes before read(2), because a non-blocking descriptor would be non-blocking for all
 * processes that share it, such as the shell for standard input.
 */
static bool readable(const struct capture_window *window, int timeout)
{
	struct pollfd poll_fd = {.fd = window->fd, .events = POLLIN};

	return poll(&poll_fd, 1, timeout) > 0;
}

/* One read(2) of at most `size` bytes; *got says how many there were. */
static enum capture_window_result read_once(struct capture_window *window, uint8_t *at, size_t size,
					    size_t *got)
{
	ssize_t n;

	*got = 0;
	if (!window->patient && !readable(window, 0))
		return CAPTURE_WINDOW_WAIT;
	while ((n = read(window->fd, at, size)) < 0) {
		if (errno != EINTR && errno != EAGAIN) {
			window->error = errno;
			return CAPTURE_WINDOW_ERROR;
		}
		if (!window->patient)
			return CAPTURE_WINDOW_WAIT;
		if (errno == EAGAIN)
			(void)readable(window, -1);
	}
	*got = (size_t)n;
	return n > 0 ? CAPTURE_WINDOW_READY : CAPTURE_WINDOW_END;
}

/* The same for the bytes of a compressed file. */
static enum capture_window_result decompress_once(struct capture_window *window, uint8_t *at,
						  size_t size, size_t *got)
{
	struct decompressor *decompressor = window->decompressor;
	enum capture_window_result result;
	size_t n;

	while ((*got = decompressor_read(decompressor, at, size)) == 0) {
		if (!decompressor_needs_input(decompressor))
			break;
		result = read_once(window, decompressor->input, decompressor->size, &n);
		if (result != CAPTURE_WINDOW_READY && result != CAPTURE_WINDOW_END)
			return result;
		decompressor_feed(decompressor, n);
	}
	if (*got > 0)
		return CAPTURE_WINDOW_READY;
	if (!decompressor->trouble || decompressor->trouble == DECOMPRESS_CUT)
		return CAPTURE_WINDOW_END;
	window->error = decompressor->trouble == DECOMPRESS_NO_MEMORY ? ENOMEM : 0;
	return CAPTURE_WINDOW_ERROR;
}

/* Adds bytes at `end`. */
static enum capture_window_result read_more(struct capture_window *window)
{
	size_t used = (size_t)(window->end - window->buffer);
	size_t room = window->size - used;
	enum capture_window_result result;
	size_t n;

	if (window->decompressor)
		result = decompress_once(window, window->buffer + used, room, &n);
	else
		result = read_once(window, window->buffer + used, room, &n);
	window->end += n;
	window->total += n;
	return result;
}

bool capture_window_decompress(struct capture_window *window, const struct compression *compression)
{
	window->decompressor =
	    decompressor_new(compression, window->buffer, window->size, window->begin, window->end);
	window->buffer = window->decompressor ? malloc(WINDOW_SIZE) : NULL;
	window->size = WINDOW_SIZE;
	window->begin = window->end = window->buffer;
	window->total = 0;
	return window->buffer != NULL;
}

bool capture_window_read_ahead(struct capture_window *window)
{
	if (!window->decompressor)
		window->ahead = read_ahead_start(window->fd);
	return window->ahead;
}

/* Moves the window to the next chunk. It begins with the rest of this one. */
static enum capture_window_result next_chunk(struct capture_window *window)
{
	struct read_ahead_chunk chunk =
	    read_ahead_next(window->ahead, window->begin, capture_window_available(window));

	window->begin = chunk.begin;
	window->end = chunk.end;
	window->total += chunk.length;
	window->error = chunk.error;
	if (chunk.error)
		return CAPTURE_WINDOW_ERROR;
	return chunk.length > 0 ? CAPTURE_WINDOW_READY : CAPTURE_WINDOW_END;
}

enum capture_window_result capture_window_refill(struct capture_window *window, size_t n)
{
	enum capture_window_result result;

	if (window->held && capture_window_available(window) < n)
		return CAPTURE_WINDOW_WAIT;
	while (window->ahead && capture_window_available(window) < n) {
		result = next_chunk(window);
		if (result != CAPTURE_WINDOW_READY)
			return result;
	}
	if (capture_window_available(window) >= n)
		return CAPTURE_WINDOW_READY;
	if (!make_room(window, n)) {
		window->error = ENOMEM;
		return CAPTURE_WINDOW_ERROR;
	}

	while (capture_window_available(window) < n) {
		result = read_more(window);
		if (result != CAPTURE_WINDOW_READY)
			return result;
	}
	return CAPTURE_WINDOW_READY;
}

enum capture_window_result capture_window_skip(struct capture_window *window, uint64_t *n)
{
	for (;;) {
		size_t available = capture_window_available(window);
		size_t step = *n < available ? (size_t)*n : available;
		enum capture_window_result result;

		window->begin += step;
		*n -= step;
		if (*n == 0)
			return CAPTURE_WINDOW_READY;

		result = capture_window_need(window, 1);
		if (result != CAPTURE_WINDOW_READY)
			return result;
	}
}
