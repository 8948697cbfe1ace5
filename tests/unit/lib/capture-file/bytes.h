/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files made byte by byte, in either byte order, for tests of the reader and writer.
 * They live in memory (memfd_create), where they have a path, a size and a position like others.
 */
#ifndef TESTS_UNIT_LIB_CAPTURE_FILE_BYTES_H
#define TESTS_UNIT_LIB_CAPTURE_FILE_BYTES_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/capture-file/reader.h"

#define BYTES_MAX (8u << 20)

struct bytes {
	uint8_t *data;
	size_t length;
	bool big; /* numbers are big-endian */
};

static inline struct bytes bytes_new(bool big)
{
	struct bytes b = {.data = malloc(BYTES_MAX), .big = big};
	assert_non_null(b.data);
	return b;
}

static inline void bytes_free(struct bytes *b)
{
	free(b->data);
}

static inline void put_bytes(struct bytes *b, const void *data, size_t length)
{
	assert_true(length <= BYTES_MAX - b->length);
	memcpy(b->data + b->length, data, length);
	b->length += length;
}

static inline void put_number(struct bytes *b, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		unsigned shift = 8 * (b->big ? size - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);
		put_bytes(b, &byte, 1);
	}
}

static inline void put16(struct bytes *b, uint16_t value)
{
	put_number(b, value, 2);
}

static inline void put32(struct bytes *b, uint32_t value)
{
	put_number(b, value, 4);
}

/* Payload that depends on its record and place, so a byte in the wrong place is noticed. */
static inline uint8_t pattern(uint32_t seed, size_t at)
{
	return (uint8_t)(seed * 31 + at * 7 + (at >> 8));
}

static inline void put_pattern(struct bytes *b, uint32_t seed, size_t length)
{
	assert_true(length <= BYTES_MAX - b->length);
	for (size_t i = 0; i < length; i++)
		b->data[b->length++] = pattern(seed, i);
}

static inline void assert_pattern(const struct capture_record *record, uint32_t seed)
{
	for (size_t i = 0; i < record->captured; i++)
		if (record->data[i] != pattern(seed, i))
			fail_msg("record %u: byte %zu is wrong", seed, i);
}

/* pcap */

#define PCAP_MICRO UINT32_C(0xa1b2c3d4)
#define PCAP_NANO  UINT32_C(0xa1b23c4d)

static inline void put_pcap_header(struct bytes *b, uint32_t magic, uint32_t linktype)
{
	put32(b, magic);
	put16(b, 2);
	put16(b, 4);
	put32(b, 0xfffff1f0); /* time zone and accuracy: any value is to be ignored */
	put32(b, 12345);
	put32(b, 65535);
	put32(b, linktype);
}

static inline void put_pcap_record(struct bytes *b, uint32_t seconds, uint32_t fraction,
				   uint32_t seed, uint32_t captured, uint32_t on_wire)
{
	put32(b, seconds);
	put32(b, fraction);
	put32(b, captured);
	put32(b, on_wire);
	put_pattern(b, seed, captured);
}

/* pcapng: blocks are begun, filled, ended. */

static inline size_t ng_begin(struct bytes *b, uint32_t type)
{
	size_t start = b->length;
	put32(b, type);
	put32(b, 0);
	return start;
}

static inline void ng_pad(struct bytes *b)
{
	while (b->length % 4)
		put_number(b, 0xee, 1);
}

static inline void ng_end(struct bytes *b, size_t start)
{
	size_t end;
	uint32_t length;

	ng_pad(b);
	end = b->length + 4;
	length = (uint32_t)(end - start);
	b->length = start + 4;
	put32(b, length);
	b->length = end - 4;
	put32(b, length);
}

static inline void ng_option(struct bytes *b, uint16_t code, const void *value, uint16_t length)
{
	put16(b, code);
	put16(b, length);
	put_bytes(b, value, length);
	ng_pad(b);
}

static inline void ng_section(struct bytes *b)
{
	size_t start = ng_begin(b, 0x0a0d0d0a);
	put32(b, 0x1a2b3c4d);
	put16(b, 1);
	put16(b, 0);
	put_number(b, 77, 8); /* a wrong section length: to be ignored */
	ng_option(b, 4, "test", 4);
	put32(b, 0);
	ng_end(b, start);
}

/* With if_tsresol unless it is 0, and if_tsoffset unless it is 0. */
static inline void ng_interface(struct bytes *b, uint16_t linktype, uint32_t snaplen,
				uint8_t resolution, int64_t offset)
{
	size_t start = ng_begin(b, 1);
	put16(b, linktype);
	put16(b, 0);
	put32(b, snaplen);
	ng_option(b, 2, "vsockmon0", 9);
	if (resolution)
		ng_option(b, 9, &resolution, 1);
	if (offset) {
		put16(b, 14);
		put16(b, 8);
		put_number(b, (uint64_t)offset, 8);
	}
	if (resolution || offset)
		put32(b, 0);
	ng_end(b, start);
}

static inline void ng_packet(struct bytes *b, uint32_t interface, uint64_t time, uint32_t seed,
			     uint32_t captured, uint32_t on_wire)
{
	size_t start = ng_begin(b, 6);
	put32(b, interface);
	put32(b, (uint32_t)(time >> 32));
	put32(b, (uint32_t)time);
	put32(b, captured);
	put32(b, on_wire);
	put_pattern(b, seed, captured);
	ng_pad(b);
	ng_option(b, 1, "a comment", 9);
	put32(b, 0);
	ng_end(b, start);
}

static inline void ng_simple_packet(struct bytes *b, uint32_t seed, uint32_t captured,
				    uint32_t on_wire)
{
	size_t start = ng_begin(b, 3);
	put32(b, on_wire);
	put_pattern(b, seed, captured);
	ng_end(b, start);
}

static inline void ng_unknown(struct bytes *b, uint32_t type, uint32_t length)
{
	size_t start = ng_begin(b, type);
	put_pattern(b, type, length);
	ng_end(b, start);
}

/* Files */

struct memory_file {
	int fd;
	char path[32];
};

static inline struct memory_file memory_file(const uint8_t *data, size_t length)
{
	struct memory_file file = {.fd = memfd_create("capture", MFD_CLOEXEC)};
	assert_true(file.fd >= 0);
	assert_int_equal(write(file.fd, data, length), length);
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	return file;
}

static inline void memory_file_close(struct memory_file *file)
{
	close(file->fd);
}

static inline struct capture_reader *open_bytes(const struct bytes *b)
{
	char error[CAPTURE_ERROR_MAX];
	struct memory_file file = memory_file(b->data, b->length);
	struct capture_reader *reader = capture_reader_open(file.path, error);
	if (!reader)
		fail_msg("not opened: %s", error);
	assert_string_equal(error, "");
	memory_file_close(&file);
	return reader;
}

static inline void assert_contains(const char *text, const char *part)
{
	if (*part && !strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

/* Opening fails with a message that contains `part`, and errno 0: the file is wrong. */
static inline void assert_refused(const void *data, size_t length, const char *part)
{
	char error[CAPTURE_ERROR_MAX];
	struct memory_file file = memory_file(data, length);
	errno = ENXIO;
	assert_null(capture_reader_open(file.path, error));
	assert_int_equal(errno, 0);
	assert_contains(error, file.path);
	assert_contains(error, part);
	memory_file_close(&file);
}

/* The next record has these contents. */
static inline void assert_next(struct capture_reader *reader, uint64_t ts, uint32_t seed,
			       uint32_t captured, uint32_t on_wire)
{
	struct capture_record record;
	if (capture_reader_next(reader, &record) != CAPTURE_READ_RECORD)
		fail_msg("no record: %s", capture_reader_error(reader));
	assert_int_equal(record.ts, ts);
	assert_int_equal(record.captured, captured);
	assert_int_equal(record.on_wire, on_wire);
	assert_pattern(&record, seed);
}

/* Reading ends with `end`, again and again, and the message contains `part`. */
static inline void assert_end(struct capture_reader *reader, enum capture_read end,
			      const char *part)
{
	struct capture_record record;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(capture_reader_next(reader, &record), end);
		assert_contains(capture_reader_error(reader), part);
	}
	if (end == CAPTURE_READ_END)
		assert_string_equal(capture_reader_error(reader), "");
	capture_reader_close(reader);
}

#endif
