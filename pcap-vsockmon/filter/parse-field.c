/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses are the monitor header's: they are there whatever the transport, and what the rest of
 * the tool set prints. The groups of ops are the monitor header's own summary of the op, for the
 * same reason; its PAYLOAD is called "data" here, because "payload" is the bytes themselves.
 */
#include "pcap-vsockmon/filter/parse-field.h"

#include <stddef.h>

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

const struct filter_field filter_fields[FILTER_FIELDS] = {
    [FILTER_FIELD_CID] = {.keyword = "cid",
			  .value = "a CID or a name for one",
			  .pair = true,
			  .listed = true,
			  .place = MONITOR(VSOCK_MON_SRC_CID, 8)},
    [FILTER_FIELD_PORT] = {.keyword = "port",
			   .value = "a port number",
			   .pair = true,
			   .listed = true,
			   .place = MONITOR(VSOCK_MON_SRC_PORT, 4)},
    [FILTER_FIELD_TRANSPORT] = {.keyword = "transport",
				.value = "unknown, no_info, virtio or a number",
				.listed = true,
				.place = MONITOR(VSOCK_MON_TRANSPORT, 2),
				.by_name = vsock_transport_by_name},
    [FILTER_FIELD_OP] = {.keyword = "op",
			 .value = "request, response, rst, shutdown, rw, credit_update, "
				  "credit_request, connect, disconnect, control, data or a number",
			 .listed = true,
			 .place = VIRTIO(VSOCK_VIRTIO_OP, 2),
			 .by_name = vsock_op_by_name},
    [FILTER_FIELD_TYPE] = {.keyword = "type",
			   .value = "stream, seqpacket, dgram or a number",
			   .listed = true,
			   .place = VIRTIO(VSOCK_VIRTIO_TYPE, 2),
			   .by_name = vsock_type_by_name},
    [FILTER_FIELD_LEN] = {.keyword = "len",
			  .value = "a number",
			  .place = VIRTIO(VSOCK_VIRTIO_LEN, 4)},
    [FILTER_FIELD_FLAGS] = {.keyword = "flags",
			    .value = "a number",
			    .place = VIRTIO(VSOCK_VIRTIO_FLAGS, 4)},
    [FILTER_FIELD_BUF_ALLOC] = {.keyword = "buf_alloc",
				.value = "a number",
				.place = VIRTIO(VSOCK_VIRTIO_BUF_ALLOC, 4)},
    [FILTER_FIELD_FWD_CNT] = {.keyword = "fwd_cnt",
			      .value = "a number",
			      .place = VIRTIO(VSOCK_VIRTIO_FWD_CNT, 4)},
    [FILTER_FIELD_MONITOR_OP] = {.place = MONITOR(VSOCK_MON_OP, 2)},
};

_Static_assert(VSOCK_MON_DST_CID == VSOCK_MON_SRC_CID + 8, "the receiver's CID follows");
_Static_assert(VSOCK_MON_DST_PORT == VSOCK_MON_SRC_PORT + 4, "the receiver's port follows");

const struct filter_field *filter_field_of(const struct filter_token *token)
{
	for (size_t i = 0; i < FILTER_FIELDS; i++) {
		const struct filter_field *field = &filter_fields[i];

		if (field->keyword && filter_token_is(token, field->keyword))
			return field;
	}
	return NULL;
}

int filter_op_group(const struct filter_token *token)
{
	static const struct {
		const char *word;
		enum vsock_monitor_op monitor_op;
	} groups[] = {
	    {"connect", VSOCK_MONITOR_CONNECT},
	    {"disconnect", VSOCK_MONITOR_DISCONNECT},
	    {"control", VSOCK_MONITOR_CONTROL},
	    {"data", VSOCK_MONITOR_PAYLOAD},
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (filter_token_is(token, groups[i].word))
			return groups[i].monitor_op;
	return -1;
}
