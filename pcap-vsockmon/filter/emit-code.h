/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "emit": a program that grows by one instruction at a time. */
#ifndef PCAP_VSOCKMON_FILTER_EMIT_CODE_H
#define PCAP_VSOCKMON_FILTER_EMIT_CODE_H

#include <stddef.h>
#include <stdint.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/filter/arena.h"

struct filter_code {
	struct filter_arena *arena;
	struct bpf_insn *insns;
	size_t count, room;
};

/* Appends an instruction. Without memory, arena->failed is set and the program is unchanged. */
void filter_code_add(struct filter_code *code, unsigned opcode, uint32_t k);
/* Appends the load of 1, 2 or 4 bytes to A; the mode is BPF_ABS or BPF_IND. */
void filter_code_load(struct filter_code *code, unsigned mode, uint8_t size, uint32_t offset);
/* Appends the load of the transport header's length to X. This changes A. */
void filter_code_load_header_length(struct filter_code *code);

#endif
