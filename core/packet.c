/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decodes in three steps: the monitor header, the transport header, the payload's place. A whole
 * header, the usual case, is read at once. A cut header is read field by field up to the cut. Only
 * take_fields() and the two length checks decide what may be read.
 */
#include "core/packet.h"

#include <string.h>

#include "core/wire.h"

/* The upper 32 bits of a CID field are always zero: CIDs have 32 bits since their invention. */
#define CID_HIGH_BITS UINT64_C(0xffffffff00000000)

static void read_monitor(struct vsock_packet *p, const uint8_t *header)
{
	p->src_cid = vsock_get_le64(header + VSOCK_MON_SRC_CID);
	p->dst_cid = vsock_get_le64(header + VSOCK_MON_DST_CID);
	p->src_port = vsock_get_le32(header + VSOCK_MON_SRC_PORT);
	p->dst_port = vsock_get_le32(header + VSOCK_MON_DST_PORT);
	p->monitor_op = vsock_get_le16(header + VSOCK_MON_OP);
	p->transport = vsock_get_le16(header + VSOCK_MON_TRANSPORT);
	p->transport_len = vsock_get_le16(header + VSOCK_MON_LEN);
}

static void read_virtio(struct vsock_packet *p, const uint8_t *header)
{
	p->inner_src_cid = vsock_get_le64(header + VSOCK_VIRTIO_SRC_CID);
	p->inner_dst_cid = vsock_get_le64(header + VSOCK_VIRTIO_DST_CID);
	p->inner_src_port = vsock_get_le32(header + VSOCK_VIRTIO_SRC_PORT);
	p->inner_dst_port = vsock_get_le32(header + VSOCK_VIRTIO_DST_PORT);
	p->len = vsock_get_le32(header + VSOCK_VIRTIO_LEN);
	p->type = vsock_get_le16(header + VSOCK_VIRTIO_TYPE);
	p->op = vsock_get_le16(header + VSOCK_VIRTIO_OP);
	p->flags = vsock_get_le32(header + VSOCK_VIRTIO_FLAGS);
	p->buf_alloc = vsock_get_le32(header + VSOCK_VIRTIO_BUF_ALLOC);
	p->fwd_cnt = vsock_get_le32(header + VSOCK_VIRTIO_FWD_CNT);
}

/* Where each field ends, from the start of its header, in the order of enum vsock_field. */
static const uint8_t field_end[VSOCK_ALL_FIELDS] = {
    [VSOCK_FIELD_SRC_CID] = VSOCK_MON_DST_CID,
    [VSOCK_FIELD_DST_CID] = VSOCK_MON_SRC_PORT,
    [VSOCK_FIELD_SRC_PORT] = VSOCK_MON_DST_PORT,
    [VSOCK_FIELD_DST_PORT] = VSOCK_MON_OP,
    [VSOCK_FIELD_MONITOR_OP] = VSOCK_MON_TRANSPORT,
    [VSOCK_FIELD_TRANSPORT] = VSOCK_MON_LEN,
    [VSOCK_FIELD_TRANSPORT_LEN] = VSOCK_MON_RESERVED,
    [VSOCK_FIELD_INNER_SRC_CID] = VSOCK_VIRTIO_DST_CID,
    [VSOCK_FIELD_INNER_DST_CID] = VSOCK_VIRTIO_SRC_PORT,
    [VSOCK_FIELD_INNER_SRC_PORT] = VSOCK_VIRTIO_DST_PORT,
    [VSOCK_FIELD_INNER_DST_PORT] = VSOCK_VIRTIO_LEN,
    [VSOCK_FIELD_LEN] = VSOCK_VIRTIO_TYPE,
    [VSOCK_FIELD_TYPE] = VSOCK_VIRTIO_OP,
    [VSOCK_FIELD_OP] = VSOCK_VIRTIO_FLAGS,
    [VSOCK_FIELD_FLAGS] = VSOCK_VIRTIO_BUF_ALLOC,
    [VSOCK_FIELD_BUF_ALLOC] = VSOCK_VIRTIO_FWD_CNT,
    [VSOCK_FIELD_FWD_CNT] = VSOCK_VIRTIO_SIZE,
};

/*
 * Copies the whole fields of a cut header into `whole`. All later fields, also the one that was
 * cut, are 0 there. Returns how many fields of [first, end) are whole.
 */
static unsigned take_fields(uint8_t *whole, const uint8_t *header, size_t captured, unsigned first,
			    unsigned end)
{
	unsigned field = first;

	while (field < end && field_end[field] <= captured)
		field++;
	if (field > first)
		memcpy(whole, header, field_end[field - 1]);
	return field - first;
}

/* A frame is too short for its headers: did the snap length cut it, or was it sent like that? */
static enum vsock_result too_short(size_t needed, size_t on_wire)
{
	return on_wire >= needed ? VSOCK_TRUNCATED : VSOCK_MALFORMED;
}

static uint32_t clamp32(size_t n)
{
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static bool flags_are_odd(const struct vsock_packet *p)
{
	switch (p->op) {
	case VSOCK_OP_SHUTDOWN:
		return p->flags & ~(uint32_t)VSOCK_SHUTDOWN_BOTH;
	case VSOCK_OP_RW:
		if (p->type == VSOCK_TYPE_SEQPACKET)
			return p->flags & ~(uint32_t)(VSOCK_RW_EOM | VSOCK_RW_EOR);
		return p->flags != 0;
	default:
		return p->flags != 0;
	}
}

/* What the kernel's tap makes of each op. */
static const uint8_t monitor_op_of[VSOCK_OPS] = {
    [VSOCK_OP_INVALID] = VSOCK_MONITOR_UNKNOWN,
    [VSOCK_OP_REQUEST] = VSOCK_MONITOR_CONNECT,
    [VSOCK_OP_RESPONSE] = VSOCK_MONITOR_CONNECT,
    [VSOCK_OP_RST] = VSOCK_MONITOR_DISCONNECT,
    [VSOCK_OP_SHUTDOWN] = VSOCK_MONITOR_DISCONNECT,
    [VSOCK_OP_RW] = VSOCK_MONITOR_PAYLOAD,
    [VSOCK_OP_CREDIT_UPDATE] = VSOCK_MONITOR_CONTROL,
    [VSOCK_OP_CREDIT_REQUEST] = VSOCK_MONITOR_CONTROL,
};

static uint32_t odd_addresses(const struct vsock_packet *p)
{
	uint32_t odd = 0;

	if (vsock_has(p, VSOCK_FIELD_DST_CID) && (p->src_cid | p->dst_cid) & CID_HIGH_BITS)
		odd |= VSOCK_ODD_CID_HIGH_BITS;
	if (vsock_has(p, VSOCK_FIELD_INNER_DST_PORT)) {
		if ((p->inner_src_cid | p->inner_dst_cid) & CID_HIGH_BITS)
			odd |= VSOCK_ODD_CID_HIGH_BITS;
		/* One test of all four instead of one each. */
		if ((p->inner_src_cid ^ p->src_cid) | (p->inner_dst_cid ^ p->dst_cid) |
		    (p->inner_src_port ^ p->src_port) | (p->inner_dst_port ^ p->dst_port))
			odd |= VSOCK_ODD_ADDRESS_MISMATCH;
	}
	return odd;
}

static uint32_t odd_monitor(const struct vsock_packet *p)
{
	uint32_t odd = 0;

	if (vsock_has(p, VSOCK_FIELD_MONITOR_OP) &&
	    (p->monitor_op == VSOCK_MONITOR_UNKNOWN || p->monitor_op >= VSOCK_MONITOR_OPS))
		odd |= VSOCK_ODD_MONITOR_OP;
	if (vsock_has(p, VSOCK_FIELD_TRANSPORT) && p->transport != VSOCK_TRANSPORT_NO_INFO &&
	    p->transport != VSOCK_TRANSPORT_VIRTIO)
		odd |= VSOCK_ODD_TRANSPORT;
	if (vsock_has(p, VSOCK_FIELD_TRANSPORT_LEN) && p->transport == VSOCK_TRANSPORT_VIRTIO &&
	    p->transport_len != VSOCK_VIRTIO_SIZE)
		odd |= VSOCK_ODD_TRANSPORT_LEN;
	return odd;
}

static uint32_t odd_rw(const struct vsock_packet *p)
{
	uint32_t odd = 0;

	if (p->len == 0)
		odd |= VSOCK_ODD_EMPTY_RW;
	if (p->len > VSOCK_MAX_RW_LEN)
		odd |= VSOCK_ODD_HUGE_RW;
	if (p->type == VSOCK_TYPE_SEQPACKET &&
	    (p->flags & (VSOCK_RW_EOM | VSOCK_RW_EOR)) == VSOCK_RW_EOR)
		odd |= VSOCK_ODD_EOR_WITHOUT_EOM;
	return odd;
}

/* Only for a whole virtio header. */
static uint32_t odd_virtio(const struct vsock_packet *p)
{
	uint32_t odd = 0;

	if (p->op == VSOCK_OP_INVALID || p->op >= VSOCK_OPS)
		odd |= VSOCK_ODD_OP;
	else if (p->monitor_op != vsock_monitor_op_of(p->op))
		odd |= VSOCK_ODD_OP_MISMATCH;
	if (p->type != VSOCK_TYPE_STREAM && p->type != VSOCK_TYPE_SEQPACKET)
		odd |= VSOCK_ODD_TYPE;
	if (flags_are_odd(p))
		odd |= VSOCK_ODD_FLAGS;
	if (p->op == VSOCK_OP_SHUTDOWN && p->flags == 0)
		odd |= VSOCK_ODD_SHUTDOWN_NONE;
	if (p->op == VSOCK_OP_RW)
		odd |= odd_rw(p);
	else if (p->len > 0)
		odd |= VSOCK_ODD_LEN_ON_CONTROL;
	return odd;
}

/* Only for a virtio packet with a payload pointer. */
static uint32_t odd_payload(const struct vsock_packet *p)
{
	uint32_t odd = 0;

	if (p->on_wire < p->len)
		odd |= VSOCK_ODD_PAYLOAD_MISSING;
	else if (p->captured < p->len)
		odd |= VSOCK_ODD_PAYLOAD_CUT;
	if (p->on_wire > p->len)
		odd |= VSOCK_ODD_PAYLOAD_SURPLUS;
	return odd;
}

/* Reads a monitor header that was cut. */
__attribute__((cold, noinline)) static void read_cut_monitor(struct vsock_packet *p,
							     const uint8_t *header, size_t captured)
{
	uint8_t whole[VSOCK_MON_SIZE] = {0};

	p->fields = (uint8_t)take_fields(whole, header, captured, 0, VSOCK_MONITOR_FIELDS);
	read_monitor(p, whole);
}

/* The same for a virtio header, even if nothing of it was captured. */
__attribute__((cold, noinline)) static void read_cut_virtio(struct vsock_packet *p,
							    const uint8_t *header, size_t captured)
{
	uint8_t whole[VSOCK_VIRTIO_SIZE] = {0};

	p->fields +=
	    (uint8_t)take_fields(whole, header, captured, VSOCK_MONITOR_FIELDS, VSOCK_ALL_FIELDS);
	read_virtio(p, whole);
}

static enum vsock_result decode_virtio(struct vsock_packet *p, const uint8_t *header,
				       size_t captured, size_t on_wire)
{
	if (p->transport_len < VSOCK_VIRTIO_SIZE) {
		read_cut_virtio(p, header, 0);
		return VSOCK_MALFORMED;
	}
	if (captured < VSOCK_VIRTIO_SIZE) {
		read_cut_virtio(p, header, captured);
		return too_short(VSOCK_VIRTIO_SIZE, on_wire);
	}
	read_virtio(p, header);
	p->fields = VSOCK_ALL_FIELDS;
	return VSOCK_DECODED;
}

/* What only a frame without a virtio header has. The monitor header is in front of `rest`. */
__attribute__((cold, noinline)) static void finish_foreign(struct vsock_packet *p,
							   const uint8_t *rest)
{
	p->result = VSOCK_DECODED;
	p->len = p->on_wire;
	if (vsock_is_bare(p))
		p->hints = rest[VSOCK_MON_HINTS - VSOCK_MON_SIZE] & VSOCK_HINTS;
}

/* `rest` is what follows the monitor header, `captured` bytes of originally `on_wire`. */
static enum vsock_result decode_rest(struct vsock_packet *p, const uint8_t *rest, size_t captured,
				     size_t on_wire)
{
	if (p->transport == VSOCK_TRANSPORT_VIRTIO) {
		enum vsock_result result = decode_virtio(p, rest, captured, on_wire);

		if (result != VSOCK_DECODED)
			return result;
	} else {
		read_cut_virtio(p, rest, 0);
	}
	if (captured < p->transport_len)
		return too_short(p->transport_len, on_wire);

	p->payload = rest + p->transport_len;
	p->captured = clamp32(captured - p->transport_len);
	p->on_wire = clamp32(on_wire - p->transport_len);
	if (p->transport != VSOCK_TRANSPORT_VIRTIO)
		finish_foreign(p, rest);
	return VSOCK_DECODED;
}

/*
 * Sets each field once. To clear all of them first would cost as much as the rest of the function.
 */
static enum vsock_result decode(struct vsock_packet *p, const uint8_t *frame, size_t captured,
				size_t on_wire)
{
	p->payload = NULL;
	p->captured = 0;
	p->on_wire = 0;
	p->hints = 0;
	if (captured < VSOCK_MON_SIZE) {
		read_cut_monitor(p, frame, captured);
		read_cut_virtio(p, frame, 0);
		return too_short(VSOCK_MON_SIZE, on_wire);
	}
	read_monitor(p, frame);
	p->fields = VSOCK_MONITOR_FIELDS;
	return decode_rest(p, frame + VSOCK_MON_SIZE, captured - VSOCK_MON_SIZE,
			   on_wire - VSOCK_MON_SIZE);
}

static uint32_t odd_packet(const struct vsock_packet *p)
{
	uint32_t odd = odd_monitor(p) | odd_addresses(p);

	if (vsock_has_virtio(p)) {
		odd |= odd_virtio(p);
		if (p->payload)
			odd |= odd_payload(p);
	} else if (p->payload && p->captured < p->len) {
		odd |= VSOCK_ODD_PAYLOAD_CUT;
	}
	return odd;
}

/*
 * Nearly every packet is like this, and has nothing odd. Only for a decoded virtio packet. All of
 * odd_packet() costs four times as much, so it looks only at the other packets.
 */
static inline bool is_plain(const struct vsock_packet *p)
{
	uint64_t addresses = (p->inner_src_cid ^ p->src_cid) | (p->inner_dst_cid ^ p->dst_cid) |
			     ((p->src_cid | p->dst_cid) & CID_HIGH_BITS) |
			     (p->inner_src_port ^ p->src_port) | (p->inner_dst_port ^ p->dst_port);
	bool lengths = p->op == VSOCK_OP_RW ? p->len - 1 < VSOCK_MAX_RW_LEN : p->len == 0;
	bool flags = p->flags == 0 || (p->flags == VSOCK_RW_EOM && p->op == VSOCK_OP_RW &&
				       p->type == VSOCK_TYPE_SEQPACKET);

	return addresses == 0 && flags && p->transport_len == VSOCK_VIRTIO_SIZE && lengths &&
	       p->on_wire == p->len && p->captured == p->len &&
	       (p->type == VSOCK_TYPE_STREAM || p->type == VSOCK_TYPE_SEQPACKET) &&
	       p->op != VSOCK_OP_INVALID && p->op != VSOCK_OP_SHUTDOWN && p->op < VSOCK_OPS &&
	       p->monitor_op == monitor_op_of[p->op];
}

__attribute__((flatten)) enum vsock_result
vsock_decode(struct vsock_packet *p, const uint8_t *frame, size_t captured, size_t on_wire)
{
	if (on_wire < captured)
		on_wire = captured;
	p->result = (uint8_t)decode(p, frame, captured, on_wire);
	p->odd = p->fields == VSOCK_ALL_FIELDS && p->payload && is_plain(p) ? 0 : odd_packet(p);
	return p->result;
}

static const char *const odd_text[VSOCK_ODD_BITS] = {
    "unknown monitor op",
    "unknown transport",
    "transport header length is not 44",
    "upper bits of a CID set",
    "headers disagree on addresses",
    "monitor op does not fit op",
    "unknown op",
    "unknown type",
    "undefined flags",
    "shuts nothing down",
    "EOR without EOM",
    "length on a packet without payload",
    "empty RW",
    "RW above 65536 bytes",
    "payload cut by snap length",
    "payload shorter than length",
    "more captured than length",
};

const char *vsock_odd_text(enum vsock_odd bit)
{
	for (unsigned i = 0; i < VSOCK_ODD_BITS; i++)
		if (bit == 1u << i)
			return odd_text[i];
	return NULL;
}

enum vsock_monitor_op vsock_monitor_op_of(uint16_t op)
{
	return op < VSOCK_OPS ? monitor_op_of[op] : VSOCK_MONITOR_UNKNOWN;
}
