/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Most programs choose any vsock port, so a protocol must be recognized by its first bytes. A test
 * says MAYBE if all bytes so far fit but are too few to be sure. Then it is asked again with more
 * of them. A test that says YES gets the connection.
 *
 * Wireshark moves a heuristic that was right to the front of its list, so their order changes. No
 * two tests may say YES to the same bytes.
 */
#include "dissector/wireshark.h"

#include "dissector/payload/guess.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/packet.h>

#include "dissector/payload/json.h"
#include "dissector/payload/ports.h"
#include "dissector/protocols/messages.h"

enum answer { NO, MAYBE, YES };

/*
 * The captured bytes. `whole`: the capture has not cut any. `waits`: the answer may be MAYBE, as
 * more bytes can come.
 */
struct start {
	const uint8_t *bytes;
	uint32_t length;
	bool whole;
	bool waits;
};

typedef enum answer test_fn(const struct start *start);

static enum answer begins_with(const struct start *start, const char *text, size_t size)
{
	size_t length = MIN(size, start->length);

	if (memcmp(start->bytes, text, length) != 0)
		return NO;
	return length == size ? YES : MAYBE;
}

/* The end of the first line shows HTTP. A request's line may be long. */
#define LINE_MAX_SIZE 16384

static enum answer is_request_line(const struct start *start)
{
	const uint8_t *end = memchr(start->bytes, '\n', start->length);
	size_t length = end ? (size_t)(end - start->bytes) : start->length;

	if (end)
		return g_strstr_len((const char *)start->bytes, (gssize)length, " HTTP/1.") ? YES
											    : NO;
	for (size_t i = 0; i < length; i++)
		if (start->bytes[i] < ' ' && start->bytes[i] != '\r')
			return NO;
	if (!start->whole)
		return YES;
	return length < LINE_MAX_SIZE ? MAYBE : NO;
}

/* gvproxy's heuristic recognizes these bytes too. It has priority while it is enabled. */
static bool is_gvproxy_request(const struct start *start)
{
	const heur_dtbl_entry_t *gvproxy =
	    find_heur_dissector_by_unique_short_name("gvproxy_vsock");

	return gvproxy && gvproxy->enabled && begins_with(start, "POST /connect ", 14) == YES;
}

static enum answer is_http(const struct start *start)
{
	static const char *const words[] = {"GET ",     "POST ",    "PUT ",   "HEAD ", "DELETE ",
					    "OPTIONS ", "CONNECT ", "PATCH ", "TRACE "};
	enum answer best = begins_with(start, "HTTP/1.", 7);

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		enum answer answer = begins_with(start, words[i], strlen(words[i]));

		if (answer == YES)
			return is_gvproxy_request(start) ? NO : is_request_line(start);
		best = MAX(best, answer);
	}
	return best;
}

static enum answer is_http2(const struct start *start)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

	return begins_with(start, preface, sizeof(preface) - 1);
}

static enum answer is_ssh(const struct start *start)
{
	return begins_with(start, "SSH-", 4);
}

#define TLS_HEADER       5
#define TLS_RECORD_MAX   (16384 + 2048)
#define TLS_HANDSHAKE    22
#define TLS_APPLICATION  23
#define TLS_CLIENT_HELLO 1
#define TLS_SERVER_HELLO 2

static bool is_tls_header(const uint8_t *at)
{
	uint32_t length = (uint32_t)at[3] << 8 | at[4];

	return at[0] >= 20 && at[0] <= TLS_APPLICATION && at[1] == 3 && at[2] <= 4 && length > 0 &&
	       length <= TLS_RECORD_MAX;
}

/* In the middle of a session: TLS records, one after the other, up to the last byte. */
static enum answer is_tls_sequence(const struct start *start)
{
	uint32_t records = 0;
	uint64_t at = 0;

	while (at + TLS_HEADER <= start->length) {
		if (!is_tls_header(start->bytes + at))
			return NO;
		at += TLS_HEADER + ((uint32_t)start->bytes[at + 3] << 8 | start->bytes[at + 4]);
		records++;
	}
	return at == start->length || records > 1 ? YES : NO;
}

static enum answer is_tls(const struct start *start)
{
	const uint8_t *at = start->bytes;

	if (at[0] != TLS_HANDSHAKE)
		return start->length >= TLS_HEADER && at[2] == 3 && is_tls_header(at)
			   ? is_tls_sequence(start)
			   : NO;
	if (start->length < TLS_HEADER + 6)
		return start->length < 2 || at[1] == 3 ? MAYBE : NO;
	return is_tls_header(at) && (at[5] == TLS_CLIENT_HELLO || at[5] == TLS_SERVER_HELLO) &&
		       at[6] == 0 && at[9] == 3 && at[10] <= 4
		   ? YES
		   : NO;
}

#define PLAN9_VERSION_SIZE 19 /* of "9P2000"; dialects have a suffix */

/* size[4] Tversion or Rversion, tag[2] of none, msize[4], length[2] and text of the version. */
static enum answer is_9p(const struct start *start)
{
	const uint8_t *at = start->bytes;

	if (start->length < 7)
		return at[0] >= PLAN9_VERSION_SIZE && at[0] < 64 && start->length > 4 &&
			       (at[4] == 100 || at[4] == 101)
			   ? MAYBE
			   : NO;
	if (at[0] < PLAN9_VERSION_SIZE || at[0] >= 64 || at[1] || at[2] || at[3] ||
	    (at[4] != 100 && at[4] != 101) || at[5] != 0xff || at[6] != 0xff)
		return NO;
	if (start->length < PLAN9_VERSION_SIZE)
		return MAYBE;
	return memcmp(at + 13, "9P20", 4) == 0 ? YES : NO;
}

/*
 * The header of an ADB message: in little endian, the name of a command, five numbers, and the bits
 * of the name inverted. It is certain in the middle of a connection too.
 * Source: protocol.txt of Android's adb.
 */
#define ADB_HEADER_SIZE 24

static enum answer is_adb(const struct start *start)
{
	static const char names[][5] = {"CNXN", "AUTH", "STLS", "OPEN",
					"OKAY", "CLSE", "WRTE", "SYNC"};
	enum answer best = NO;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		best = MAX(best, begins_with(start, names[i], 4));
	if (best != YES)
		return best;
	if (start->length < ADB_HEADER_SIZE)
		return MAYBE;
	for (size_t i = 0; i < 4; i++)
		if ((start->bytes[i] ^ start->bytes[20 + i]) != 0xff)
			return NO;
	return YES;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* An object with a name in it, or an array with a value; no control characters. */
static enum answer is_any_json(const struct start *start)
{
	const uint8_t *at = start->bytes;
	uint32_t next = 1;

	if (at[0] != '{' && at[0] != '[')
		return NO;
	for (uint32_t i = 0; i < MIN(start->length, 256); i++)
		if (at[i] < ' ' && !is_space(at[i]))
			return NO;
	while (next < start->length && is_space(at[next]))
		next++;
	if (next == start->length)
		return next < 64 ? MAYBE : NO;
	if (at[0] == '{')
		return at[next] == '"' || at[next] == '}' ? YES : NO;
	return strchr("{[\"]-0123456789", at[next]) ? YES : NO;
}

/* Protocols of JSON messages have separate heuristics, which must have decided first. */
static enum answer is_json(const struct start *start)
{
	switch (messages_recognize(start->bytes, start->length, start->whole)) {
	case PROTOCOL_YES:
		return NO;
	case PROTOCOL_MORE:
		return start->waits ? MIN(MAYBE, is_any_json(start)) : is_any_json(start);
	default:
		return is_any_json(start);
	}
}

/* One protocol: its test, and Wireshark's dissector of it. */
struct guess {
	test_fn *test;
	dissector_handle_t handle;
};

static struct guess http, http2, tls, ssh, plan9, adb, json;

/* The connection belongs to this dissector. */
static void claim_connection(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
			     dissector_handle_t handle)
{
	if (!PINFO_FD_VISITED(pinfo))
		conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo),
							     pinfo->num, handle);
	/* The heuristic added the protocol to the list of layers, and the dissector adds it again.
	 */
	wmem_list_remove_frame(pinfo->layers, wmem_list_tail(pinfo->layers));
	pinfo->curr_layer_num--;
	/* The dissector may ask for more bytes, as if it were called directly. */
	if (pinfo->can_desegment > 0)
		pinfo->can_desegment = 2;
	call_dissector(handle, tvb, pinfo, tree);
}

static wireshark_bool try_guess(const struct guess *guess, tvbuff_t *tvb, packet_info *pinfo,
				proto_tree *tree)
{
	struct start start = {.length = tvb_captured_length(tvb)};

	if (!guess->handle || start.length == 0)
		return FALSE;
	start.bytes = tvb_get_ptr(tvb, 0, (gint)start.length);
	start.whole = start.length == tvb_reported_length(tvb);
	start.waits = pinfo->can_desegment > 0;
	switch (guess->test(&start)) {
	case YES:
		claim_connection(tvb, pinfo, tree, guess->handle);
		return TRUE;
	case MAYBE:
		if (pinfo->can_desegment == 0)
			return FALSE;
		pinfo->desegment_offset = 0;
		pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
		return TRUE;
	default:
		return FALSE;
	}
}

/* Wireshark calls heuristics without a context, so each needs a function. */
#define HEURISTIC(name)                                                                            \
	static wireshark_bool dissect_##name(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,  \
					     void *data _U_)                                       \
	{                                                                                          \
		return try_guess(&(name), tvb, pinfo, tree);                                       \
	}

HEURISTIC(http)
HEURISTIC(http2)
HEURISTIC(tls)
HEURISTIC(ssh)
HEURISTIC(plan9)
HEURISTIC(adb)
HEURISTIC(json)

static void add_guess(struct guess *guess, test_fn *test, dissector_handle_t handle,
		      heur_dissector_t heuristic, const char *protocol, const char *title)
{
	int id = proto_get_id_by_filter_name(protocol);

	guess->test = test;
	guess->handle = handle;
	if (handle && id >= 0)
		heur_dissector_add("vsock", heuristic, g_strconcat(title, " over vsock", NULL),
				   g_strconcat(protocol, "_vsock", NULL), id, HEURISTIC_ENABLE);
}

/* Wireshark's dissector of NBD has no name, but a heuristic for requests and replies. */
static void add_nbd_guess(void)
{
	const heur_dtbl_entry_t *of_tcp = find_heur_dissector_by_unique_short_name("nbd_tcp");
	int id = proto_get_id_by_filter_name("nbd");

	if (of_tcp && id >= 0)
		heur_dissector_add("vsock", of_tcp->dissector, "NBD over vsock", "nbd_vsock", id,
				   HEURISTIC_ENABLE);
}

void payload_guess_handoff(void)
{
	add_guess(&json, is_json, payload_json_handoff(), dissect_json, "json", "JSON");
	add_nbd_guess();
	add_guess(&adb, is_adb, payload_ports_dissector("adb", 5555), dissect_adb, "adb", "ADB");
	add_guess(&plan9, is_9p, payload_ports_dissector("9p", 564), dissect_plan9, "9p", "9P");
	add_guess(&ssh, is_ssh, payload_ports_dissector("ssh", 22), dissect_ssh, "ssh", "SSH");
	add_guess(&tls, is_tls, payload_ports_dissector("tls", 443), dissect_tls, "tls", "TLS");
	add_guess(&http2, is_http2, payload_ports_dissector("http2", 0), dissect_http2, "http2",
		  "HTTP/2");
	add_guess(&http, is_http, payload_ports_dissector("http", 80), dissect_http, "http",
		  "HTTP");
}
