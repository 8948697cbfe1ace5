/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a BPF program and counts its instructions, which libpcap does not report. */
#ifndef TESTS_BENCH_FILTER_COUNT_H
#define TESTS_BENCH_FILTER_COUNT_H

#include <stdint.h>

#include <pcap/pcap.h>

struct run {
	uint32_t result;
	unsigned instructions;
};

/* The program must be one that bpf_validate() accepts. */
struct run filter_count(const struct bpf_insn *program, const uint8_t *frame, uint32_t length);

#endif
