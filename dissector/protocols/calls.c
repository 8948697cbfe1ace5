/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/calls.h"

#include <string.h>

#include <epan/proto_data.h>

/* No more calls wait for replies: a peer that sends only calls must not cost more memory. */
#define CALLS_OPEN_MAX 1024

struct calls *calls_of(packet_info *pinfo, int protocol)
{
	conversation_t *conversation = find_or_create_conversation(pinfo);
	struct calls *calls = conversation_get_proto_data(conversation, protocol);

	if (calls)
		return calls;
	calls = wmem_new0(wmem_file_scope(), struct calls);
	calls->open = wmem_list_new(wmem_file_scope());
	calls->places = wmem_map_new(wmem_file_scope(), g_int64_hash, g_int64_equal);
	conversation_add_proto_data(conversation, protocol, calls);
	return calls;
}

/* How many messages the packet had before. The pool lasts as long as one visit to the packet. */
static uint32_t count_message(packet_info *pinfo, int protocol)
{
	uint32_t *count = p_get_proto_data(pinfo->pool, pinfo, protocol, 0);

	if (!count) {
		count = wmem_new0(pinfo->pool, uint32_t);
		p_add_proto_data(pinfo->pool, pinfo, protocol, 0, count);
	}
	return (*count)++;
}

const struct call *calls_next(struct calls *calls, packet_info *pinfo, int protocol,
			      calls_find_fn *find, const void *message)
{
	gint64 place = (gint64)pinfo->num << 32 | count_message(pinfo, protocol);
	struct call *call = wmem_map_lookup(calls->places, &place);
	gint64 *key;

	if (call || PINFO_FD_VISITED(pinfo))
		return call;
	call = find(calls, pinfo, message);
	if (call) {
		key = wmem_new(wmem_file_scope(), gint64);
		*key = place;
		wmem_map_insert(calls->places, key, call);
	}
	return call;
}

struct call *calls_begin(struct calls *calls, packet_info *pinfo, const char *name, bool replies)
{
	struct call *call = wmem_new0(wmem_file_scope(), struct call);

	call->name = wmem_strdup_printf(wmem_file_scope(), "%.255s", name);
	call->request_frame = pinfo->num;
	call->request_time = pinfo->abs_ts;
	if (replies && wmem_list_count(calls->open) == CALLS_OPEN_MAX)
		wmem_list_remove_frame(calls->open, wmem_list_head(calls->open));
	if (replies)
		wmem_list_append(calls->open, call);
	return call;
}

struct call *calls_oldest(const struct calls *calls)
{
	wmem_list_frame_t *first = wmem_list_head(calls->open);

	return first ? wmem_list_frame_data(first) : NULL;
}

struct call *calls_with_id(const struct calls *calls, const char *id)
{
	for (wmem_list_frame_t *at = wmem_list_head(calls->open); at;
	     at = wmem_list_frame_next(at)) {
		struct call *call = wmem_list_frame_data(at);

		if (call->id && strcmp(call->id, id) == 0)
			return call;
	}
	return NULL;
}

void calls_end(struct calls *calls, struct call *call)
{
	wmem_list_remove(calls->open, call);
}

static void add_frame(proto_tree *tree, tvbuff_t *tvb, int field, uint32_t frame)
{
	if (frame != 0)
		proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, frame));
}

void calls_add_links(const struct call *call, const struct call_fields *fields, bool is_request,
		     packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb)
{
	nstime_t time;

	if (!call)
		return;
	if (is_request) {
		add_frame(tree, tvb, fields->response_in, call->response_frame);
		return;
	}
	add_frame(tree, tvb, fields->response_to, call->request_frame);
	nstime_delta(&time, &pinfo->abs_ts, &call->request_time);
	proto_item_set_generated(proto_tree_add_time(tree, fields->time, tvb, 0, 0, &time));
}

const char *calls_time_text(const struct call *call, packet_info *pinfo)
{
	nstime_t time;
	double milliseconds;

	nstime_delta(&time, &pinfo->abs_ts, &call->request_time);
	milliseconds = nstime_to_msec(&time);
	return wmem_strdup_printf(pinfo->pool, milliseconds < 1 ? "%.3f ms" : "%.1f ms",
				  milliseconds);
}
