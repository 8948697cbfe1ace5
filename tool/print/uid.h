/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A uid names one observation of a connection: by one capture point of one host, during one boot.
 * Observations at different hosts, boots, points or times have different uids. The same file always
 * gives the same uids, and so does a copy that keeps the ids of host and boot.
 *
 * It is a UUID of version 8 (RFC 9562):
 *
 *     48 bits  milliseconds since 1970 at the flow's first packet
 *      4 bits  the version, 8
 *     12 bits  microseconds within that millisecond
 *      2 bits  the variant, binary 10
 *     62 bits  a hash of addresses and time, with a key for host, boot and capture point
 *
 * So uids sort by time. The addresses are in canonical order, because it may be a guess which side
 * is the client. Times count in microseconds, because pcap files often have no finer times. The
 * hash is SipHash. Its key is a SHA-256 of host, boot and point, computed once for each point. A
 * SHA-256 for each flow would cost more than all other JSON of a short flow.
 */
#ifndef VSOCKDUMP_PRINT_UID_H
#define VSOCKDUMP_PRINT_UID_H

#include "core/finding.h"
#include "core/flow.h"
#include "core/siphash.h"
#include "lib/capture-file/origin.h"

/* "018bcfe5-687b-81c8-b3f0-5c8d2a7e9f14", without a null byte. */
#define UID_SIZE 36

struct vsock_siphash_key uid_key(const struct capture_origin *point);

void uid_of_flow(char uid[static UID_SIZE], const struct vsock_siphash_key *key,
		 const struct vsock_flow *flow);

/* Of a run that began at `ts`. `salt` distinguishes runs that began at the same time. */
void uid_of_run(char uid[static UID_SIZE], const struct vsock_siphash_key *key, uint64_t ts,
		uint64_t salt);

/* The uid of the finding's flow, which it must have. */
void uid_of_finding(char uid[static UID_SIZE], const struct vsock_siphash_key *key,
		    const struct vsock_finding *finding);

#endif
