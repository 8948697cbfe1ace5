/* SPDX-License-Identifier: BSD-3-Clause */
/* What a flow is found by: its two addresses, in whichever direction, and its capture point. */
#ifndef VSOCK_CORE_FLOW_KEY_H
#define VSOCK_CORE_FLOW_KEY_H

#include <stdint.h>

/*
 * Canonical form of a pair of addresses: the lower one first (port, then CID), since finding a
 * flow ignores direction. On loopback it ignores CIDs too. A loopback socket always sends from CID
 * 1, whatever CID was dialled, so connect() to CID 2 gives 1:c > 2:s one way and 1:s > 1:c the
 * other. When either CID is VSOCK_CID_LOCAL, both are set to it and the ports alone make the key.
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
