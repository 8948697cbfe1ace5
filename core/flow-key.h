/* SPDX-License-Identifier: BSD-3-Clause */
/* The key that finds a flow: its two addresses, in either direction, and its capture point. */
#ifndef VSOCK_CORE_FLOW_KEY_H
#define VSOCK_CORE_FLOW_KEY_H

#include <stdint.h>

/*
 * Canonical form of a pair of addresses. The lower one (port, then CID) comes first, because the
 * key ignores the direction. On loopback the key also ignores the CIDs. A loopback socket always
 * sends from CID 1, even if the client connects to another CID: connect() to CID 2 gives 1:c > 2:s
 * one way and 1:s > 1:c the other. So if either CID is VSOCK_CID_LOCAL, both are set to it, and the
 * ports alone make the key.
 */
struct vsock_flow_key {
	uint32_t low_cid;
	uint32_t high_cid;
	uint32_t low_port;
	uint32_t high_port;
	uint32_t point;
};

struct vsock_flow_key vsock_flow_key(uint32_t a_cid, uint32_t a_port, uint32_t b_cid,
				     uint32_t b_port, uint16_t point);

#endif
