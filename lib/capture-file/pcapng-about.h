/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What pcapng blocks say besides packets: options, and what of the capture is in them. Each block
 * is in the window as a whole. Nobody but pcapng.c includes this.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_PCAPNG_ABOUT_H
#define VSOCK_LIB_CAPTURE_FILE_PCAPNG_ABOUT_H

#include "lib/capture-file/format.h"

struct capture_option {
	uint16_t code;
	uint16_t size;
	const uint8_t *value;
};

/* Going through the options of a block; `at` and `end` are offsets in it. */
struct capture_options {
	const uint8_t *block;
	uint32_t at;
	uint32_t end;
	bool broken; /* an option is longer than its block */
};

/* The options of a block of `length` bytes that begin at `at`. */
struct capture_options capture_options(const uint8_t *block, uint32_t at, uint32_t length);

/* False at their end, and where they are broken. */
bool capture_options_next(const struct capture_reader *reader, struct capture_options *options,
			  struct capture_option *option);

/* Takes the system's name out of a Section Header Block. */
void capture_about_section(struct capture_reader *reader, uint32_t length);

/* Takes the texts out of the Interface Description Block of a vsock. */
void capture_about_interface(struct capture_reader *reader, uint32_t length);

/* Takes the counters out of an Interface Statistics Block: they replace those before. */
void capture_about_statistics(struct capture_reader *reader, uint32_t length);

/* A new section begins: keeps the counters of the one that ends. */
void capture_about_end_of_section(struct capture_reader *reader);

/* All counters so far, those of several interfaces and sections together. */
struct capture_statistics capture_about_total(const struct capture_reader *reader);

#endif
