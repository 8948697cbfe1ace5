/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/usual-line.h"

/* More than a line takes: its parts have fixed room. */
#define LINE_ROOM 256

/* Without -v and without payload, nothing is said about the number of captured bytes. */
#define UNSAID (VSOCK_ODD_PAYLOAD_CUT | VSOCK_ODD_PAYLOAD_SURPLUS)

#define OP_ROOM 24

/* With a constant length, a copy is a few loads and stores. */
static const struct {
	char text[OP_ROOM];
	uint8_t length; /* 0: not usual */
} ops[VSOCK_OPS] = {
    [VSOCK_OP_REQUEST] = {" REQUEST", 8},
    [VSOCK_OP_RESPONSE] = {" RESPONSE", 9},
    [VSOCK_OP_RST] = {" RST", 4},
    [VSOCK_OP_RW] = {" RW, length ", 12},
    [VSOCK_OP_CREDIT_UPDATE] = {" CREDIT_UPDATE", 14},
    [VSOCK_OP_CREDIT_REQUEST] = {" CREDIT_REQUEST", 15},
};

bool usual_line_possible(const struct output *out, const struct print_settings *settings,
			 bool nanosecond)
{
	return !nanosecond && !out->color && !out->columns && !settings->packet_number &&
	       !settings->quiet && !settings->link_header && settings->verbose == 0 &&
	       settings->payload == PAYLOAD_NONE &&
	       (settings->time == TIME_OF_DAY || settings->time == TIME_DATE);
}

static bool is_usual(const struct vsock_packet *p)
{
	return !(p->odd & ~(uint32_t)UNSAID) && p->flags == 0 && p->type == VSOCK_TYPE_STREAM &&
	       p->result == VSOCK_DECODED && vsock_has_virtio(p) && p->op < VSOCK_OPS &&
	       ops[p->op].length > 0;
}

/* ".123456 " */
static char *put_fraction(char *at, uint32_t microseconds)
{
	*at++ = '.';
	at = output_put_pair(at, microseconds / 10000);
	at = output_put_pair(at, microseconds / 100 % 100);
	at = output_put_pair(at, microseconds % 100);
	*at++ = ' ';
	return at;
}

static char *put_address(char *at, const struct address_text *address)
{
	memcpy(at, address->text, sizeof(address->text));
	return at + address->length;
}

bool usual_line_print(struct output *out, const struct print_settings *settings,
		      struct timestamp_cache *times, struct address_cache *addresses,
		      const struct seen *seen)
{
	const struct vsock_packet *p = seen->packet;
	const uint64_t second = seen->record->ts / NANOSECONDS_PER_SECOND;
	const uint64_t rest = seen->record->ts - second * NANOSECONDS_PER_SECOND;
	const struct address_text *address;
	char *at;

	if (!is_usual(p) || seen->record->clock == CAPTURE_TIME_NONE)
		return false;
	if (out->size - out->length < LINE_ROOM)
		output_flush(out);
	timestamp_keep_second(times, second, settings->time == TIME_DATE);

	/* Counts only at the end: a name may be too long. */
	at = out->data + out->length;
	memcpy(at, times->text, sizeof(times->text));
	at = put_fraction(at + times->length, (uint32_t)rest / 1000);
	address = address_keep(settings, addresses, p->src_cid, p->src_port);
	if (address->length == 0)
		return false;
	at = put_address(at, address);
	memcpy(at, " > ", 3);
	address = address_keep(settings, addresses, p->dst_cid, p->dst_port);
	if (address->length == 0)
		return false;
	at = put_address(at + 3, address);
	memcpy(at, ops[p->op].text, sizeof(ops[p->op].text));
	at += ops[p->op].length;
	if (p->op == VSOCK_OP_RW)
		at = output_put_u32(at, p->len);
	*at++ = '\n';
	out->length = (size_t)(at - out->data);
	return true;
}
