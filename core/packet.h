/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decodes one LINKTYPE_VSOCK frame into one struct in host byte order.
 *
 * vsock_decode() allocates nothing, prints nothing, keeps nothing and reads no byte outside the
 * frame. It reports odd things as bits, and the caller decides what they mean. A frame from a
 * capture may be hostile, but it is never a reason to stop.
 */
#ifndef VSOCK_CORE_PACKET_H
#define VSOCK_CORE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Monitor header `op`: the kernel's transport-independent summary (enum af_vsockmon_op). */
enum vsock_monitor_op {
	VSOCK_MONITOR_UNKNOWN = 0,
	VSOCK_MONITOR_CONNECT = 1,    /* REQUEST or RESPONSE */
	VSOCK_MONITOR_DISCONNECT = 2, /* RST or SHUTDOWN */
	VSOCK_MONITOR_CONTROL = 3,    /* CREDIT_UPDATE or CREDIT_REQUEST */
	VSOCK_MONITOR_PAYLOAD = 4,    /* RW */
	VSOCK_MONITOR_OPS
};

/* Monitor header `transport` (enum af_vsockmon_transport). Linux itself writes only VIRTIO. */
enum vsock_transport {
	VSOCK_TRANSPORT_UNKNOWN = 0,
	VSOCK_TRANSPORT_NO_INFO = 1, /* a header of `len` bytes may follow; its form is unknown */
	VSOCK_TRANSPORT_VIRTIO = 2,
	VSOCK_TRANSPORTS
};

/*
 * A bare frame has a monitor header and payload, but no transport header: its transport is NO_INFO,
 * its `len` is 0, and its monitor op is CONNECT, DISCONNECT or PAYLOAD. Programs write such frames
 * for connections without known credit, such as those of hybrid vsock. This is our use of the
 * format: docs/bare-frames.md describes it.
 *
 * These are bits of the first reserved byte of a bare frame. A reader ignores other bits.
 */
enum vsock_hint {
	VSOCK_HINT_SRC_PORT_MADE_UP = 1u << 0, /* the program chose the source port */
	VSOCK_HINT_DST_PORT_MADE_UP = 1u << 1, /* the same for the destination port */
	VSOCK_HINT_OLDER = 1u << 2,            /* the connection is older than the capture */
	VSOCK_HINTS = (1u << 3) - 1,
};

/* virtio header `op` (enum virtio_vsock_op). 0 is invalid on the wire. */
enum vsock_op {
	VSOCK_OP_INVALID = 0,
	VSOCK_OP_REQUEST = 1,
	VSOCK_OP_RESPONSE = 2,
	VSOCK_OP_RST = 3,
	VSOCK_OP_SHUTDOWN = 4,
	VSOCK_OP_RW = 5,
	VSOCK_OP_CREDIT_UPDATE = 6,
	VSOCK_OP_CREDIT_REQUEST = 7,
	VSOCK_OPS
};

/* virtio header `type` (enum virtio_vsock_type). */
enum vsock_type {
	VSOCK_TYPE_STREAM = 1,
	VSOCK_TYPE_SEQPACKET = 2,
	VSOCK_TYPE_DGRAM = 3, /* no mainline type; libkrun uses it for control messages */
	VSOCK_TYPES
};

/* virtio header `flags` of a SHUTDOWN. One bit per direction that ends, for good. */
enum {
	VSOCK_SHUTDOWN_RECEIVE = 1, /* the sender will receive no more */
	VSOCK_SHUTDOWN_SEND = 2,    /* the sender will send no more */
	VSOCK_SHUTDOWN_BOTH = 3,
};

/* virtio header `flags` of an RW of a SEQPACKET socket. */
enum {
	VSOCK_RW_EOM = 1, /* ends a message */
	VSOCK_RW_EOR = 2, /* ends a record (MSG_EOR) */
};

/* Well-known CIDs (<linux/vm_sockets.h>). */
#define VSOCK_CID_HYPERVISOR UINT32_C(0)
#define VSOCK_CID_LOCAL      UINT32_C(1)
#define VSOCK_CID_HOST       UINT32_C(2)
#define VSOCK_CID_ANY        UINT32_C(0xffffffff)

/* Linux puts at most this many payload bytes in one RW (VIRTIO_VSOCK_MAX_PKT_BUF_SIZE). */
#define VSOCK_MAX_RW_LEN 65536

enum vsock_result {
	VSOCK_DECODED = 0, /* every header field is there */
	VSOCK_TRUNCATED,   /* the capture's snap length cut a header; fields up to the cut are there
			    */
	VSOCK_MALFORMED, /* the frame itself is too short for its headers, or they contradict it */
};

/*
 * Header fields in the order of the wire. A cut frame has the first vsock_packet.fields of them, so
 * one comparison shows whether a field is there: vsock_has().
 */
enum vsock_field {
	VSOCK_FIELD_SRC_CID,
	VSOCK_FIELD_DST_CID,
	VSOCK_FIELD_SRC_PORT,
	VSOCK_FIELD_DST_PORT,
	VSOCK_FIELD_MONITOR_OP,
	VSOCK_FIELD_TRANSPORT,
	VSOCK_FIELD_TRANSPORT_LEN,
	VSOCK_MONITOR_FIELDS,
	/* Only with VSOCK_TRANSPORT_VIRTIO: */
	VSOCK_FIELD_INNER_SRC_CID = VSOCK_MONITOR_FIELDS,
	VSOCK_FIELD_INNER_DST_CID,
	VSOCK_FIELD_INNER_SRC_PORT,
	VSOCK_FIELD_INNER_DST_PORT,
	VSOCK_FIELD_LEN,
	VSOCK_FIELD_TYPE,
	VSOCK_FIELD_OP,
	VSOCK_FIELD_FLAGS,
	VSOCK_FIELD_BUF_ALLOC,
	VSOCK_FIELD_FWD_CNT,
	VSOCK_ALL_FIELDS
};

/*
 * What is odd about a frame, as bits of vsock_packet.odd. vsock_odd_text() gives words for each.
 * Bits about a field are set only when the field is there.
 */
enum vsock_odd {
	VSOCK_ODD_MONITOR_OP = 1u << 0,       /* monitor op unknown */
	VSOCK_ODD_TRANSPORT = 1u << 1,        /* transport neither NO_INFO nor VIRTIO */
	VSOCK_ODD_TRANSPORT_LEN = 1u << 2,    /* virtio with a header length other than 44 */
	VSOCK_ODD_CID_HIGH_BITS = 1u << 3,    /* upper 32 bits of a CID set; CIDs have 32 */
	VSOCK_ODD_ADDRESS_MISMATCH = 1u << 4, /* headers disagree on CIDs or ports */
	VSOCK_ODD_OP_MISMATCH = 1u << 5,      /* monitor op does not fit the virtio op */
	VSOCK_ODD_OP = 1u << 6,               /* virtio op 0 or above 7 */
	VSOCK_ODD_TYPE = 1u << 7,             /* type neither STREAM nor SEQPACKET */
	VSOCK_ODD_FLAGS = 1u << 8,            /* flag bits the op and type do not define */
	VSOCK_ODD_SHUTDOWN_NONE = 1u << 9,    /* SHUTDOWN that shuts nothing down */
	VSOCK_ODD_EOR_WITHOUT_EOM = 1u << 10, /* record end that ends no message */
	VSOCK_ODD_LEN_ON_CONTROL = 1u << 11,  /* op other than RW with len > 0 */
	VSOCK_ODD_EMPTY_RW = 1u << 12,        /* RW of length 0; Linux sends none */
	VSOCK_ODD_HUGE_RW = 1u << 13,         /* RW above VSOCK_MAX_RW_LEN */
	VSOCK_ODD_PAYLOAD_CUT = 1u << 14,     /* snap length left less than the true payload */
	VSOCK_ODD_PAYLOAD_MISSING = 1u << 15, /* frame on the wire shorter than len says */
	VSOCK_ODD_PAYLOAD_SURPLUS = 1u
				    << 16, /* more captured than len: a split packet, see stream */
};
#define VSOCK_ODD_BITS 17

/*
 * One decoded frame. Fields that it does not have are 0. Addresses are those of the monitor header.
 * The virtio header's are separate, because those of a forged frame may differ.
 */
struct vsock_packet {
	uint8_t result; /* enum vsock_result */
	uint8_t fields; /* how many of enum vsock_field are there */
	uint16_t monitor_op;
	uint16_t transport;
	uint16_t transport_len; /* bytes, as the monitor header says */

	uint16_t type;
	uint16_t op;
	/*
	 * Bits of enum vsock_odd. They are between type and flags, because compilers test neighbors
	 * with one wide load, and that has to wait for narrow stores just before it.
	 */
	uint32_t odd;
	uint32_t flags;
	uint8_t hints; /* bits of enum vsock_hint; 0 unless the frame is bare */

	uint64_t src_cid;
	uint64_t dst_cid;
	uint32_t src_port;
	uint32_t dst_port;

	uint64_t inner_src_cid;
	uint64_t inner_dst_cid;
	uint32_t inner_src_port;
	uint32_t inner_dst_port;

	/*
	 * The true payload length in bytes: virtio's `len`, even if less was captured. Without a
	 * virtio header, it is the number of bytes after the transport header on the wire.
	 */
	uint32_t len;
	uint32_t buf_alloc; /* bytes */
	uint32_t fwd_cnt;   /* bytes, mod 2^32 */

	/*
	 * The captured bytes after the headers. It points into the caller's frame, and is NULL
	 * unless the headers are whole. `captured` may be less than len (cut) or more (the tap of
	 * many kernels repeats bytes of split packets). So these bytes are not the payload yet. In
	 * an exact capture the payload is the first min(captured, len) bytes; core/stream.h handles
	 * all other captures.
	 */
	const uint8_t *payload;
	uint32_t captured;
	/* The same number in the frame on the wire, before the snap length cut it. */
	uint32_t on_wire;
};

static inline bool vsock_has(const struct vsock_packet *p, enum vsock_field field)
{
	return (unsigned)field < p->fields;
}

/* True if the whole virtio header is there. Only then op, type and credit have a meaning. */
static inline bool vsock_has_virtio(const struct vsock_packet *p)
{
	return p->fields == VSOCK_ALL_FIELDS;
}

/* True for a bare frame whose header is whole: see enum vsock_hint. */
static inline bool vsock_is_bare(const struct vsock_packet *p)
{
	return p->result == VSOCK_DECODED && p->transport == VSOCK_TRANSPORT_NO_INFO &&
	       p->transport_len == 0 &&
	       (p->monitor_op == VSOCK_MONITOR_CONNECT ||
		p->monitor_op == VSOCK_MONITOR_DISCONNECT ||
		p->monitor_op == VSOCK_MONITOR_PAYLOAD);
}

/*
 * Decodes a frame of `captured` bytes, which had `on_wire` bytes before the snap length cut it. An
 * on_wire below `captured` counts as `captured`. Always sets all of *p. The result is also in
 * p->result. The frame must not change while p->payload is used. `frame` may be NULL if captured is
 * 0.
 */
enum vsock_result vsock_decode(struct vsock_packet *p, const uint8_t *frame, size_t captured,
			       size_t on_wire);

/*
 * A short phrase for one bit of `odd` ("unknown type"). NULL for any other value. To get all of
 * them, loop over VSOCK_ODD_BITS.
 */
const char *vsock_odd_text(enum vsock_odd bit);

/* The monitor op that Linux gives to a virtio op; VSOCK_MONITOR_UNKNOWN for an unknown op. */
enum vsock_monitor_op vsock_monitor_op_of(uint16_t op);

#endif
