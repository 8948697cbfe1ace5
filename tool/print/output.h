/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text output: one large buffer in front of a file descriptor, with hand-written formatting. With
 * printf(), formatting would be most of the cost of a packet.
 *
 * Errors stay: after a failed write nothing more is written, and output_error() returns errno. So
 * callers check once per packet or less, not once per number. Print text from a capture or a user
 * only with output_escaped().
 */
#ifndef VSOCKDUMP_PRINT_OUTPUT_H
#define VSOCKDUMP_PRINT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/common/system-call.h"

/* The most room that a number or a fixed text may need. Strings may be longer. */
#define OUTPUT_SLACK 64

/* With those of standard-output.c and tool/message.c. */
extern const struct system_call output_system_calls[];

struct output {
	char *data;
	size_t length;
	size_t size;
	int fd;
	int error;        /* errno of the first write that failed; 0: no error */
	bool color;       /* the reader is a person at a terminal who wants color */
	unsigned columns; /* of the terminal, for wrapping lines; 0: lines are not wrapped */
	uint64_t written; /* bytes that were passed to the kernel */
};

/* False without memory. Does not own fd. */
bool output_open(struct output *out, int fd, bool color);
/* Flushes and frees; returns errno of the first error or 0. */
int output_close(struct output *out);

/*
 * Output into the caller's memory, for text that must be measured before it is printed. `size` is
 * at least OUTPUT_SLACK. Text that does not fit is lost, and the error becomes ENOBUFS. Do not
 * close it.
 */
void output_memory(struct output *out, char *data, size_t size);

/*
 * Writes the buffer. Repeats short writes, and waits if the descriptor does not block. Returns 0 or
 * errno, like output_error().
 */
int output_flush(struct output *out);
static inline int output_error(const struct output *out)
{
	return out->error;
}

/* For output_char() and output_bytes() when the buffer is full. */
void output_bytes_flushing(struct output *out, const char *bytes, size_t length);

/* output_line_end() does not wrap a longer text. */
#define OUTPUT_LINE_MAX ((size_t)16 * 1024)

/* For the two functions below, if there is a width. */
size_t output_line_room(struct output *out);
void output_line_wrap(struct output *out, size_t begin, unsigned indent);

/*
 * Text between these two calls is lines for a person. On a terminal they are wrapped at blanks. All
 * rows of a line except the first are indented by `indent` columns.
 */
static inline size_t output_line_begin(struct output *out)
{
	return out->columns ? output_line_room(out) : 0;
}

static inline void output_line_end(struct output *out, size_t begin, unsigned indent)
{
	if (out->columns)
		output_line_wrap(out, begin, indent);
}

/* Inline, like output_text(), so that fixed text becomes one or two stores. */
static inline void output_bytes(struct output *out, const char *bytes, size_t length)
{
	if (length > out->size - out->length) {
		output_bytes_flushing(out, bytes, length);
		return;
	}
	memcpy(out->data + out->length, bytes, length);
	out->length += length;
}

static inline void output_char(struct output *out, char c)
{
	output_bytes(out, &c, 1);
}

static inline void output_text(struct output *out, const char *text)
{
	output_bytes(out, text, strlen(text));
}

/* The caller may write up to OUTPUT_SLACK bytes here, and then adds their number to out->length. */
static inline char *output_room(struct output *out)
{
	if (out->size - out->length < OUTPUT_SLACK)
		output_flush(out);
	return out->data + out->length;
}

void output_blanks(struct output *out, size_t count);
void output_u64(struct output *out, uint64_t value);
/* "00" to "99". */
extern const char output_digit_pairs[201];

/* Two digits of a value below 100. Returns the end. */
static inline char *output_put_pair(char *at, uint32_t value)
{
	memcpy(at, &output_digit_pairs[(size_t)2 * value], 2);
	return at + 2;
}

/* All digits of a value, at most ten. Returns the end. */
char *output_put_u32(char *at, uint32_t value);

/* How many digits output_u64() prints. */
unsigned output_u64_width(uint64_t value);
/* Exactly `digits` decimal digits: the last ones of value, with leading zeros. */
void output_digits(struct output *out, uint32_t value, unsigned digits);
/* "0x" and at least `digits` lower-case hexadecimal digits. */
void output_hex(struct output *out, uint64_t value, unsigned digits);
/* Decimal, right-aligned in `width` with leading `fill` (' ' or '0'). */
void output_padded(struct output *out, uint64_t value, unsigned width, char fill);
/* Not for the hot path. Text of 1024 bytes or more is not printed: EOVERFLOW. */
void output_printf(struct output *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Text of unknown origin for a terminal. Printable ASCII stays; all other bytes and the backslash
 * become \xNN. The length is in bytes. Nulls are escaped, too.
 */
void output_escaped(struct output *out, const char *bytes, size_t length);
/* The same for the inside of a JSON string (without the quotes). Non-ASCII bytes become \u00NN. */
void output_json_escaped(struct output *out, const char *bytes, size_t length);

#endif
