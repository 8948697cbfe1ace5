/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers core/packet.c and core/names.c.
 *
 * The input is a number of two bytes and a frame. The number says how much longer the frame was on
 * the wire. The target reads the frame a second time, by a table of the offsets of all fields, and
 * compares. It also reads back the texts of flags and names.
 */
#include <string.h>

#include "core/names.h"
#include "core/packet.h"
#include "core/wire.h"
#include "tests/fuzz/must.h"

/* The first bytes of an input. */
#define PREFIX 2

/* Bits about the virtio header as a whole, so never of a cut one. */
#define ODD_OF_VIRTIO                                                                              \
	(VSOCK_ODD_OP_MISMATCH | VSOCK_ODD_OP | VSOCK_ODD_TYPE | VSOCK_ODD_FLAGS |                 \
	 VSOCK_ODD_SHUTDOWN_NONE | VSOCK_ODD_EOR_WITHOUT_EOM | VSOCK_ODD_LEN_ON_CONTROL |          \
	 VSOCK_ODD_EMPTY_RW | VSOCK_ODD_HUGE_RW | VSOCK_ODD_PAYLOAD_MISSING |                      \
	 VSOCK_ODD_PAYLOAD_SURPLUS)

struct place {
	size_t offset, size;
	uint64_t value; /* as decoded */
};

static void fill_places(struct place places[static VSOCK_ALL_FIELDS], const struct vsock_packet *p)
{
	const struct place all[] = {
	    [VSOCK_FIELD_SRC_CID] = {0, 8, p->src_cid},
	    [VSOCK_FIELD_DST_CID] = {8, 8, p->dst_cid},
	    [VSOCK_FIELD_SRC_PORT] = {16, 4, p->src_port},
	    [VSOCK_FIELD_DST_PORT] = {20, 4, p->dst_port},
	    [VSOCK_FIELD_MONITOR_OP] = {24, 2, p->monitor_op},
	    [VSOCK_FIELD_TRANSPORT] = {26, 2, p->transport},
	    [VSOCK_FIELD_TRANSPORT_LEN] = {28, 2, p->transport_len},
	    [VSOCK_FIELD_INNER_SRC_CID] = {32, 8, p->inner_src_cid},
	    [VSOCK_FIELD_INNER_DST_CID] = {40, 8, p->inner_dst_cid},
	    [VSOCK_FIELD_INNER_SRC_PORT] = {48, 4, p->inner_src_port},
	    [VSOCK_FIELD_INNER_DST_PORT] = {52, 4, p->inner_dst_port},
	    [VSOCK_FIELD_LEN] = {56, 4, p->len},
	    [VSOCK_FIELD_TYPE] = {60, 2, p->type},
	    [VSOCK_FIELD_OP] = {62, 2, p->op},
	    [VSOCK_FIELD_FLAGS] = {64, 4, p->flags},
	    [VSOCK_FIELD_BUF_ALLOC] = {68, 4, p->buf_alloc},
	    [VSOCK_FIELD_FWD_CNT] = {72, 4, p->fwd_cnt},
	};

	memcpy(places, all, sizeof(all));
}

static uint64_t read_at(const uint8_t *frame, const struct place *place)
{
	uint64_t value = 0;

	for (size_t i = place->size; i-- > 0;)
		value = value << 8 | frame[place->offset + i];
	return value;
}

/* Whether this field is in the frame, by the frame alone. */
static bool is_there(const struct vsock_packet *p, unsigned field, const struct place *place,
		     size_t captured)
{
	/* Of the monitor header the last two bytes are reserved, but belong to it. */
	size_t monitor = captured < VSOCK_MON_SIZE ? captured : VSOCK_MON_SIZE;

	if (field < VSOCK_MONITOR_FIELDS)
		return place->offset + place->size <= monitor;
	return captured >= VSOCK_MON_SIZE && p->transport == VSOCK_TRANSPORT_VIRTIO &&
	       p->transport_len >= VSOCK_VIRTIO_SIZE && place->offset + place->size <= captured;
}

static void check_fields(const struct vsock_packet *p, const uint8_t *frame, size_t captured)
{
	struct place places[VSOCK_ALL_FIELDS];
	/* `len` is set without a virtio header too: then it is what is on the wire. */
	bool length_of_wire = p->payload && !vsock_has_virtio(p);

	fill_places(places, p);
	for (unsigned i = 0; i < VSOCK_ALL_FIELDS; i++) {
		bool there = is_there(p, i, &places[i], captured);

		must(vsock_has(p, (enum vsock_field)i) == there);
		if (i == VSOCK_FIELD_LEN && length_of_wire)
			must(p->len == p->on_wire);
		else
			must(places[i].value == (there ? read_at(frame, &places[i]) : 0));
	}
}

/* The headers that the frame says it has. */
static size_t headers(const struct vsock_packet *p, size_t captured)
{
	return captured < VSOCK_MON_SIZE ? VSOCK_MON_SIZE : VSOCK_MON_SIZE + p->transport_len;
}

static enum vsock_result result_of(const struct vsock_packet *p, size_t captured, size_t on_wire)
{
	size_t needed = headers(p, captured);

	if (captured >= VSOCK_MON_SIZE && p->transport == VSOCK_TRANSPORT_VIRTIO) {
		if (p->transport_len < VSOCK_VIRTIO_SIZE)
			return VSOCK_MALFORMED;
		if (captured < VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE)
			needed = VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE;
	}
	if (captured >= needed)
		return VSOCK_DECODED;
	return on_wire >= needed ? VSOCK_TRUNCATED : VSOCK_MALFORMED;
}

static void check_payload(const struct vsock_packet *p, const uint8_t *frame, size_t captured,
			  size_t on_wire)
{
	size_t before = headers(p, captured);

	if (p->result != VSOCK_DECODED) {
		must(!p->payload && p->captured == 0 && p->on_wire == 0);
		return;
	}
	must(p->payload == frame + before);
	must(p->captured == captured - before);
	must(p->on_wire == on_wire - before);
}

/* The byte at 30, but only if no transport header follows and the op has a meaning. */
static void check_hints(const struct vsock_packet *p, const uint8_t *frame)
{
	bool bare = p->result == VSOCK_DECODED && p->transport == 1 && p->transport_len == 0 &&
		    (p->monitor_op == 1 || p->monitor_op == 2 || p->monitor_op == 4);

	must(vsock_is_bare(p) == bare);
	must(p->hints == (bare ? frame[30] & 7 : 0));
}

static void check_odd(const struct vsock_packet *p)
{
	bool missing = p->odd & VSOCK_ODD_PAYLOAD_MISSING;

	must(p->odd < 1u << VSOCK_ODD_BITS);
	must(vsock_has_virtio(p) || !(p->odd & ODD_OF_VIRTIO));
	must(!missing || p->on_wire < p->len);
	must(!missing || !(p->odd & (VSOCK_ODD_PAYLOAD_CUT | VSOCK_ODD_PAYLOAD_SURPLUS)));
	must(!(p->odd & VSOCK_ODD_EMPTY_RW) || !(p->odd & VSOCK_ODD_HUGE_RW));
	must(!(p->odd & VSOCK_ODD_LEN_ON_CONTROL) || p->op != VSOCK_OP_RW);
	must(!(p->odd & VSOCK_ODD_FLAGS) || p->flags);
	must(!(p->odd & VSOCK_ODD_ADDRESS_MISMATCH) || vsock_has(p, VSOCK_FIELD_INNER_DST_PORT));
	for (uint32_t rest = p->odd; rest; rest &= rest - 1)
		must(vsock_odd_text((enum vsock_odd)(rest & -rest)));
}

static uint32_t bits_of_word(const char *word, uint16_t op)
{
	uint32_t bit = vsock_flag_by_name(op, word);
	char *end;

	if (bit)
		return bit;
	bit = (uint32_t)strtoul(word, &end, 0);
	must(*word && !*end);
	return bit;
}

/* The text of the flags, read word by word, gives the flags again. */
static void check_flags_text(const struct vsock_packet *p)
{
	char text[VSOCK_FLAGS_TEXT_MAX];
	size_t length = vsock_flags_text(text, p->op, p->type, p->flags);
	char *rest = text;
	uint32_t flags = 0;

	must(length < sizeof(text) && length == strlen(text));
	for (char *word = rest; word; word = rest) {
		rest = strchr(word, '|');
		if (rest)
			*rest++ = '\0';
		flags |= bits_of_word(word, p->op);
	}
	must(flags == p->flags);
}

static void check_name(const char *name, const char *keyword, int (*by_name)(const char *name),
		       uint16_t number)
{
	must(!name == !keyword);
	must(!name || (by_name(name) == number && by_name(keyword) == number));
}

/* One of the names, as the input has it: what is fast is tried more often. */
static void check_names(const struct vsock_packet *p, unsigned which)
{
	uint32_t cid = 0;

	switch (which % 5) {
	case 0:
		check_name(vsock_op_name(p->op), vsock_op_keyword(p->op), vsock_op_by_name, p->op);
		break;
	case 1:
		check_name(vsock_type_name(p->type), vsock_type_keyword(p->type),
			   vsock_type_by_name, p->type);
		break;
	case 2:
		check_name(vsock_transport_name(p->transport),
			   vsock_transport_keyword(p->transport), vsock_transport_by_name,
			   p->transport);
		break;
	case 3:
		check_name(vsock_monitor_op_name(p->monitor_op),
			   vsock_monitor_op_keyword(p->monitor_op), vsock_monitor_op_by_name,
			   p->monitor_op);
		break;
	default:
		must(!vsock_cid_well_known(p->src_cid) ||
		     vsock_cid_by_well_known_name(vsock_cid_well_known(p->src_cid), &cid));
		must(!vsock_cid_well_known(p->src_cid) || cid == p->src_cid);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *frame = data + PREFIX;
	struct vsock_packet p;
	size_t captured, on_wire;

	if (size < PREFIX)
		return 0;
	captured = size - PREFIX;
	on_wire = captured + vsock_get_le16(data);
	must(vsock_decode(&p, frame, captured, on_wire) == p.result);
	must(p.result == result_of(&p, captured, on_wire));
	check_fields(&p, frame, captured);
	check_payload(&p, frame, captured, on_wire);
	check_hints(&p, frame);
	check_odd(&p);
	check_flags_text(&p);
	check_names(&p, data[0]);
	return 0;
}
