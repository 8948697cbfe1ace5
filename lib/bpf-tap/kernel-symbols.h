/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses of the kernel's variables. */
#ifndef VSOCK_LIB_BPF_TAP_KERNEL_SYMBOLS_H
#define VSOCK_LIB_BPF_TAP_KERNEL_SYMBOLS_H

#include <stdint.h>
#include <stdio.h>

struct kernel_symbol {
	const char *name;
	uint64_t address; /* 0: not found, or hidden from this process */
};

/*
 * Looks for `count` symbols in a list with the form of /proc/kallsyms. The kernel shows all
 * addresses as 0 to a process without CAP_SYSLOG. Returns how many lines have one of the symbols.
 */
unsigned kernel_symbols_find(struct kernel_symbol *symbols, unsigned count, FILE *list);

#endif
