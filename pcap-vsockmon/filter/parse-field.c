/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stage "parse": the table of fields that an expression can name.
 *
 * Addresses are the monitor header's. They exist for every transport, and the rest of the project
 * prints them. For the same reason the groups of ops are the monitor header's summary of the op.
 * Its PAYLOAD is called "data" here, because "payload" means the bytes themselves.
 */
#include "pcap-vsockmon/filter/parse-field.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "core/packet.h"
#include "core/wire.h"

#define MONITOR(at, bytes)                                                                         \
	{                                                                                          \
		FILTER_AREA_MONITOR, (at), (bytes), true                                           \
	}
#define VIRTIO(at, bytes)                                                                          \
	{                                                                                          \
		FILTER_AREA_VIRTIO, (at), (bytes), true                                            \
	}

const struct filter_field filter_fields[] = {
    [FILTER_FIELD_CID] = {.keyword = "cid",
			  .pair = true,
			  .listed = true,
			  .values = "a CID or a name for one",
			  .place = MONITOR(VSOCK_MON_SRC_CID, 8)},
    [FILTER_FIELD_PORT] = {.keyword = "port",
			   .pair = true,
			   .listed = true,
			   .values = "a port number",
			   .place = MONITOR(VSOCK_MON_SRC_PORT, 4)},
    [FILTER_FIELD_OP] = {.keyword = "op",
			 .listed = true,
			 .place = VIRTIO(VSOCK_VIRTIO_OP, 2),
			 .by_name = vsock_op_by_name,
			 .name_of = vsock_op_keyword,
			 .words = true},
    [FILTER_FIELD_TYPE] = {.keyword = "type",
			   .listed = true,
			   .place = VIRTIO(VSOCK_VIRTIO_TYPE, 2),
			   .by_name = vsock_type_by_name,
			   .name_of = vsock_type_keyword,
			   .words = true},
    [FILTER_FIELD_FLAGS] = {.keyword = "flags", .place = VIRTIO(VSOCK_VIRTIO_FLAGS, 4)},
    [FILTER_FIELD_MONITOR_OP] = {.place = MONITOR(VSOCK_MON_OP, 2)},
    /* New fields are added here. */
    {.keyword = "transport",
     .listed = true,
     .place = MONITOR(VSOCK_MON_TRANSPORT, 2),
     .by_name = vsock_transport_by_name,
     .name_of = vsock_transport_keyword},
    {.keyword = "len", .place = VIRTIO(VSOCK_VIRTIO_LEN, 4)},
    {.keyword = "buf_alloc", .place = VIRTIO(VSOCK_VIRTIO_BUF_ALLOC, 4)},
    {.keyword = "fwd_cnt", .place = VIRTIO(VSOCK_VIRTIO_FWD_CNT, 4)},
};
#define FIELDS (sizeof(filter_fields) / sizeof(filter_fields[0]))

_Static_assert(VSOCK_MON_DST_CID == VSOCK_MON_SRC_CID + 8, "the receiver's CID follows");
_Static_assert(VSOCK_MON_DST_PORT == VSOCK_MON_SRC_PORT + 4, "the receiver's port follows");

static const struct {
	const char *word;
	enum vsock_monitor_op monitor_op;
} op_groups[] = {
    {"connect", VSOCK_MONITOR_CONNECT},
    {"disconnect", VSOCK_MONITOR_DISCONNECT},
    {"control", VSOCK_MONITOR_CONTROL},
    {"data", VSOCK_MONITOR_PAYLOAD},
};
#define OP_GROUPS (sizeof(op_groups) / sizeof(op_groups[0]))

const struct filter_field *filter_field_of(const struct filter_token *token)
{
	for (size_t i = 0; i < FIELDS; i++) {
		const struct filter_field *field = &filter_fields[i];

		if (field->keyword && filter_token_is(token, field->keyword))
			return field;
	}
	return NULL;
}

static bool is_at(const struct filter_field *field, const struct filter_place *place)
{
	const struct filter_place *own = &field->place;

	if (place->area != own->area || place->size != own->size || place->little != own->little)
		return false;
	if (place->offset == own->offset)
		return true;
	return field->pair && place->offset == filter_receiver(*own).offset;
}

const struct filter_field *filter_field_at(const struct filter_place *place)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (is_at(&filter_fields[i], place))
			return &filter_fields[i];
	return NULL;
}

static void add_value(char text[static FILTER_FIELD_VALUES_MAX], const char *separator,
		      const char *value)
{
	size_t used = strlen(text);

	snprintf(text + used, FILTER_FIELD_VALUES_MAX - used, "%s%s", used ? separator : "", value);
}

const char *filter_field_values(const struct filter_field *field,
				char text[static FILTER_FIELD_VALUES_MAX])
{
	if (!field->name_of)
		return field->values;
	text[0] = '\0';
	for (uint16_t number = 0; number <= UINT8_MAX; number++) {
		const char *name = field->name_of(number);

		if (name)
			add_value(text, ", ", name);
	}
	if (field == &filter_fields[FILTER_FIELD_OP])
		for (size_t i = 0; i < OP_GROUPS; i++)
			add_value(text, ", ", op_groups[i].word);
	add_value(text, " or ", "a number");
	return text;
}

int filter_field_by_name(const struct filter_field *field, const struct filter_token *token)
{
	char name[FILTER_FIELD_NAME_MAX];

	if (!field->by_name || token->length >= sizeof(name))
		return -1;
	for (size_t i = 0; i < token->length; i++)
		name[i] = token->text[i] == '-' ? '_' : token->text[i];
	name[token->length] = '\0';
	return field->by_name(name);
}

const struct filter_field *filter_field_of_name(const struct filter_token *token)
{
	if (token->kind != FILTER_TOKEN_WORD)
		return NULL;
	for (size_t i = 0; i < FIELDS; i++)
		if (filter_fields[i].words && filter_field_by_name(&filter_fields[i], token) >= 0)
			return &filter_fields[i];
	return NULL;
}

int filter_op_group(const struct filter_token *token)
{
	for (size_t i = 0; i < OP_GROUPS; i++)
		if (filter_token_is(token, op_groups[i].word))
			return op_groups[i].monitor_op;
	return -1;
}
