/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs a compiled filter outside the kernel. libpcap 1.11 warns about bpf_filter(). */
#ifndef PCAP_VSOCKMON_FILTER_ACCEPTS_H
#define PCAP_VSOCKMON_FILTER_ACCEPTS_H

#include <stdbool.h>
#include <stdint.h>

#include <pcap/pcap.h>

/* `bytes` has the `captured` first bytes of a frame of `on_wire` bytes. */
static inline bool filter_accepts(const struct bpf_program *program, const uint8_t *bytes,
				  uint32_t on_wire, uint32_t captured)
{
	const struct pcap_pkthdr header = {.caplen = captured, .len = on_wire};

	return pcap_offline_filter(program, &header, bytes) != 0;
}

#endif
