/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture reader over bytes in memory: its read(2) and poll(2) come here (--wrap), so that a
 * file comes in pieces of any size, with pauses between, and that a sanitizer sees each access
 * beyond what has been read.
 */
#ifndef TESTS_FUZZ_READING_H
#define TESTS_FUZZ_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/capture-file/reader.h"

/* What was read of a file, for comparing. */
struct reading {
	enum capture_read end; /* after the last record */
	uint64_t records;
	uint64_t number;   /* of the last record */
	uint64_t hash;     /* of all records, in order */
	uint64_t comments; /* a hash of their bytes, where they are read */
	char error[CAPTURE_ERROR_MAX];
	/* Only of a file that could be opened: */
	bool opened;
	struct capture_reader_info info;
	struct capture_origin origin;
	struct capture_statistics statistics;
	uint64_t end_time; /* 0: not known */
};

typedef void take_record(void *context, const struct capture_record *record);

/* How a file comes. */
enum manner {
	AT_ONCE,
	IN_PIECES, /* with pauses, as from a pipe */
	AHEAD,     /* in pieces, and through the thread that reads ahead */
};

/* Reads the whole file; the seed chooses pieces. `take` gets each record; may be NULL. */
void read_capture(struct reading *reading, const uint8_t *bytes, size_t size, enum manner manner,
		  uint64_t seed, take_record *take, void *context);

/*
 * Reads the file in each manner, and asserts that it is the same; ahead only with some seeds, as
 * that takes longer.
 */
void check_reading(const uint8_t *bytes, size_t size, uint64_t seed);

/* Asserts that two ways to read a file gave the same. */
void check_same(const struct reading *a, const struct reading *b);

#endif
