/* SPDX-License-Identifier: BSD-3-Clause */
/* A hash that shows whether a packet may repeat the packet that its sender sent before. */
#ifndef VSOCK_CORE_PACKET_HASH_H
#define VSOCK_CORE_PACKET_HASH_H

#include <stdint.h>

#include "core/packet.h"

/*
 * Covers what a sender chooses: op, flags, length, credit, and both ends of the payload. Never 0.
 * Two packets that differ have the same hash once in 32768 times. A sender can also make them on
 * purpose.
 */
uint16_t vsock_packet_hash(const struct vsock_packet *packet);

#endif
