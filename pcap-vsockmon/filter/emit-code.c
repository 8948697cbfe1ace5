/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "emit": appends instructions to a program. */
#include "pcap-vsockmon/filter/emit-code.h"

#include "core/wire.h"

void filter_code_add(struct filter_code *code, unsigned opcode, uint32_t k)
{
	struct bpf_insn *insns =
	    filter_arena_grow(code->arena, code->insns, code->count, &code->room, sizeof(*insns));

	if (!insns)
		return;
	code->insns = insns;
	code->insns[code->count++] = (struct bpf_insn){.code = (u_short)opcode, .k = k};
}

static void load_as_written(struct filter_code *code, const struct filter_load *load,
			    uint32_t offset, unsigned width)
{
	if (load->source == FILTER_SOURCE_PAYLOAD) {
		filter_code_add(code, BPF_LDX | BPF_MEM, FILTER_WORD_HEADER);
		filter_code_add(code, BPF_LD | BPF_IND | width, VSOCK_MON_SIZE + offset);
	} else {
		filter_code_add(code, BPF_LD | BPF_ABS | width, offset);
	}
}

/* Multiplied, two bytes are there twice, and the middle has them in the other order. */
static void load_two(struct filter_code *code, const struct filter_load *load, uint32_t offset)
{
	load_as_written(code, load, offset, BPF_H);
	filter_code_add(code, BPF_ALU | BPF_MUL | BPF_K, 0x10001);
	filter_code_add(code, BPF_ALU | BPF_RSH | BPF_K, 8);
	filter_code_add(code, BPF_ALU | BPF_AND | BPF_K, 0xffff);
}

/* The upper two bytes wait in X; or in memory, if the next load changes X. */
static void load_four(struct filter_code *code, const struct filter_load *load)
{
	bool payload = load->source == FILTER_SOURCE_PAYLOAD;

	load_two(code, load, load->offset + 2);
	filter_code_add(code, BPF_ALU | BPF_LSH | BPF_K, 16);
	if (payload)
		filter_code_add(code, BPF_ST, FILTER_WORD_SWAP);
	else
		filter_code_add(code, BPF_MISC | BPF_TAX, 0);
	load_two(code, load, load->offset);
	if (payload)
		filter_code_add(code, BPF_LDX | BPF_MEM, FILTER_WORD_SWAP);
	filter_code_add(code, BPF_ALU | BPF_OR | BPF_X, 0);
}

static void load_bytes(struct filter_code *code, const struct filter_load *load)
{
	if (load->little && load->size == 4)
		load_four(code, load);
	else if (load->little && load->size == 2)
		load_two(code, load, load->offset);
	else
		load_as_written(code, load, load->offset,
				load->size == 4   ? BPF_W
				: load->size == 2 ? BPF_H
						  : BPF_B);
	if (load->mask != filter_load_max(load->size))
		filter_code_add(code, BPF_ALU | BPF_AND | BPF_K, load->mask);
}

void filter_code_load(struct filter_code *code, const struct filter_load *load)
{
	switch (load->source) {
	case FILTER_SOURCE_NONE:
		break;
	case FILTER_SOURCE_LENGTH:
		filter_code_add(code, BPF_LD | BPF_W | BPF_LEN, 0);
		break;
	case FILTER_SOURCE_WORD:
		filter_code_add(code, BPF_LD | BPF_MEM, load->offset);
		break;
	default:
		load_bytes(code, load);
		break;
	}
}
