/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes frames of vsock (LINKTYPE_VSOCK) of what the ends of UNIX sockets do.
 *
 * A frame is the monitor header of af_vsockmon, with transport NO_INFO and no other header, and
 * then payload:
 *
 * - CONNECT of the client: it asks. CONNECT of the server: it accepts.
 * - DISCONNECT of the server that did not accept: it refuses.
 * - PAYLOAD: bytes of the stream, without the lines of the handshake.
 * - DISCONNECT after that: this side sends no more.
 *
 * The first reserved byte of the header says what was not seen (enum hybrid_flag). The host has CID
 * 2, and the guest the CID of its VMM's command line. If that is not known, it is VMADDR_CID_ANY,
 * which no machine can have.
 *
 * One port of a connection is not visible on the host, so it is made up. Made-up ports are counted
 * from 2^30 up, over all machines. So connections differ, even if two machines have the same CID.
 *
 * The kernel's records are trusted, and the bytes in them are those of strangers. Nothing here
 * makes a system call. The table of connections has a fixed size and is hashed with a random key.
 */
#ifndef VSOCK_LIB_HYBRID_CONNECTIONS_H
#define VSOCK_LIB_HYBRID_CONNECTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/common/process.h"
#include "lib/hybrid/record.h"
#include "lib/hybrid/targets.h"

#define HYBRID_HEADER_SIZE 32

enum hybrid_flag {
	HYBRID_FLAG_SOURCE_MADE_UP = 1,      /* the source port */
	HYBRID_FLAG_DESTINATION_MADE_UP = 2, /* the destination port */
	HYBRID_FLAG_OLD = 4,                 /* the connection existed before the capture */
};

struct hybrid_frame {
	uint64_t ts;         /* nanoseconds since 1970 */
	const uint8_t *data; /* valid during the call */
	uint32_t captured;
	uint32_t on_wire;
};

/* The ends of a connection, before its first frame. A pid of 0: the process is not known. */
struct hybrid_ends {
	uint64_t ts;
	struct process_addresses addresses; /* local: the client */
	struct process client;
	struct process server;
	bool old;
};

struct hybrid_counters {
	uint64_t frames;
	uint64_t not_understood; /* connections that did not begin with a handshake */
	uint64_t unknown;        /* records of connections whose beginning was lost */
};

struct hybrid_output {
	void (*frame)(void *context, const struct hybrid_frame *frame);
	void (*ends)(void *context, const struct hybrid_ends *ends);
	void *context;
};

struct hybrid_connections;

/* NULL without memory. The targets are numbered as the records number them. */
struct hybrid_connections *hybrid_connections_new(const struct hybrid_targets *targets);
void hybrid_connections_free(struct hybrid_connections *all);

/* Takes a record with the bytes that follow it. `ts`: its time in nanoseconds since 1970. */
void hybrid_connections_take(struct hybrid_connections *all, const struct hybrid_record *record,
			     const uint8_t *bytes, uint64_t ts, const struct hybrid_output *output);

struct hybrid_counters hybrid_connections_counters(const struct hybrid_connections *all);

#endif
