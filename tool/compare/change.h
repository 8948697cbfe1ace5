/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened to bytes between two places: given the bytes that were sent and those that arrived,
 * finds the first difference and the simplest change that explains it. No memory, no I/O.
 *
 * The bytes may be hostile. The time grows with the number of bytes, times a constant.
 */
#ifndef VSOCKDUMP_COMPARE_CHANGE_H
#define VSOCKDUMP_COMPARE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum change_kind {
	CHANGE_NONE,
	CHANGE_BYTES,    /* other values at the same place */
	CHANGE_ZEROED,   /* zeros at the same place */
	CHANGE_SHIFTED,  /* at the same place are bytes of another place of what was sent */
	CHANGE_MISSING,  /* bytes did not arrive, and the next ones moved up */
	CHANGE_EXTRA,    /* bytes arrived that were not sent here */
	CHANGE_REPEATED, /* the same, and they equal the bytes just before or after them */
};

struct change {
	enum change_kind kind;
	size_t at;        /* the first byte that differs, from the start of both */
	size_t length;    /* bytes that changed, are missing, or are extra */
	size_t differing; /* CHANGE_BYTES: those of them that differ */
	/* CHANGE_SHIFTED: so many bytes later than they were sent; negative: earlier. */
	int64_t shift;
};

/* Both have n bytes, and byte i of one is byte i of the other. */
struct change change_in_place(const uint8_t *sent, const uint8_t *arrived, size_t n);

/* Both begin and end at the same place, and their lengths differ. */
struct change change_of_length(const uint8_t *sent, size_t sent_n, const uint8_t *arrived,
			       size_t arrived_n);

/*
 * Both begin at the same place and may end anywhere. The change is CHANGE_NONE if the shorter one
 * begins the longer one. `resumes` becomes false if equal bytes do not follow the change.
 */
struct change change_of_streams(const uint8_t *sent, size_t sent_n, const uint8_t *arrived,
				size_t arrived_n, bool *resumes);

/* The first byte that differs; n if none does. */
size_t change_first(const uint8_t *a, const uint8_t *b, size_t n);

#endif
