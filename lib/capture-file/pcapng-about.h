/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads the blocks of pcapng that describe the packets: their options, and what these say about the
 * origin of the packets and about drops. Only pcapng.c includes this header.
 *
 * Every block here is completely in the window, which the caller has checked, and its length is a
 * multiple of 4. Numbers of options are those of draft-ietf-opsawg-pcapng.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_PCAPNG_ABOUT_H
#define VSOCK_LIB_CAPTURE_FILE_PCAPNG_ABOUT_H

#include "lib/capture-file/format.h"

struct capture_option {
	uint16_t code;
	uint16_t size;        /* bytes at `value`, without padding */
	const uint8_t *value; /* in the block, in the byte order of the file */
};

/* An iterator over the options of a block; `at` and `end` are offsets in it. */
struct capture_options {
	const uint8_t *block;
	uint32_t at;
	uint32_t end;
	bool broken; /* an option is longer than its block */
};

/* The options of a block of `length` bytes that begin at `at`. */
struct capture_options capture_options(const uint8_t *block, uint32_t at, uint32_t length);

/* False after the last option, and at a broken option. */
bool capture_options_next(const struct capture_reader *reader, struct capture_options *options,
			  struct capture_option *option);

/* Passes the comments among the options of a block on. */
void capture_about_comments(struct capture_reader *reader, const uint8_t *block, uint32_t options,
			    uint32_t length);

/* Reads the system's name from the Section Header Block at the front of the window. */
void capture_about_section(struct capture_reader *reader, uint32_t length);

/* Reads the texts of the Interface Description Block of an interface that may have vsock. */
void capture_about_interface(struct capture_reader *reader, uint32_t length,
			     struct capture_origin *about);

/*
 * Reads an Interface Statistics Block: its counters replace earlier ones, and the end of the
 * capture is the latest of all interfaces with vsock.
 */
void capture_about_statistics(struct capture_reader *reader, uint32_t length);

/* A new section begins: adds the counters of the one that ends to the sums. */
void capture_about_end_of_section(struct capture_reader *reader);

/* The sums of all interfaces and sections, as far as the file was read. */
struct capture_statistics capture_about_total(const struct capture_reader *reader);

#endif
