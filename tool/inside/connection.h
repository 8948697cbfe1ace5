/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows whose protocol is known, or is not decided yet. Most flows are of another protocol: they
 * only need a mark that says so, 8 bytes a flow.
 */
#ifndef VSOCKDUMP_INSIDE_CONNECTION_H
#define VSOCKDUMP_INSIDE_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"
#include "lib/protocols/http1.h"
#include "lib/protocols/http2.h"
#include "lib/protocols/recognize.h"
#include "lib/protocols/ttrpc-reader.h"

/* Connections at a time. Others are not followed. */
#define CONNECTIONS_MAX 4096
/* Bytes at the beginning of a side that are kept while they do not show the protocol. */
#define PREFIX_MAX 512
/* Packets of an older connection that are looked at. */
#define LATE_TRIES 64

enum side_state {
	SIDE_NEW,  /* nothing is decided: is.prefix has its bytes */
	SIDE_READ, /* a reader reads it */
	SIDE_LOST, /* the reader has to find the beginning of a message again */
	SIDE_DONE, /* the rest is not read */
};

struct side {
	uint64_t next;     /* the offset of its next byte */
	uint64_t began_ts; /* of the message that began in an earlier packet, and has not ended */
	uint64_t kept_ts;  /* of the first byte of the prefix ... */
	uint64_t kept_packet; /* ... and its packet */
	uint64_t passed;      /* bytes of the present message of HTTP/1 or ttRPC */
	uint32_t ahead;       /* bytes of it that its peer read, and that the capture lacks */
	uint32_t call;        /* ttRPC: the stream of the message under way */
	uint16_t kept;        /* bytes in the prefix */
	uint8_t state;
	bool ahead_known; /* of an older connection: its peer has sent a packet */
	union {
		uint8_t prefix[PREFIX_MAX];
		struct http1_reader http1;
		struct {
			struct http2_reader reader;
			struct hpack_fields fields;
		} http2;
		struct ttrpc_reader ttrpc;
	} is;
};

struct connection {
	uint64_t flow; /* its number */
	uint32_t index;
	uint32_t first_call; /* indexes plus 1 of those that are open; 0: none */
	uint32_t last_call;
	uint32_t open_calls;
	uint32_t last_stream; /* HTTP/2: the highest one of the caller */
	uint8_t protocol;     /* enum stream_protocol */
	uint8_t caller;       /* enum vsock_side: who calls */
	uint8_t tries;        /* of a late connection */
	bool late;            /* it is older than the capture, or bytes were lost before */
	bool grpc;            /* HTTP/2: a call was gRPC's */
	bool closing;         /* a side has said that it sends no more ... */
	uint8_t closer;       /* ... enum vsock_side of the first one */
	struct side side[2];
};

struct place {
	uint32_t flow; /* the flow's number, mod 2^32 */
	uint32_t connection;
};

/* struct place.connection, if it is no index plus 1. */
enum { PLACE_NEW = 0 };
#define PLACE_IGNORED UINT32_MAX

/* struct connection.flow of a record that is not in use. */
#define CONNECTION_UNUSED UINT64_MAX

/* All zeros: none. */
struct connections {
	struct place *places; /* by the flow's slot */
	uint32_t place_count;
	struct connection *all[CONNECTIONS_MAX];
	uint32_t free[CONNECTIONS_MAX]; /* indexes that were used before */
	uint32_t free_count;
	uint32_t used;
};

/* The connections themselves must have been removed. */
void connections_free(struct connections *connections);

/* The flow's place. NULL without memory. */
struct place *connections_place_slow(struct connections *connections,
				     const struct vsock_flow *flow);

static inline struct place *connections_place(struct connections *connections,
					      const struct vsock_flow *flow)
{
	struct place *place;

	if (flow->slot >= connections->place_count)
		return connections_place_slow(connections, flow);
	place = &connections->places[flow->slot];
	return place->flow == (uint32_t)flow->number ? place
						     : connections_place_slow(connections, flow);
}

static inline struct connection *connections_at(const struct connections *connections,
						const struct place *place)
{
	return place->connection == PLACE_NEW || place->connection == PLACE_IGNORED
		   ? NULL
		   : connections->all[place->connection - 1];
}

/* NULL if there is no room, or no memory. Then the place is PLACE_IGNORED. */
struct connection *connections_add(struct connections *connections, struct place *place,
				   const struct vsock_flow *flow);

/* Forgets it; later packets of the flow are ignored. */
void connections_remove(struct connections *connections, struct connection *connection,
			struct place *place);

#endif
