/* SPDX-License-Identifier: BSD-3-Clause */
/* hybrid.bpf.c, compiled when this library was built, as the bytes of an object file. */
#ifndef VSOCK_LIB_HYBRID_PROGRAM_H
#define VSOCK_LIB_HYBRID_PROGRAM_H

#include <stddef.h>

extern const unsigned char hybrid_program[];
extern const size_t hybrid_program_size;

#endif
