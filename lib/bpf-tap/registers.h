/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * For BPF programs: what a kprobe finds in the registers of struct bpf_user_pt_regs_t. The build
 * names the processor.
 */
#ifndef VSOCK_LIB_BPF_TAP_REGISTERS_H
#define VSOCK_LIB_BPF_TAP_REGISTERS_H

#include <stdint.h>

#if defined(TAP_FOR_X86_64)
#define REGISTER_FIRST_ARGUMENT 14 /* rdi */
#define REGISTER_RESULT         10 /* rax */
#elif defined(TAP_FOR_ARM64)
#define REGISTER_FIRST_ARGUMENT 0
#define REGISTER_RESULT         0
#else
#error "the registers of this processor are not known"
#endif

/* At the entry of a function. */
static __always_inline const void *first_argument(const uint64_t *registers)
{
	return (const void *)registers[REGISTER_FIRST_ARGUMENT];
}

#endif
