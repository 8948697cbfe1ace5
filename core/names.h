/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Finds the names of numbers, and the numbers of names.
 *
 * Names are written as the virtio specification writes them, without prefix and in capitals
 * ("CREDIT_UPDATE"). Lower-case keywords ("credit_update") are for scripts and filters. Look-up by
 * name ignores case. Unknown numbers have no name: the caller prints the number.
 */
#ifndef VSOCK_CORE_NAMES_H
#define VSOCK_CORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Static strings, or NULL for a number without a name. */
const char *vsock_op_name(uint16_t op);
const char *vsock_op_keyword(uint16_t op);
const char *vsock_type_name(uint16_t type);
const char *vsock_type_keyword(uint16_t type);
const char *vsock_transport_name(uint16_t transport);
const char *vsock_transport_keyword(uint16_t transport);
const char *vsock_monitor_op_name(uint16_t monitor_op);
const char *vsock_monitor_op_keyword(uint16_t monitor_op);

/* The number for a name, or -1. */
int vsock_op_by_name(const char *name);
int vsock_type_by_name(const char *name);
int vsock_transport_by_name(const char *name);
int vsock_monitor_op_by_name(const char *name);

/*
 * The name of one flag bit as `op` and `type` define it: SHUTDOWN has RECEIVE and SEND, RW of
 * SEQPACKET has EOM and EOR. NULL if the bit has no meaning.
 */
const char *vsock_flag_name(uint16_t op, uint16_t type, uint32_t bit);
/* The bit, or 0 if the op has no flag of that name. */
uint32_t vsock_flag_by_name(uint16_t op, const char *name);

/* Room that vsock_flags_text() never exceeds, terminating null included. */
#define VSOCK_FLAGS_TEXT_MAX 32
/*
 * Writes flags as "RECEIVE|SEND". Bits without a name follow as one hexadecimal number ("EOM|0x8").
 * If no bit is set, it writes "0". Returns the length without the terminating null.
 */
size_t vsock_flags_text(char text[static VSOCK_FLAGS_TEXT_MAX], uint16_t op, uint16_t type,
			uint32_t flags);

/* "hypervisor", "local", "host", "any", or NULL. */
const char *vsock_cid_well_known(uint64_t cid);

/* The CID for one of these names; false for any other word. */
bool vsock_cid_by_well_known_name(const char *name, uint32_t *cid);

/*
 * "ENODEV": the name of an error with which connect() fails before a packet is sent; NULL for any
 * other. The numbers are Linux's on x86, arm64 and most processors, as files have them.
 */
const char *vsock_errno_name(uint64_t error);

#endif
