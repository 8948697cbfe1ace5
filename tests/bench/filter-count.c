/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/filter-count.h"

#include <stdbool.h>
#include <stdlib.h>

struct machine {
	const uint8_t *frame;
	uint32_t length;
	uint32_t a, x;
	uint32_t memory[BPF_MEMWORDS];
};

/* Big-endian; false beyond the frame. */
static bool fetch(const struct machine *m, uint32_t offset, unsigned size, uint32_t *number)
{
	if (offset > m->length || size > m->length - offset)
		return false;
	*number = 0;
	for (unsigned i = 0; i < size; i++)
		*number = *number << 8 | m->frame[offset + i];
	return true;
}

static bool load(struct machine *m, const struct bpf_insn *insn)
{
	unsigned size = BPF_SIZE(insn->code) == BPF_W ? 4 : BPF_SIZE(insn->code) == BPF_H ? 2 : 1;

	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		return fetch(m, insn->k, size, &m->a);
	case BPF_IND:
		return fetch(m, insn->k + m->x, size, &m->a);
	case BPF_LEN:
		m->a = m->length;
		return true;
	case BPF_MEM:
		m->a = m->memory[insn->k];
		return true;
	default:
		m->a = insn->k;
		return true;
	}
}

static bool load_x(struct machine *m, const struct bpf_insn *insn)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_LEN:
		m->x = m->length;
		return true;
	case BPF_MEM:
		m->x = m->memory[insn->k];
		return true;
	case BPF_MSH:
		if (!fetch(m, insn->k, 1, &m->x))
			return false;
		m->x = (m->x & 0xf) << 2;
		return true;
	default:
		m->x = insn->k;
		return true;
	}
}

static bool calculate(struct machine *m, const struct bpf_insn *insn)
{
	uint32_t operand = BPF_SRC(insn->code) == BPF_X ? m->x : insn->k;

	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
		m->a += operand;
		return true;
	case BPF_SUB:
		m->a -= operand;
		return true;
	case BPF_MUL:
		m->a *= operand;
		return true;
	case BPF_DIV:
		m->a /= operand ? operand : 1;
		return operand != 0;
	case BPF_MOD:
		m->a %= operand ? operand : 1;
		return operand != 0;
	case BPF_AND:
		m->a &= operand;
		return true;
	case BPF_OR:
		m->a |= operand;
		return true;
	case BPF_XOR:
		m->a ^= operand;
		return true;
	case BPF_LSH:
		m->a = operand < 32 ? m->a << operand : 0;
		return true;
	case BPF_RSH:
		m->a = operand < 32 ? m->a >> operand : 0;
		return true;
	default:
		m->a = -m->a;
		return true;
	}
}

static uint32_t jump(const struct machine *m, const struct bpf_insn *insn)
{
	uint32_t operand = BPF_SRC(insn->code) == BPF_X ? m->x : insn->k;

	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return m->a == operand ? insn->jt : insn->jf;
	case BPF_JGT:
		return m->a > operand ? insn->jt : insn->jf;
	case BPF_JGE:
		return m->a >= operand ? insn->jt : insn->jf;
	case BPF_JSET:
		return m->a & operand ? insn->jt : insn->jf;
	default:
		return insn->k;
	}
}

struct run filter_count(const struct bpf_insn *program, const uint8_t *frame, uint32_t length)
{
	struct machine m = {.frame = frame, .length = length};
	struct run run = {0};
	bool goes_on = true;

	for (const struct bpf_insn *insn = program; goes_on; insn++) {
		run.instructions++;
		switch (BPF_CLASS(insn->code)) {
		case BPF_LD:
			goes_on = load(&m, insn);
			break;
		case BPF_LDX:
			goes_on = load_x(&m, insn);
			break;
		case BPF_ST:
			m.memory[insn->k] = m.a;
			break;
		case BPF_STX:
			m.memory[insn->k] = m.x;
			break;
		case BPF_ALU:
			goes_on = calculate(&m, insn);
			break;
		case BPF_JMP:
			insn += jump(&m, insn);
			break;
		case BPF_RET:
			run.result = BPF_RVAL(insn->code) == BPF_A ? m.a : insn->k;
			return run;
		default:
			if (BPF_MISCOP(insn->code) == BPF_TAX)
				m.x = m.a;
			else
				m.a = m.x;
			break;
		}
	}
	return run;
}
