/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/ttrpc-calls.h"

#include <epan/srt_table.h>
#include <epan/tap.h>

/* This many methods get a separate row in the statistics. The others share the last row. */
#define ROWS_MAX 1024

static int proto_ttrpc = -1;
static int tap_ttrpc = -1;

/* Maps the name of a method to its row plus one, for the open capture. */
static wmem_map_t *rows;

static int row_of(const char *name)
{
	int row = GPOINTER_TO_INT(wmem_map_lookup(rows, name));

	if (row > 0)
		return row - 1;
	row = (int)wmem_map_size(rows);
	if (row >= ROWS_MAX)
		return ROWS_MAX;
	wmem_map_insert(rows, name, GINT_TO_POINTER(row + 1));
	return row;
}

struct ttrpc_connection *ttrpc_find_connection(packet_info *pinfo)
{
	conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
	struct ttrpc_connection *found = NULL;

	if (conversation)
		found = conversation_get_proto_data(conversation, proto_ttrpc);
	return found && found->first_frame <= pinfo->num ? found : NULL;
}

struct ttrpc_connection *ttrpc_make_connection(packet_info *pinfo, dissector_handle_t handle)
{
	conversation_t *conversation = find_or_create_conversation(pinfo);
	struct ttrpc_connection *made = conversation_get_proto_data(conversation, proto_ttrpc);

	if (made)
		return made;
	made = wmem_new0(wmem_file_scope(), struct ttrpc_connection);
	made->first_frame = pinfo->num;
	made->unanswered = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
	made->messages = wmem_map_new(wmem_file_scope(), g_int64_hash, g_int64_equal);
	conversation_add_proto_data(conversation, proto_ttrpc, made);
	conversation_set_dissector_from_frame_number(conversation, pinfo->num, handle);
	return made;
}

static struct ttrpc_call *begin_call(struct ttrpc_connection *connection, packet_info *pinfo,
				     guint32 stream, const struct ttrpc_envelope *envelope)
{
	struct ttrpc_call *call = wmem_new0(wmem_file_scope(), struct ttrpc_call);

	call->name = wmem_strdup_printf(wmem_file_scope(), "%.255s/%.255s",
					envelope->service ? envelope->service : "",
					envelope->method ? envelope->method : "");
	call->request_frame = pinfo->num;
	call->request_time = pinfo->abs_ts;
	call->row = row_of(call->name);
	wmem_map_insert(connection->unanswered, GUINT_TO_POINTER(stream), call);
	if (!connection->client_known) {
		connection->client_known = TRUE;
		copy_address_wmem(wmem_file_scope(), &connection->client, &pinfo->src);
		connection->client_port = pinfo->srcport;
	}
	return call;
}

/* The last data of a client may still come after the last data of the server. */
static void count_data(struct ttrpc_connection *connection, struct ttrpc_call *call,
		       const packet_info *pinfo, const struct ttrpc_header *header)
{
	if (!(header->flags & TTRPC_NO_DATA))
		call->data_messages++;
	if (header->flags & TTRPC_REMOTE_CLOSED && !ttrpc_from_client(connection, pinfo))
		call->end_frame = pinfo->num;
}

static struct ttrpc_call *call_of_new(struct ttrpc_connection *connection, packet_info *pinfo,
				      const struct ttrpc_header *header,
				      const struct ttrpc_envelope *envelope)
{
	struct ttrpc_call *call;

	if (header->type == TTRPC_REQUEST)
		return begin_call(connection, pinfo, header->stream, envelope);
	call = wmem_map_lookup(connection->unanswered, GUINT_TO_POINTER(header->stream));
	if (call && header->type == TTRPC_DATA)
		count_data(connection, call, pinfo, header);
	if (call && header->type == TTRPC_RESPONSE) {
		call->response_frame = pinfo->num;
		call->response_time = pinfo->abs_ts;
		/* A response ends the stream, so a second one answers nothing. */
		wmem_map_remove(connection->unanswered, GUINT_TO_POINTER(header->stream));
	}
	return call;
}

const struct ttrpc_call *ttrpc_call_of(struct ttrpc_connection *connection, packet_info *pinfo,
				       guint32 offset, const struct ttrpc_header *header,
				       const struct ttrpc_envelope *envelope)
{
	guint64 place = (guint64)pinfo->num << 32 | offset;
	guint64 *key;
	struct ttrpc_call *call = wmem_map_lookup(connection->messages, &place);

	if (call || PINFO_FD_VISITED(pinfo))
		return call;
	call = call_of_new(connection, pinfo, header, envelope);
	if (call) {
		key = wmem_new(wmem_file_scope(), guint64);
		*key = place;
		wmem_map_insert(connection->messages, key, call);
	}
	return call;
}

gboolean ttrpc_from_client(const struct ttrpc_connection *connection, const packet_info *pinfo)
{
	return connection->client_known && connection->client_port == pinfo->srcport &&
	       addresses_equal(&connection->client, &pinfo->src);
}

void ttrpc_count_response(const struct ttrpc_call *call, packet_info *pinfo)
{
	tap_queue_packet(tap_ttrpc, pinfo, call);
}

static void srt_begin(register_srt_t *srt, GArray *tables)
{
	(void)srt;
	init_srt_table("ttRPC", NULL, tables, 0, "Method", NULL, NULL);
}

static tap_packet_status srt_response(void *data, packet_info *pinfo, epan_dissect_t *edt,
				      const void *queued, tap_flags_t flags)
{
	const struct ttrpc_call *call = queued;
	srt_stat_table *table = g_array_index(((srt_data_t *)data)->srt_array, srt_stat_table *, 0);

	(void)edt;
	(void)flags;
	/* A row is named when it is first needed. */
	if (call->row >= table->num_procs || !table->procedures[call->row].procedure)
		init_srt_table_row(table, call->row,
				   call->row == ROWS_MAX ? "(others)" : call->name);
	add_srt_table_data(table, call->row, &call->request_time, pinfo);
	return TAP_PACKET_REDRAW;
}

void ttrpc_calls_register(int proto)
{
	proto_ttrpc = proto;
	tap_ttrpc = register_tap("ttrpc");
	rows =
	    wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_str_hash, g_str_equal);
	register_srt_table(proto, NULL, 1, srt_response, srt_begin, NULL);
}
