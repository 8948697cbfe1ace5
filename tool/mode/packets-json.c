/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets for programs: one JSON object per line. Every object has every key, in this order, except
 * those that mark a port as made up. vsockdump(8) describes the keys. Programs rely on them.
 */
#include "core/names.h"
#include "tool/inside/inside.h"
#include "tool/message.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"
#include "tool/print/json-finding.h"
#include "tool/print/json.h"
#include "tool/print/packet-line.h"
#include "tool/print/process-name.h"

/* Always inline, like json_key(). */
__attribute__((always_inline)) static inline void print_number(struct output *out, const char *key,
							       const struct vsock_packet *p,
							       enum vsock_field field,
							       uint64_t value)
{
	json_key(out, key);
	json_u64(out, vsock_has(p, field), value);
}

static void print_name(struct output *out, const char *key, const struct print_settings *settings,
		       bool there, uint64_t cid)
{
	if (there) {
		json_cid_name(out, key, settings, cid);
		return;
	}
	json_key(out, key);
	json_null(out);
}

static void print_addresses(struct output *out, const struct print_settings *settings,
			    const struct vsock_packet *p)
{
	print_number(out, "src_cid", p, VSOCK_FIELD_SRC_CID, p->src_cid);
	print_name(out, "src_name", settings, vsock_has(p, VSOCK_FIELD_SRC_CID), p->src_cid);
	print_number(out, "src_port", p, VSOCK_FIELD_SRC_PORT, p->src_port);
	print_number(out, "dst_cid", p, VSOCK_FIELD_DST_CID, p->dst_cid);
	print_name(out, "dst_name", settings, vsock_has(p, VSOCK_FIELD_DST_CID), p->dst_cid);
	print_number(out, "dst_port", p, VSOCK_FIELD_DST_PORT, p->dst_port);
}

__attribute__((cold, noinline)) static void print_made_up(struct output *out, uint8_t hints)
{
	if (hints & VSOCK_HINT_SRC_PORT_MADE_UP) {
		json_key(out, "src_port_made_up");
		json_bool(out, true);
	}
	if (hints & VSOCK_HINT_DST_PORT_MADE_UP) {
		json_key(out, "dst_port_made_up");
		json_bool(out, true);
	}
}

static void print_virtio(struct output *out, const struct vsock_packet *p)
{
	json_key(out, "op");
	json_keyword(out, vsock_has(p, VSOCK_FIELD_OP), vsock_op_keyword(p->op), p->op);
	json_key(out, "type");
	json_keyword(out, vsock_has(p, VSOCK_FIELD_TYPE), vsock_type_keyword(p->type), p->type);
	json_key(out, "len");
	json_u64(out, vsock_has(p, VSOCK_FIELD_LEN) || p->payload != NULL, p->len);
	print_number(out, "flags", p, VSOCK_FIELD_FLAGS, p->flags);
	print_number(out, "buf_alloc", p, VSOCK_FIELD_BUF_ALLOC, p->buf_alloc);
	print_number(out, "fwd_cnt", p, VSOCK_FIELD_FWD_CNT, p->fwd_cnt);
}

static void print_flow(struct output *out, const struct vsock_flow *flow)
{
	json_key(out, "flow");
	json_u64(out, flow != NULL, flow != NULL ? flow->number : 0);
}

static void print_monitor(struct output *out, const struct vsock_packet *p)
{
	json_key(out, "transport");
	json_keyword(out, vsock_has(p, VSOCK_FIELD_TRANSPORT),
		     vsock_transport_keyword(p->transport), p->transport);
	json_key(out, "monitor_op");
	json_keyword(out, vsock_has(p, VSOCK_FIELD_MONITOR_OP),
		     vsock_monitor_op_keyword(p->monitor_op), p->monitor_op);
}

static void print_odd(struct output *out, uint32_t odd)
{
	const char *separator = "";

	json_key(out, "odd");
	output_char(out, '[');
	for (; odd != 0; odd &= odd - 1) {
		const char *text = vsock_odd_text((enum vsock_odd)(odd & -odd));

		output_text(out, separator);
		json_string(out, text, strlen(text));
		separator = ",";
	}
	output_char(out, ']');
}

static void print_result(struct output *out, uint8_t result)
{
	json_key(out, "result");
	switch ((enum vsock_result)result) {
	case VSOCK_DECODED:
		output_text(out, "\"decoded\"");
		break;
	case VSOCK_TRUNCATED:
		output_text(out, "\"truncated\"");
		break;
	case VSOCK_MALFORMED:
		output_text(out, "\"malformed\"");
		break;
	}
}

static void print_processes(struct session *session, const struct seen *seen)
{
	const struct print_settings *settings = &session->settings->print;

	process_json(session->out, settings, "src_process",
		     process_of_packet(settings, seen, true));
	process_json(session->out, settings, "dst_process",
		     process_of_packet(settings, seen, false));
}

static void print_payload(struct output *out, const struct seen *seen)
{
	struct packet_payload payload = packet_payload(seen);

	json_key(out, "payload");
	if (seen->packet->payload && !payload.misplaced)
		json_hex(out, payload.bytes, payload.length);
	else
		json_null(out);
}

static void print_findings(struct session *session, const struct seen *seen)
{
	struct output *out = session->out;

	json_key(out, "findings");
	output_char(out, '[');
	for (size_t i = 0; i < seen->finding_count; i++) {
		if (i > 0)
			output_char(out, ',');
		json_finding(out, &session->json, &session->settings->print, &seen->findings[i]);
	}
	output_char(out, ']');
}

/* -v: the first line of the message that begins in the packet. */
static void print_message(struct session *session, const struct seen *seen)
{
	struct inside *inside = session->own;
	size_t length;
	const char *text;

	inside_packet(inside, seen);
	text = inside_first_line(inside, &length);
	json_key(session->out, "message");
	if (text)
		json_string(session->out, text, length);
	else
		json_null(session->out);
}

static void packets_json_begin(struct session *session)
{
	if (!session->settings->print.verbose || !session->flows)
		return;
	session->own = inside_new(false, true);
	if (session->own)
		return;
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
}

static void packets_json_flow_left(struct session *session, const struct vsock_flow *flow)
{
	if (session->own)
		inside_flow_left(session->own, flow);
}

static void packets_json_packet(struct session *session, const struct seen *seen)
{
	const struct vsock_packet *p = seen->packet;
	struct output *out = session->out;

	json_kind(out, "packet");
	if (seen->record->clock == CAPTURE_TIME_NONE)
		json_no_time(out);
	else
		json_ts_and_time(out, &session->json, seen->record->ts);
	json_key(out, "packet");
	json_u64(out, true, seen->number);
	print_addresses(out, &session->settings->print, p);
	if (p->hints)
		print_made_up(out, p->hints);
	print_virtio(out, p);
	print_flow(out, seen->event.flow);
	json_flow_uid(out, &session->json, seen->event.flow);
	json_place(out, &session->json, seen->record->point);
	print_monitor(out, p);
	json_key(out, "captured");
	json_u64(out, p->payload != NULL, p->captured);
	print_result(out, p->result);
	print_odd(out, p->odd);
	print_findings(session, seen);
	if (session->settings->print.processes)
		print_processes(session, seen);
	if (session->own)
		print_message(session, seen);
	if (session->settings->print.payload != PAYLOAD_NONE)
		print_payload(out, seen);
	json_end(out);
}

static void packets_json_finding(struct session *session, const struct vsock_finding *finding)
{
	json_finding_alone(session->out, &session->json, &session->settings->print, finding);
}

static void packets_json_end(struct session *session)
{
	flow_list_report_evicted(session);
	inside_free(session->own);
	session->own = NULL;
}

const struct mode mode_packets_json = {
    .prints_json = true,
    .needs_flows = true,
    .begin = packets_json_begin,
    .packet = packets_json_packet,
    .finding = packets_json_finding,
    .flow_left = packets_json_flow_left,
    .end = packets_json_end,
};
