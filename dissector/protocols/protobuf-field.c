/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/protobuf-field.h"

static gboolean varint(tvbuff_t *tvb, int *offset, int end, guint64 *value)
{
	guint length = 0;

	if (*offset < end)
		length = tvb_get_varint(tvb, (guint)*offset, (guint)(end - *offset), value,
					ENC_VARINT_PROTOBUF);
	*offset += (int)length;
	return length > 0;
}

/* A length that does not fit into an int makes it no field. */
static gboolean value_of(tvbuff_t *tvb, int *offset, int end, struct protobuf_field *field)
{
	guint64 length = 0;

	switch (field->type) {
	case PROTOBUF_VARINT:
		field->at = *offset;
		if (!varint(tvb, offset, end, &field->value))
			return FALSE;
		length = (guint64)(*offset - field->at);
		break;
	case PROTOBUF_FIXED64:
		length = 8;
		field->at = *offset;
		break;
	case PROTOBUF_FIXED32:
		length = 4;
		field->at = *offset;
		break;
	case PROTOBUF_BYTES:
		if (!varint(tvb, offset, end, &length) || length > G_MAXINT32)
			return FALSE;
		field->at = *offset;
		break;
	default:
		return FALSE;
	}
	field->length = (int)length;
	field->captured = MIN(field->length, end - field->at);
	*offset = field->at + field->captured;
	return TRUE;
}

gboolean protobuf_next_field(tvbuff_t *tvb, int *offset, int end, struct protobuf_field *field)
{
	int at = *offset;
	guint64 tag = 0;

	if (!varint(tvb, &at, end, &tag) || tag >> 3 == 0)
		return FALSE;
	*field = (struct protobuf_field){
	    .number = tag >> 3, .type = (enum protobuf_wire_type)(tag & 7), .start = *offset};
	if (!value_of(tvb, &at, end, field))
		return FALSE;
	*offset = at;
	return TRUE;
}
