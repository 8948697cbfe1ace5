/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In place of libbpf's header, so that a BPF program compiles for the machine that runs the tests.
 * test-program.c and test-process-program.c have the functions that their programs call.
 */
#ifndef TESTS_BPF_HELPERS_H
#define TESTS_BPF_HELPERS_H

#include <stdint.h>

#define SEC(name)
#define __uint(name, value) int(*name)[value]
#define __type(name, type)  type *name

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

uint64_t bpf_get_current_pid_tgid(void);
uint64_t bpf_get_current_task(void);
long bpf_map_delete_elem(void *map, const void *key);
long bpf_map_update_elem(void *map, const void *key, const void *value, uint64_t flags);
long bpf_probe_read_kernel_str(void *to, uint32_t size, const void *from);
void bpf_ringbuf_submit(void *data, uint64_t flags);
long bpf_probe_read_kernel(void *to, uint32_t size, const void *from);
uint64_t bpf_ktime_get_ns(void);
uint32_t bpf_get_smp_processor_id(void);
void *bpf_map_lookup_elem(void *map, const void *key);
long bpf_loop(uint32_t count, void *step, void *context, uint64_t flags);
uint64_t bpf_ringbuf_query(void *ring, uint64_t flags);
long bpf_ringbuf_output(void *ring, void *data, uint64_t size, uint64_t flags);
void *bpf_ringbuf_reserve(void *ring, uint64_t size, uint64_t flags);
void bpf_ringbuf_discard(void *data, uint64_t flags);

#endif
