/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dissectors are asked in this order, the surest knowledge first:
 *
 *   1. the table vsock.stream, where users say what a single connection carries (Decode As);
 *   2. the conversation's dissector: an earlier one that recognized its protocol, or one that it
 *      changed to (STARTTLS, WebSocket);
 *   3. the table vsock.port, where users (Decode As) and dissectors say what a port carries, the
 *      server's port before the client's;
 *   4. the heuristics of the list "vsock", which know messages by sight. They come before the table
 *      if the preference says so;
 *   5. the well-known ports, if the connection's beginning was not captured. The beginning would
 *      have shown the protocol.
 *
 * After REFUSALS_MAX PDUs in a row that no dissector accepted, dissectors do not get this
 * direction's bytes any more.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/subdissector.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "dissector/payload/ports.h"
#include "dissector/preferences.h"

#define REFUSALS_MAX 16

/* Everything about one call. */
struct call {
	struct payload_stream *stream;
	tvbuff_t *tvb;
	packet_info *pinfo;
	proto_tree *tree;
	uint32_t server_port;
	uint32_t client_port;
	bool may_ask;
};

static heur_dissector_list_t heuristics;

void subdissector_register(int protocol)
{
	heuristics = register_heur_dissector_list("vsock", protocol);
}

static void prepare_call(const struct call *c)
{
	c->pinfo->can_desegment = c->may_ask ? 2 : 0;
	c->pinfo->desegment_len = 0;
	c->pinfo->desegment_offset = 0;
	/* Some dissectors recognize the server by this port. */
	c->pinfo->match_uint = c->server_port;
}

/* A dissector that throws an exception has accepted its PDU all the same. */
static int call_handle(const struct call *c, dissector_handle_t handle)
{
	volatile int length = 0;

	prepare_call(c);
	TRY
	{
		length = call_dissector_only(handle, c->tvb, c->pinfo, c->tree, NULL);
	}
	CATCH_NONFATAL_ERRORS
	{
		show_exception(c->tvb, c->pinfo, c->tree, EXCEPT_CODE, GET_MESSAGE);
		length = 1;
	}
	ENDTRY;
	return length;
}

static bool offer(const struct call *c, struct payload_pdu *pdu, dissector_handle_t handle)
{
	if (!handle)
		return false;
	/* Before the call: an error that ends the packet must not lose it. */
	pdu->handle = handle;
	if (call_handle(c, handle) != 0)
		return true;
	pdu->handle = NULL;
	return false;
}

/*
 * After an exception, nobody knows which heuristic threw it. Then the PDU stays marked, and later
 * visits ask all heuristics again.
 */
static bool offer_by_sight(const struct call *c, struct payload_pdu *pdu)
{
	heur_dtbl_entry_t *entry = NULL;
	volatile bool taken = true;

	prepare_call(c);
	pdu->by_sight = true;
	TRY
	{
		taken = dissector_try_heuristic(heuristics, c->tvb, c->pinfo, c->tree, &entry,
						NULL) != FALSE;
		pdu->heuristic = entry;
		pdu->by_sight = false;
	}
	CATCH_NONFATAL_ERRORS
	{
		show_exception(c->tvb, c->pinfo, c->tree, EXCEPT_CODE, GET_MESSAGE);
	}
	ENDTRY;
	return taken;
}

static bool offer_by_table(const struct call *c, struct payload_pdu *pdu)
{
	return offer(c, pdu, payload_ports_find(c->server_port)) ||
	       offer(c, pdu, payload_ports_find(c->client_port));
}

static bool offer_by_well_known(const struct call *c, struct payload_pdu *pdu)
{
	if (!c->stream->joined)
		return false;
	return offer(c, pdu, payload_ports_well_known(c->server_port)) ||
	       offer(c, pdu, payload_ports_well_known(c->client_port));
}

/*
 * Without streams, all heuristics would have to try every packet, although most packets are from
 * the middle of a message. So only the table chooses the dissector.
 */
static bool offer_to_all(const struct call *c, struct payload_pdu *pdu)
{
	if (!c->stream)
		return offer_by_table(c, pdu);
	if (preferences()->heuristics_first)
		return offer_by_sight(c, pdu) || offer_by_table(c, pdu) ||
		       offer_by_well_known(c, pdu);
	return offer_by_table(c, pdu) || offer_by_sight(c, pdu) || offer_by_well_known(c, pdu);
}

static dissector_handle_t chosen(const struct payload_stream *stream, const packet_info *pinfo)
{
	return stream ? conversation_get_dissector(stream->conversation, pinfo->num) : NULL;
}

static dissector_handle_t by_user(const struct payload_stream *stream)
{
	return stream ? payload_ports_of_stream(stream->key[1].uint_val) : NULL;
}

bool subdissector_unwanted(struct payload_stream *stream, enum vsock_side side,
			   const packet_info *pinfo)
{
	return stream->side[side].refused >= REFUSALS_MAX && !chosen(stream, pinfo) &&
	       !by_user(stream);
}

static void find_dissector_of(const struct call *c, struct payload_pdu *pdu)
{
	struct payload_direction *direction = c->stream ? &c->stream->side[pdu->side] : NULL;

	if (offer(c, pdu, by_user(c->stream)) || offer(c, pdu, chosen(c->stream, c->pinfo)) ||
	    ((!direction || direction->refused < REFUSALS_MAX) && offer_to_all(c, pdu))) {
		if (direction)
			direction->refused = 0;
		return;
	}
	if (direction)
		direction->refused++;
	c->pinfo->desegment_len = 0;
	call_data_dissector(c->tvb, c->pinfo, c->tree);
}

static void repeat_by_sight(const struct call *c, heur_dtbl_entry_t *entry)
{
	prepare_call(c);
	TRY
	{
		if (entry)
			call_heur_dissector_direct(entry, c->tvb, c->pinfo, c->tree, NULL);
		else
			dissector_try_heuristic(heuristics, c->tvb, c->pinfo, c->tree, &entry,
						NULL);
	}
	CATCH_NONFATAL_ERRORS
	{
		show_exception(c->tvb, c->pinfo, c->tree, EXCEPT_CODE, GET_MESSAGE);
	}
	ENDTRY;
}

static void repeat_call(const struct call *c, const struct payload_pdu *pdu)
{
	if (pdu->handle)
		call_handle(c, pdu->handle);
	else if (pdu->heuristic || pdu->by_sight)
		repeat_by_sight(c, pdu->heuristic);
	else
		call_data_dissector(c->tvb, c->pinfo, c->tree);
}

/* Without a stream the roles are unknown: most servers have the lower port. */
static struct call call_of(struct payload_stream *stream, const struct payload_pdu *pdu,
			   tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	struct call c = {stream, tvb, pinfo, tree, 0, 0, pdu->may_ask};

	c.server_port = stream ? stream->port[VSOCK_SERVER] : MIN(pinfo->srcport, pinfo->destport);
	c.client_port = stream ? stream->port[VSOCK_CLIENT] : MAX(pinfo->srcport, pinfo->destport);
	return c;
}

/* Addresses and ports of the packet, to be restored after the call. */
struct view {
	address src;
	address dst;
	uint32_t srcport;
	uint32_t destport;
	conversation_element_t *key;
	guint16 can_desegment;
};

/*
 * Dissectors distinguish the directions by addresses. They get the stream's addresses in place of
 * the packet's. These differ on loopback, and if an RST of one side ends the bytes of the other.
 */
static struct view enter_stream(packet_info *pinfo, struct payload_stream *stream,
				const struct payload_pdu *pdu)
{
	struct view before = {pinfo->src,      pinfo->dst,           pinfo->srcport,
			      pinfo->destport, pinfo->conv_elements, pinfo->can_desegment};

	if (!stream)
		return before;
	copy_address_shallow(&pinfo->src, &stream->cid[pdu->side]);
	copy_address_shallow(&pinfo->dst, &stream->cid[vsock_peer(pdu->side)]);
	pinfo->srcport = stream->port[pdu->side];
	pinfo->destport = stream->port[vsock_peer(pdu->side)];
	pinfo->conv_elements = stream->key;
	return before;
}

/* The addresses that a tunnel's dissector has set stay. */
static void leave_stream(packet_info *pinfo, struct payload_stream *stream,
			 const struct payload_pdu *pdu, const struct view *before)
{
	pinfo->conv_elements = before->key;
	pinfo->can_desegment = before->can_desegment;
	if (!stream)
		return;
	if (pinfo->src.data == stream->cid[pdu->side].data)
		copy_address_shallow(&pinfo->src, &before->src);
	if (pinfo->dst.data == stream->cid[vsock_peer(pdu->side)].data)
		copy_address_shallow(&pinfo->dst, &before->dst);
	if (pinfo->srcport == stream->port[pdu->side])
		pinfo->srcport = before->srcport;
	if (pinfo->destport == stream->port[vsock_peer(pdu->side)])
		pinfo->destport = before->destport;
}

/*
 * The wish was for us. Since 4.4 Wireshark takes a dissector that returns with one for a dissector
 * that read nothing, and removes its layer from the packet.
 */
static void forget_wish(packet_info *pinfo)
{
	pinfo->desegment_len = 0;
	pinfo->desegment_offset = 0;
}

struct subdissector_wish subdissector_find(struct payload_stream *stream, struct payload_pdu *pdu,
					   tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	struct call c = call_of(stream, pdu, tvb, pinfo, tree);
	struct view before = enter_stream(pinfo, stream, pdu);
	struct subdissector_wish wish = {.more = false};

	TRY
	{
		find_dissector_of(&c, pdu);
	}
	FINALLY
	{
		leave_stream(pinfo, stream, pdu, &before);
	}
	ENDTRY;
	/* An impossible request is ignored. */
	if (pdu->may_ask && pinfo->desegment_len > 0 && pinfo->desegment_offset >= 0 &&
	    (uint32_t)pinfo->desegment_offset < pdu->length)
		wish = (struct subdissector_wish){true, (uint32_t)pinfo->desegment_offset,
						  pinfo->desegment_len};
	forget_wish(pinfo);
	return wish;
}

void subdissector_repeat(struct payload_stream *stream, const struct payload_pdu *pdu,
			 tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
	struct call c = call_of(stream, pdu, tvb, pinfo, tree);
	struct view before = enter_stream(pinfo, stream, pdu);

	TRY
	{
		repeat_call(&c, pdu);
	}
	FINALLY
	{
		leave_stream(pinfo, stream, pdu, &before);
	}
	ENDTRY;
	forget_wish(pinfo);
}
