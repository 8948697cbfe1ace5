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

static unsigned width(uint8_t size)
{
	return size == 4 ? BPF_W : size == 2 ? BPF_H : BPF_B;
}

void filter_code_load(struct filter_code *code, unsigned mode, uint8_t size, uint32_t offset)
{
	filter_code_add(code, BPF_LD | mode | width(size), offset);
}

void filter_code_load_header_length(struct filter_code *code)
{
	filter_code_add(code, BPF_LD | BPF_B | BPF_ABS, VSOCK_MON_LEN + 1);
	filter_code_add(code, BPF_ALU | BPF_LSH | BPF_K, 8);
	filter_code_add(code, BPF_MISC | BPF_TAX, 0);
	filter_code_add(code, BPF_LD | BPF_B | BPF_ABS, VSOCK_MON_LEN);
	filter_code_add(code, BPF_ALU | BPF_OR | BPF_X, 0);
	filter_code_add(code, BPF_MISC | BPF_TAX, 0);
}
