/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Info has the words of a TCP segment's: "RW Len=3732 Win=262144 Fwd=120 [stall 3.00 s]". The
 * columns Source and Destination have the ports. Win is the sender's buf_alloc. It counts from
 * fwd_cnt, as TCP's window counts from the acknowledgement.
 *
 * The line is put together in one buffer without printf(), which would take longer than the rest of
 * the plugin.
 */
#include "dissector/wireshark.h"

#include "dissector/columns.h"

#include <string.h>

#include <epan/column-utils.h>

#include "core/finding-text.h"
#include "core/flow-event.h"
#include "core/names.h"

/* Longer than any line: two ports, an op with flags, four numbers, all oddities and findings. */
#define LINE_SIZE 2048

struct line {
	size_t length;
	char text[LINE_SIZE];
};

static void put_text(struct line *line, const char *text)
{
	size_t length = strlen(text);

	if (length > LINE_SIZE - 1 - line->length)
		length = LINE_SIZE - 1 - line->length;
	memcpy(line->text + line->length, text, length);
	line->length += length;
	line->text[line->length] = '\0';
}

static void put_number(struct line *line, uint64_t number)
{
	char digits[24];
	char *start = digits + sizeof(digits) - 1;

	*start = '\0';
	do
		*--start = (char)('0' + number % 10);
	while (number /= 10);
	put_text(line, start);
}

static void put_value(struct line *line, const char *label, uint64_t value)
{
	put_text(line, label);
	put_number(line, value);
}

static void put_op(struct line *line, const struct vsock_packet *packet)
{
	char flags[VSOCK_FLAGS_TEXT_MAX];
	const char *name = NULL;

	if (vsock_has(packet, VSOCK_FIELD_OP))
		name = vsock_op_name(packet->op);
	else if (vsock_has(packet, VSOCK_FIELD_MONITOR_OP))
		name = vsock_monitor_op_name(packet->monitor_op);
	if (name)
		put_text(line, name);
	else if (vsock_has(packet, VSOCK_FIELD_OP))
		put_value(line, "op ", packet->op);
	else
		put_text(line, "vsock");
	if (vsock_has(packet, VSOCK_FIELD_FLAGS) &&
	    (packet->flags || packet->op == VSOCK_OP_SHUTDOWN)) {
		vsock_flags_text(flags, packet->op, packet->type, packet->flags);
		put_text(line, " (");
		put_text(line, flags);
		put_text(line, ")");
	}
}

static void put_type(struct line *line, uint16_t type)
{
	const char *name = vsock_type_name(type);

	if (type == VSOCK_TYPE_STREAM)
		return;
	if (name) {
		put_text(line, " ");
		put_text(line, name);
	} else {
		put_value(line, " Type=", type);
	}
}

static void put_values(struct line *line, const struct vsock_packet *packet)
{
	if (!vsock_has_virtio(packet)) {
		if (packet->payload)
			put_value(line, " Len=", packet->len);
		return;
	}
	put_type(line, packet->type);
	put_value(line, " Len=", packet->len);
	put_value(line, " Win=", packet->buf_alloc);
	put_value(line, " Fwd=", packet->fwd_cnt);
}

/* Many kernels capture a surplus, and the user of a snapshot length asked for a cut payload. */
#define USUAL (VSOCK_ODD_PAYLOAD_SURPLUS | VSOCK_ODD_PAYLOAD_CUT)

static void put_notes(struct line *line, const struct vsock_packet *packet,
		      const struct frame_record *frame)
{
	char tag[VSOCK_FINDING_TAG_MAX];

	for (uint32_t odd = packet->odd & ~(uint32_t)USUAL; odd; odd &= odd - 1) {
		put_text(line, " [");
		put_text(line, vsock_odd_text((enum vsock_odd)(odd & -odd)));
		put_text(line, "]");
	}
	for (const struct finding_record *f = frame ? frame->findings : NULL; f; f = f->next) {
		vsock_finding_tag(tag, &f->finding);
		put_text(line, " [");
		put_text(line, tag);
		put_text(line, "]");
	}
	if (frame &&
	    (frame->facts & VSOCK_FACT_REPETITION || (frame->stream && frame->stream->copy)))
		put_text(line, " [captured twice]");
	if (packet->result == VSOCK_TRUNCATED)
		put_text(line, " [headers cut]");
}

void columns_fill(packet_info *pinfo, const struct vsock_packet *packet,
		  const struct frame_record *frame)
{
	struct line line = {.length = 0};

	put_op(&line, packet);
	put_values(&line, packet);
	put_notes(&line, packet, frame);
	col_set_str(pinfo->cinfo, COL_PROTOCOL, "VSOCK");
	col_add_str(pinfo->cinfo, COL_INFO, line.text);
}
