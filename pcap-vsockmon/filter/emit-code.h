/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "emit": a piece of a program, which grows by one instruction or load at a time. */
#ifndef PCAP_VSOCKMON_FILTER_EMIT_CODE_H
#define PCAP_VSOCKMON_FILTER_EMIT_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/filter/arena.h"

struct filter_code {
	struct filter_arena *arena;
	struct bpf_insn *insns;
	size_t count, room;
};

/* Words of BPF's memory. Calculations use the first ones. */
enum filter_word {
	FILTER_WORD_SWAP = BPF_MEMWORDS - 4, /* while bytes of the payload are swapped */
	FILTER_WORD_HEADER,                  /* the length of the transport header */
	FILTER_WORD_ROOM,                    /* how many bytes follow the transport header */
	FILTER_WORD_VIRTIO, /* the frame's length if it has a virtio header, or 0 */
};

/* What a test looks at. */
enum filter_source {
	FILTER_SOURCE_NONE,    /* what the code before the test left in A */
	FILTER_SOURCE_LENGTH,  /* the length of the frame on the wire */
	FILTER_SOURCE_FRAME,   /* bytes at an offset in the frame */
	FILTER_SOURCE_PAYLOAD, /* bytes after the transport header; FILTER_WORD_HEADER is known */
	FILTER_SOURCE_WORD,    /* a word of memory */
};

struct filter_load {
	enum filter_source source;
	uint32_t offset; /* or the number of the word */
	uint8_t size;    /* of bytes: 1, 2 or 4 */
	bool little;     /* the bytes are swapped, since BPF loads big-endian numbers */
	uint32_t mask;   /* of bytes, after swapping */
};

/* The largest number that some bytes can be. */
static inline uint32_t filter_load_max(uint8_t size)
{
	return UINT32_MAX >> (32 - 8 * size);
}

/* Appends an instruction. Without memory, arena->failed is set and the program is unchanged. */
void filter_code_add(struct filter_code *code, unsigned opcode, uint32_t k);
/* Appends the load of a number to A. It may change X. */
void filter_code_load(struct filter_code *code, const struct filter_load *load);

#endif
