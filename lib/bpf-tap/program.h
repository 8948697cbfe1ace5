/* SPDX-License-Identifier: BSD-3-Clause */
/* BPF programs, compiled when this library was built, as the bytes of an object file. */
#ifndef VSOCK_LIB_BPF_TAP_PROGRAM_H
#define VSOCK_LIB_BPF_TAP_PROGRAM_H

#include <stddef.h>

/* tap.bpf.c */
extern const unsigned char tap_program[];
extern const size_t tap_program_size;

/* processes.bpf.c */
extern const unsigned char processes_program[];
extern const size_t processes_program_size;

#endif
