/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The buffer is flushed when the next piece does not fit, never in the middle of a number. A flush
 * empties it even if writing fails: later pieces then go to memory and are dropped at the next
 * flush. So no append needs a test for errors.
 */
#include "tool/print/output.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/common/patience.h"
#include "tool/signals.h"
#include "tool/status-line.h"
#include "tool/terminal.h"

/* Large enough that system calls cost little compared to formatting, small enough for the cache. */
#define OUTPUT_BUFFER ((size_t)128 * 1024)

/* In place of a descriptor: the output is the buffer alone. */
#define OUTPUT_MEMORY_FD (-1)

/* "00" to "99": two digits with one division, so a number needs half as many divisions. */
const char output_digit_pairs[201] = "0001020304050607080910111213141516171819"
				     "2021222324252627282930313233343536373839"
				     "4041424344454647484950515253545556575859"
				     "6061626364656667686970717273747576777879"
				     "8081828384858687888990919293949596979899";

static const char hex_digits[] = "0123456789abcdef";

const struct system_call output_system_calls[] = {
    CALL("write"),        CALL("poll"), CALL("ppoll"),
    CALL("ppoll_time64"), CALL("dup"), /* to see the errors of closing standard output */
    SYSTEM_CALLS_END,
};

bool output_open(struct output *out, int fd, bool color)
{
	*out = (struct output){.size = OUTPUT_BUFFER, .fd = fd, .color = color};
	out->data = malloc(out->size);
	return out->data != NULL;
}

int output_close(struct output *out)
{
	int error = output_flush(out);

	free(out->data);
	out->data = NULL;
	out->size = 0;
	return error;
}

void output_memory(struct output *out, char *data, size_t size)
{
	*out = (struct output){.data = data, .size = size, .fd = OUTPUT_MEMORY_FD};
}

/* Returns 0 if it makes sense to call write() again, otherwise errno. */
static int wait_after(int error, int fd, sig_atomic_t before)
{
	if (error != EINTR && error != EAGAIN)
		return error;
	/* Another process with this terminal made it non-blocking. */
	if (error == EAGAIN && poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1) < 0 &&
	    errno != EINTR)
		return errno;
	return patience_is_over(&signals_patience, before) ? ECANCELED : 0;
}

int output_flush(struct output *out)
{
	sig_atomic_t before = signals_patience;
	size_t done = 0;

	if (out->fd == OUTPUT_MEMORY_FD && out->length > 0 && out->error == 0)
		out->error = ENOBUFS;
	if (out->length > 0 && terminal_is(out->fd))
		status_line_erase();
	while (done < out->length && out->error == 0) {
		ssize_t n = write(out->fd, out->data + done, out->length - done);

		if (n > 0) {
			before = signals_patience;
			done += (size_t)n;
			out->written += (uint64_t)n;
		} else {
			out->error = n < 0 ? wait_after(errno, out->fd, before) : EIO;
		}
	}
	out->length = 0;
	return out->error;
}

void output_bytes_flushing(struct output *out, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t room = out->size - out->length;
		size_t n = length < room ? length : room;

		if (room == 0) {
			output_flush(out);
			continue;
		}
		memcpy(out->data + out->length, bytes, n);
		out->length += n;
		bytes += n;
		length -= n;
	}
}

size_t output_line_room(struct output *out)
{
	if (out->fd != OUTPUT_MEMORY_FD && out->size - out->length < OUTPUT_LINE_MAX)
		output_flush(out);
	return out->length;
}

/* As many as a table usually needs. A constant number of them is a few stores. */
#define BLANKS 32

void output_blanks(struct output *out, size_t count)
{
	if (count <= BLANKS && out->size - out->length >= BLANKS) {
		memset(out->data + out->length, ' ', BLANKS);
		out->length += count;
		return;
	}
	if (count > out->size - out->length) {
		for (; count > 0; count--)
			output_char(out, ' ');
		return;
	}
	memset(out->data + out->length, ' ', count);
	out->length += count;
}

/* One line, without its line break. */
static void wrap_line(struct output *out, const char *line, size_t length, unsigned indent)
{
	unsigned column = 0;

	while (length > 0) {
		size_t fits = terminal_fit(line, length, column, out->columns);

		output_bytes(out, line, fits);
		for (line += fits, length -= fits; length > 0 && *line == ' '; line++)
			length--;
		if (length > 0) {
			output_char(out, '\n');
			output_blanks(out, indent);
			column = indent;
		}
	}
}

/* If the text was longer than expected, a part was written already, so it is not wrapped. */
void output_line_wrap(struct output *out, size_t begin, unsigned indent)
{
	char text[OUTPUT_LINE_MAX];
	const char *rest = text;
	size_t length = out->length - begin;

	if (begin > out->length || length > sizeof(text))
		return;
	memcpy(text, out->data + begin, length);
	out->length = begin;
	while (length > 0) {
		const char *end = memchr(rest, '\n', length);
		size_t line = end ? (size_t)(end - rest) : length;

		wrap_line(out, rest, line, indent);
		if (end) {
			output_char(out, '\n');
			line++;
		}
		rest += line;
		length -= line;
	}
}

/* The number of bits times log10(2), which is wrong by at most one digit. */
unsigned output_u64_width(uint64_t value)
{
	/* The first entry is 0, because the number 0 has a digit, too. */
	static const uint64_t power[] = {
	    0,
	    UINT64_C(10),
	    UINT64_C(100),
	    UINT64_C(1000),
	    UINT64_C(10000),
	    UINT64_C(100000),
	    UINT64_C(1000000),
	    UINT64_C(10000000),
	    UINT64_C(100000000),
	    UINT64_C(1000000000),
	    UINT64_C(10000000000),
	    UINT64_C(100000000000),
	    UINT64_C(1000000000000),
	    UINT64_C(10000000000000),
	    UINT64_C(100000000000000),
	    UINT64_C(1000000000000000),
	    UINT64_C(10000000000000000),
	    UINT64_C(100000000000000000),
	    UINT64_C(1000000000000000000),
	    UINT64_C(10000000000000000000),
	};
	unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
	unsigned least = bits * 1233 >> 12;

	return least + (value >= power[least]);
}

/*
 * Writes the last `digits` digits of value. 32 bits, because a division of 64 bits takes twice as
 * long.
 */
static void put_digits(char *p, uint32_t value, unsigned digits)
{
	char *end = p + digits;

	for (; digits >= 2; digits -= 2) {
		end -= 2;
		output_put_pair(end, value % 100);
		value /= 100;
	}
	if (digits > 0)
		end[-1] = (char)('0' + value % 10);
}

char *output_put_u32(char *at, uint32_t value)
{
	unsigned digits = output_u64_width(value);

	put_digits(at, value, digits);
	return at + digits;
}

void output_digits(struct output *out, uint32_t value, unsigned digits)
{
	put_digits(output_room(out), value, digits);
	out->length += digits;
}

void output_u64(struct output *out, uint64_t value)
{
	if (value > UINT32_MAX) {
		output_u64(out, value / 1000000000);
		output_digits(out, (uint32_t)(value % 1000000000), 9);
	} else {
		output_digits(out, (uint32_t)value, output_u64_width(value));
	}
}

void output_padded(struct output *out, uint64_t value, unsigned width, char fill)
{
	for (unsigned digits = output_u64_width(value); width > digits; width--)
		output_char(out, fill);
	output_u64(out, value);
}

void output_hex(struct output *out, uint64_t value, unsigned digits)
{
	unsigned needed = 1;
	char *p = output_room(out);

	while (needed < 16 && value >> (4 * needed) != 0)
		needed++;
	if (digits < needed)
		digits = needed;
	if (digits > OUTPUT_SLACK - 2)
		digits = OUTPUT_SLACK - 2;
	p[0] = '0';
	p[1] = 'x';
	out->length += 2 + digits;
	for (p += 2 + digits; digits > 0; digits--) {
		*--p = hex_digits[value & 15];
		value >>= 4;
	}
}

static void print_formatted(struct output *out, const char *format, va_list arguments)
{
	char text[1024];
	int n = vsnprintf(text, sizeof(text), format, arguments);

	if (n >= 0 && (size_t)n < sizeof(text))
		output_bytes(out, text, (size_t)n);
	else if (out->error == 0)
		out->error = EOVERFLOW;
}

void output_printf(struct output *out, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_formatted(out, format, arguments);
	va_end(arguments);
}

static bool printable(unsigned char c)
{
	return c >= ' ' && c <= '~';
}

void output_escaped(struct output *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];
		char escape[4] = {'\\', 'x', hex_digits[c >> 4], hex_digits[c & 15]};

		if (printable(c) && c != '\\')
			output_char(out, (char)c);
		else
			output_bytes(out, escape, sizeof(escape));
	}
}

static void json_escape(struct output *out, unsigned char c)
{
	char escape[6] = {'\\', 'u', '0', '0', hex_digits[c >> 4], hex_digits[c & 15]};

	if (printable(c)) {
		output_char(out, '\\');
		output_char(out, (char)c);
	} else {
		output_bytes(out, escape, sizeof(escape));
	}
}

static bool json_plain(unsigned char c)
{
	return printable(c) && c != '"' && c != '\\';
}

void output_json_escaped(struct output *out, const char *bytes, size_t length)
{
	size_t i = 0;

	while (i < length) {
		const size_t start = i;

		while (i < length && json_plain((unsigned char)bytes[i]))
			i++;
		output_bytes(out, bytes + start, i - start);
		if (i < length)
			json_escape(out, (unsigned char)bytes[i++]);
	}
}
