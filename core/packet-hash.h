/* SPDX-License-Identifier: BSD-3-Clause */
/* A hash that tells whether a packet may be a repetition of its sender's packet before. */
#ifndef VSOCK_CORE_PACKET_HASH_H
#define VSOCK_CORE_PACKET_HASH_H

#include <stdint.h>

#include "core/packet.h"

/*
 * Of what a sender chooses: op, flags, length, credit, and payload, of which it looks at both ends
 * only. Never 0. Two packets that differ have the same hash once in 32768 times; nobody is kept
 * from making such packets on purpose.
 */
uint16_t vsock_packet_hash(const struct vsock_packet *packet);

#endif
