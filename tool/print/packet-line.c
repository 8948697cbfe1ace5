/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/packet-line.h"

#include "core/names.h"
#include "tool/print/address.h"
#include "tool/print/color.h"
#include "tool/print/process-name.h"
#include "tool/print/stream-segment.h"

/* Bits that print_odd() leaves to print_payload_size(), which has the numbers. */
#define ODD_PAYLOAD_SIZE (VSOCK_ODD_PAYLOAD_CUT | VSOCK_ODD_PAYLOAD_SURPLUS)

struct packet_payload packet_payload(const struct seen *seen)
{
	const struct vsock_packet *p = seen->packet;
	struct stream_segment segment;

	if (stream_segment_of(seen, &segment))
		return (struct packet_payload){
		    .bytes = segment.content->data,
		    .length = segment.content->known,
		    .misplaced = segment.content->misplaced,
		};
	if (!p->payload)
		return (struct packet_payload){0};
	return (struct packet_payload){
	    .bytes = p->payload,
	    .length = p->captured < p->len ? p->captured : p->len,
	};
}

static void print_field(struct output *out, const char *name, uint64_t value)
{
	output_text(out, name);
	output_u64(out, value);
}

/* Prints the name of a number, or its kind and the number: "TYPE 7". */
static void print_name(struct output *out, const char *name, const char *kind, uint64_t value)
{
	if (name)
		output_text(out, name);
	else
		print_field(out, kind, value);
}

/* The four address fields come first on the wire, so a cut leaves CIDs without ports. */
static void print_cut_address(struct output *out, const struct print_settings *settings,
			      const struct vsock_packet *p, bool source)
{
	enum vsock_field cid = source ? VSOCK_FIELD_SRC_CID : VSOCK_FIELD_DST_CID;
	enum vsock_field port = source ? VSOCK_FIELD_SRC_PORT : VSOCK_FIELD_DST_PORT;

	if (vsock_has(p, cid))
		address_print_cid(out, settings, source ? p->src_cid : p->dst_cid);
	else
		output_char(out, '?');
	output_char(out, ':');
	if (vsock_has(p, port))
		output_u64(out, source ? p->src_port : p->dst_port);
	else
		output_char(out, '?');
}

static void print_addresses(struct output *out, const struct print_settings *settings,
			    struct address_cache *cache, const struct vsock_packet *p)
{
	if (p->hints & (VSOCK_HINT_SRC_PORT_MADE_UP | VSOCK_HINT_DST_PORT_MADE_UP)) {
		address_print_marked(out, settings, p->src_cid, p->src_port,
				     p->hints & VSOCK_HINT_SRC_PORT_MADE_UP);
		output_bytes(out, " > ", 3);
		address_print_marked(out, settings, p->dst_cid, p->dst_port,
				     p->hints & VSOCK_HINT_DST_PORT_MADE_UP);
		return;
	}
	if (vsock_has(p, VSOCK_FIELD_DST_PORT)) {
		address_print_again(out, settings, cache, p->src_cid, p->src_port);
		output_bytes(out, " > ", 3);
		address_print_again(out, settings, cache, p->dst_cid, p->dst_port);
		return;
	}
	print_cut_address(out, settings, p, true);
	output_bytes(out, " > ", 3);
	print_cut_address(out, settings, p, false);
}

static enum color op_color(uint16_t op)
{
	static const uint8_t colors[VSOCK_OPS] = {
	    [VSOCK_OP_INVALID] = COLOR_ODD,          [VSOCK_OP_REQUEST] = COLOR_OPEN,
	    [VSOCK_OP_RESPONSE] = COLOR_OPEN,        [VSOCK_OP_RST] = COLOR_RESET,
	    [VSOCK_OP_SHUTDOWN] = COLOR_CLOSE,       [VSOCK_OP_RW] = COLOR_DATA,
	    [VSOCK_OP_CREDIT_UPDATE] = COLOR_CREDIT, [VSOCK_OP_CREDIT_REQUEST] = COLOR_CREDIT,
	};

	return op < VSOCK_OPS ? (enum color)colors[op] : COLOR_ODD;
}

/*
 * Most connections end with an RST that answers a SHUTDOWN. An RST is bad if it refuses or breaks a
 * connection, or if something is wrong with it.
 */
static bool is_bad_rst(const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;

	for (size_t i = 0; i < seen->finding_count; i++)
		if (seen->findings[i].severity > VSOCK_INFORMATION)
			return true;
	return flow && !(seen->event.facts & VSOCK_FACT_AFTER_FLOW_END) &&
	       (flow->state == VSOCK_FLOW_REFUSED || flow->state == VSOCK_FLOW_RESET ||
		flow->state == VSOCK_FLOW_FORCED);
}

static void print_op_color(struct output *out, const struct seen *seen)
{
	if (!out->color)
		return;
	if (seen->packet->op == VSOCK_OP_RST && !is_bad_rst(seen))
		color_print(out, COLOR_CLOSE);
	else
		color_print(out, op_color(seen->packet->op));
}

/* Only the opening of a bare flow shows whether it was refused. */
static enum color monitor_color(const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;

	if (!vsock_is_bare(seen->packet))
		return COLOR_NONE;
	if (seen->packet->monitor_op == VSOCK_MONITOR_CONNECT)
		return COLOR_OPEN;
	if (seen->packet->monitor_op == VSOCK_MONITOR_PAYLOAD)
		return COLOR_DATA;
	return flow && flow->state == VSOCK_FLOW_REFUSED ? COLOR_RESET : COLOR_CLOSE;
}

/* Without a virtio op, the monitor header's op gives the kind of the packet. */
static void print_op(struct output *out, const struct seen *seen)
{
	const struct vsock_packet *p = seen->packet;

	if (vsock_has(p, VSOCK_FIELD_OP)) {
		output_char(out, ' ');
		print_op_color(out, seen);
		print_name(out, vsock_op_name(p->op), "OP ", p->op);
		color_print(out, COLOR_NONE);
	} else if (vsock_has(p, VSOCK_FIELD_MONITOR_OP)) {
		output_char(out, ' ');
		color_print(out, monitor_color(seen));
		print_name(out, vsock_monitor_op_name(p->monitor_op), "MONITOR OP ", p->monitor_op);
		color_print(out, COLOR_NONE);
	}
}

static void print_flags(struct output *out, const struct vsock_packet *p)
{
	char text[VSOCK_FLAGS_TEXT_MAX];
	size_t length;

	if (!vsock_has(p, VSOCK_FIELD_FLAGS) || (p->flags == 0 && p->op != VSOCK_OP_SHUTDOWN))
		return;
	output_bytes(out, " [", 2);
	length = vsock_flags_text(text, p->op, p->type, p->flags);
	output_bytes(out, text, length);
	output_char(out, ']');
}

static void print_type(struct output *out, const struct vsock_packet *p)
{
	if (!vsock_has(p, VSOCK_FIELD_TYPE) || p->type == VSOCK_TYPE_STREAM)
		return;
	output_text(out, ", ");
	print_name(out, vsock_type_name(p->type), "TYPE ", p->type);
}

/* Only a transport other than virtio is printed: it explains why the packet has no flow. */
static void print_foreign_transport(struct output *out, const struct print_settings *settings,
				    const struct vsock_packet *p)
{
	if (!vsock_has(p, VSOCK_FIELD_TRANSPORT) || p->transport == VSOCK_TRANSPORT_VIRTIO)
		return;
	if (vsock_is_bare(p) && !settings->link_header && settings->verbose < 3)
		return;
	output_text(out, ", transport ");
	print_name(out, vsock_transport_name(p->transport), "", p->transport);
}

static bool carries_payload(const struct vsock_packet *p)
{
	if (vsock_has(p, VSOCK_FIELD_OP))
		return p->op == VSOCK_OP_RW;
	return p->monitor_op == VSOCK_MONITOR_PAYLOAD;
}

static void print_length(struct output *out, const struct vsock_packet *p)
{
	bool known = vsock_has(p, VSOCK_FIELD_LEN) || p->payload != NULL;

	if (known && (p->len > 0 || carries_payload(p)))
		print_field(out, ", length ", p->len);
}

static void print_credit(struct output *out, const struct vsock_packet *p)
{
	if (vsock_has(p, VSOCK_FIELD_BUF_ALLOC))
		print_field(out, ", buf_alloc ", p->buf_alloc);
	if (vsock_has(p, VSOCK_FIELD_FWD_CNT))
		print_field(out, ", fwd_cnt ", p->fwd_cnt);
}

/* -e: the rest of the monitor header; -vvv: of both headers, and the sizes of the frame. */
static void print_headers(struct output *out, const struct print_settings *settings,
			  const struct seen *seen, bool both)
{
	const struct vsock_packet *p = seen->packet;

	if (vsock_has(p, VSOCK_FIELD_OP)) {
		output_text(out, ", monitor ");
		print_name(out, vsock_monitor_op_name(p->monitor_op), "", p->monitor_op);
	}
	if (both && p->odd & VSOCK_ODD_ADDRESS_MISMATCH) {
		output_text(out, ", inner ");
		address_print(out, settings, p->inner_src_cid, p->inner_src_port);
		output_text(out, " > ");
		address_print(out, settings, p->inner_dst_cid, p->inner_dst_port);
	}
	if (vsock_has(p, VSOCK_FIELD_TRANSPORT) && p->transport == VSOCK_TRANSPORT_VIRTIO)
		output_text(out, ", transport VIRTIO");
	if (vsock_has(p, VSOCK_FIELD_TRANSPORT_LEN))
		print_field(out, ", transport header ", p->transport_len);
	if (!both)
		return;
	print_field(out, ", frame ", seen->record->on_wire);
	if (seen->record->captured != seen->record->on_wire)
		print_field(out, ", captured ", seen->record->captured);
}

/* Opens a note; close_note() ends it. */
static void open_note(struct output *out)
{
	output_text(out, " [");
	color_print(out, COLOR_ODD);
}

static void close_note(struct output *out)
{
	color_print(out, COLOR_NONE);
	output_char(out, ']');
}

static void print_odd(struct output *out, uint32_t odd)
{
	for (; odd != 0; odd &= odd - 1) {
		open_note(out);
		output_text(out, vsock_odd_text((enum vsock_odd)(odd & -odd)));
		close_note(out);
	}
}

/*
 * The user asked for a cut payload with -s, so a note is printed only with payload or details. A
 * surplus is normal for many kernels.
 */
static void print_payload_size(struct output *out, const struct print_settings *settings,
			       const struct vsock_packet *p)
{
	if (p->odd & VSOCK_ODD_PAYLOAD_CUT) {
		if (settings->verbose < 1 && settings->payload == PAYLOAD_NONE)
			return;
		print_field(out, " [", p->captured);
		print_field(out, " of ", p->len);
		output_text(out, " bytes captured]");
	} else if (p->odd & VSOCK_ODD_PAYLOAD_SURPLUS && settings->verbose >= 2) {
		print_field(out, " [", p->captured);
		output_text(out, " bytes captured]");
	}
}

static void print_malformed(struct output *out, const struct seen *seen)
{
	const struct vsock_packet *p = seen->packet;
	bool header = p->odd & VSOCK_ODD_TRANSPORT_LEN;

	open_note(out);
	if (header)
		print_field(out, "malformed: transport header of ", p->transport_len);
	else
		print_field(out, "malformed: frame of ", seen->record->on_wire);
	output_text(out, " bytes");
	close_note(out);
}

static void print_result(struct output *out, const struct seen *seen)
{
	if (seen->packet->result == VSOCK_TRUNCATED)
		output_text(out, " [|vsock]");
	else if (seen->packet->result == VSOCK_MALFORMED)
		print_malformed(out, seen);
}

static void print_notes(struct output *out, const struct print_settings *settings,
			const struct seen *seen)
{
	const struct vsock_packet *p = seen->packet;
	uint32_t odd = p->odd & ~(uint32_t)ODD_PAYLOAD_SIZE;

	if (p->result == VSOCK_MALFORMED)
		odd &= ~(uint32_t)VSOCK_ODD_TRANSPORT_LEN;
	if (!settings->quiet)
		print_odd(out, odd);
	if (p->odd & ODD_PAYLOAD_SIZE && !settings->quiet)
		print_payload_size(out, settings, p);
	print_result(out, seen);
}

/* ", socat (pid 351) > ?": the sender's and the receiver's. */
static void print_processes(struct output *out, const struct print_settings *settings,
			    const struct seen *seen)
{
	const struct process_entry *sender = process_of_packet(settings, seen, true);
	const struct process_entry *receiver = process_of_packet(settings, seen, false);

	if (!sender && !receiver)
		return;
	output_text(out, ", ");
	process_print(out, sender);
	output_text(out, " > ");
	process_print(out, receiver);
}

static void print_details(struct output *out, const struct print_settings *settings,
			  const struct seen *seen)
{
	if (settings->verbose >= 1)
		print_credit(out, seen->packet);
	if (settings->verbose >= 2 && seen->event.flow)
		print_field(out, ", flow ", seen->event.flow->number);
	if (settings->verbose >= 1 && settings->processes)
		print_processes(out, settings, seen);
	if (settings->verbose >= 3)
		print_headers(out, settings, seen, true);
}

void packet_line_print(struct output *out, const struct print_settings *settings,
		       struct address_cache *cache, const struct seen *seen)
{
	const struct vsock_packet *p = seen->packet;

	print_addresses(out, settings, cache, p);
	print_op(out, seen);
	if (!settings->quiet) {
		print_flags(out, p);
		print_type(out, p);
	}
	if (!settings->quiet || settings->link_header)
		print_foreign_transport(out, settings, p);
	print_length(out, p);
	if (!settings->quiet)
		print_details(out, settings, seen);
	if (settings->link_header && (settings->quiet || settings->verbose < 3))
		print_headers(out, settings, seen, false);
	print_notes(out, settings, seen);
	output_char(out, '\n');
}
