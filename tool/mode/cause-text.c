/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sentences are templates, so that all of them stand in one table:
 *
 *	%f the connections: "3 connections from CID 3 to host:1024"
 *	%w whom it is about, %p its peer: "the client" or "the server"
 *	%c the device: "CID 3"    %o how often: " on 3 connections", nothing where there is none
 *	%d both: "CID 3 on 3 connections"
 *	%n the highest amount    %t the same, microseconds, as a time
 *	%a what may be the reason for a refusal    %s for silence
 */
#include "tool/mode/cause-text.h"

#include "core/names.h"
#include "tool/print/address.h"
#include "tool/print/timestamp.h"

/* The ports of a CID that are named at most. */
#define PORTS_SHOWN 8

static const char *const texts[VSOCK_FINDING_CODES] = {
    [VSOCK_FINDING_REFUSED] = "%f refused%a",
    [VSOCK_FINDING_CONNECT_TIMEOUT] = "%f had no answer, and connect() gave up: %s",
    [VSOCK_FINDING_SLOW_HANDSHAKE] =
	"%f accepted late, after up to %t: see whether the server's machine is overloaded",
    [VSOCK_FINDING_BAD_HANDSHAKE] =
	"%d sent something else while a RESPONSE was due: its device mixes up the order of the "
	"handshake, or the capture lacks the RESPONSE",
    [VSOCK_FINDING_SUPERSEDED] =
	"%d opened again what was still open: one side forgot the connection (restart, snapshot, "
	"migration) or lost packets",
    [VSOCK_FINDING_SENDER_SILENT] =
	"%f: %w got credit again after a stall and has sent nothing for up to %t: it has no more "
	"to send, or its device missed the update",
    [VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED] =
	"%d left CREDIT_REQUEST unanswered for up to %t: its device is broken or hangs",
    [VSOCK_FINDING_CREDIT_VIOLATION] =
	"%d had up to %n bytes in flight, more than the buffer of its peer: its device ignores "
	"credit; kernels drop such data or reset the connection",
    [VSOCK_FINDING_FWD_CNT_AHEAD] =
	"%d acknowledged up to %n bytes more than were captured: the capture lost packets, or "
	"its device counts wrong",
    [VSOCK_FINDING_FWD_CNT_BACKWARDS] =
	"%d took back acknowledgements of up to %n bytes: its device counts fwd_cnt wrong",
    [VSOCK_FINDING_FWD_CNT_ON_START] =
	"%d acknowledged up to %n bytes before any were sent: its device carries over fwd_cnt of "
	"old connections",
    [VSOCK_FINDING_BUFFER_SHRANK] =
	"%f: %w made its receive buffer smaller; %p may have more in flight than it holds",
    [VSOCK_FINDING_BUFFER_ZERO] = "%f: %w announces a receive buffer of 0 bytes; %p can never send",
    [VSOCK_FINDING_MESSAGE_TOO_BIG] =
	"%f: %w sends a message of %n bytes and more, for which %p has no buffer: neither side "
	"can go on; raise SO_VM_SOCKETS_BUFFER_SIZE of the receiver or send smaller messages",
    [VSOCK_FINDING_RESET] =
	"%f: %w reset without closing first, up to %n bytes being unread; see the log of %w for "
	"why",
    [VSOCK_FINDING_OVERFLOW_RESET] =
	"%f: %w reset when up to about %n packets lay unread there: its queue was full, though "
	"by bytes there may have been room; read faster, or send larger packets",
    [VSOCK_FINDING_HALF_OPEN] =
	"%d does not know the connection that its peer uses: it was restarted, restored from a "
	"snapshot or migrated, or its socket is gone; the peer has to connect again",
    [VSOCK_FINDING_UNREAD_DATA] =
	"%f: %w closed with up to %n bytes unread, which are lost; its peer sees its "
	"connection break (EPIPE); see whether the program died or gave up early",
    [VSOCK_FINDING_FORCED_CLOSE] =
	"%f: %w closed, %p did not, and after up to %t the connection was ended: the program "
	"at the other end neither reads nor closes",
    [VSOCK_FINDING_CLOSE_UNANSWERED] =
	"%f: %w closed and %p has not answered for up to %t: the program there neither reads nor "
	"closes, or its machine is gone",
    [VSOCK_FINDING_DATA_AFTER_SHUTDOWN] =
	"%d sends data after it said it would send no more: its device handles SHUTDOWN wrong",
    [VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN] =
	"%f: %w sent data after its peer said it would receive no more; they are lost, which is "
	"normal if they were under way",
    [VSOCK_FINDING_DATA_AFTER_END] =
	"%f: %w still sends up to %t after the end; it did not take notice of the RST",
    [VSOCK_FINDING_MESSAGE_CUT] =
	"%f ended in the middle of a message of %w, which its peer never sees",
    [VSOCK_FINDING_GUEST_RESET] =
	"%c forgot all its connections: it was restarted, restored from a snapshot or migrated",
    [VSOCK_FINDING_RST_STORM] =
	"%c sends RSTs by the hundred: its peers keep talking to sockets that are gone, or retry "
	"without a pause",
    [VSOCK_FINDING_CAPTURE_LOSS] =
	"the capture lacks packets%o: counts and verdicts there are lower bounds; use a larger "
	"buffer (-B)",
    [VSOCK_FINDING_PAYLOAD_MISSING] =
	"packets are shorter than their headers say%o: the tap failed to copy them, or they are "
	"forged",
    [VSOCK_FINDING_TYPE_CHANGE] =
	"%d changed the socket type in the middle of the connection: its device mixes up "
	"connections",
    [VSOCK_FINDING_UNKNOWN_TYPE] =
	"%d uses a socket type (%n) that no Linux kernel knows: a receiver answers RST",
    [VSOCK_FINDING_INVALID_OP] = "%d sent an op (%n) that does not exist: its device is broken",
    [VSOCK_FINDING_BAD_CID] =
	"%c sent packets with upper bits of a CID set, which kernels drop: its device is broken, "
	"or they are forged",
    [VSOCK_FINDING_HEADER_MISMATCH] =
	"%d sent packets with two headers that disagree on who sent them to whom: no kernel makes "
	"such a capture",
    [VSOCK_FINDING_CONTROL_WITH_PAYLOAD] =
	"%d sent up to %n bytes on packets that carry no data: its device fills in len wrong",
    [VSOCK_FINDING_EMPTY_RW] = "%d sent data of no length, which Linux never does",
    [VSOCK_FINDING_HUGE_RW] =
	"%d sent up to %n bytes in one packet, more than the 65536 that Linux allows",
    [VSOCK_FINDING_BAD_SHUTDOWN_FLAGS] =
	"%d sent SHUTDOWN with flags that shut nothing down, or more than there is",
    [VSOCK_FINDING_BAD_RW_FLAGS] = "%d sent data with flags that its socket type does not have",
};

static const char *const stall_texts[VSOCK_CULPRITS] = {
    [VSOCK_CULPRIT_READER] =
	"%f: %w waited up to %t for credit since %p does not read; see what the program there does",
    [VSOCK_CULPRIT_UNANSWERED] =
	"%f: %w waited up to %t for credit and asked for it, and %p does not answer "
	"CREDIT_REQUEST: its device is broken or hangs",
    [VSOCK_CULPRIT_SENDER_CAP] =
	"%f: %w waited up to %t though its peer has room: it caps itself at its own smaller "
	"buffer; raise SO_VM_SOCKETS_BUFFER_SIZE there, and see whether %p reads",
    [VSOCK_CULPRIT_NEVER] =
	"%f: %w waited up to %t for credit that can never come: %p said it would receive no "
	"more, or has no buffer",
};

struct sentence {
	struct output *out;
	const struct settings *settings;
	const struct diagnosis *diagnosis;
	const struct diagnosis_group *group;
};

/* "CID 3", or the name. */
static void put_cid(const struct sentence *s, uint32_t cid)
{
	if (s->settings->numbers || !vsock_cid_name(s->settings->names, cid))
		output_text(s->out, "CID ");
	address_print_cid(s->out, s->settings, cid);
}

static void put_count(const struct sentence *s, uint64_t count)
{
	output_u64(s->out, count);
	output_text(s->out, count == 1 ? " connection" : " connections");
}

/* What stands before item `i` of `count` in "a, b and c". */
static void put_separator(const struct sentence *s, uint32_t i, uint32_t count)
{
	if (i > 0)
		output_text(s->out, i + 1 == count ? " and " : ", ");
}

static void put_clients(const struct sentence *s)
{
	const struct diagnosis_group *g = s->group;
	uint32_t count = g->client_count + g->more_clients;

	for (uint32_t i = 0; i < g->client_count; i++) {
		put_separator(s, i, count);
		put_cid(s, g->clients[i]);
	}
	if (g->more_clients)
		output_text(s->out, " and others");
}

static void put_connections(const struct sentence *s)
{
	put_count(s, s->group->connections);
	output_text(s->out, " from ");
	put_clients(s);
	output_text(s->out, " to ");
	address_print(s->out, s->settings, s->group->cid, s->group->port);
}

static void put_type(const struct sentence *s)
{
	const char *name = vsock_type_name(s->group->type);

	output_text(s->out, name ? name : "such");
}

/* Which other ports of the server's CID answered. */
static void put_ports(const struct sentence *s)
{
	const struct endpoints *all = &s->diagnosis->endpoints;
	const struct endpoint *first = endpoints_first(all, s->group->cid);
	uint32_t count = 0;
	uint32_t shown;

	for (const struct endpoint *e = first;
	     e && e < all->sorted + all->count && e->cid == first->cid; e++)
		count++;
	if (count == 0) {
		output_text(s->out, "; no port of ");
		put_cid(s, s->group->cid);
		output_text(s->out, " answered");
		return;
	}
	shown = count <= PORTS_SHOWN ? count : PORTS_SHOWN;
	output_text(s->out, "; ports of ");
	put_cid(s, s->group->cid);
	output_text(s->out, " that answered: ");
	for (uint32_t i = 0; i < shown; i++) {
		output_text(s->out, i > 0 ? ", " : "");
		output_u64(s->out, first[i].port);
	}
	if (shown < count)
		output_printf(s->out, " and %u more", (unsigned)(count - shown));
}

/* An RST does not tell why; what else is known of the port may. */
static void put_refusal(const struct sentence *s)
{
	const struct diagnosis_group *g = s->group;
	const struct endpoint *same = endpoints_find(&s->diagnosis->endpoints, g->cid, g->port);

	if (same && !(same->types & endpoint_type_bit(g->type))) {
		output_text(s->out, ": it has no ");
		put_type(s);
		output_text(s->out, " socket, but one of another type, which accepted");
	} else if (same) {
		output_text(s->out, ", though it accepted ");
		put_count(s, same->answers);
		output_text(s->out, ": its backlog was full, or nothing listened for a while");
	} else {
		output_text(s->out, ": nothing listens there, its backlog is full, or it has no ");
		put_type(s);
		output_text(s->out, " socket");
		put_ports(s);
	}
}

static void put_silence(const struct sentence *s)
{
	if (endpoints_first(&s->diagnosis->endpoints, s->group->cid)) {
		put_cid(s, s->group->cid);
		output_text(s->out, " answered at other times: see whether it was paused, "
				    "migrated or overloaded");
		return;
	}
	output_text(s->out, "see whether ");
	put_cid(s, s->group->cid);
	output_text(s->out, " runs (paused, booting, hung) and its CID is right");
}

static void put_how_often(const struct sentence *s)
{
	if (s->group->connections == 0)
		return;
	output_text(s->out, " on ");
	put_count(s, s->group->connections);
}

static void put_field(const struct sentence *s, char field)
{
	const struct diagnosis_group *g = s->group;
	bool client = g->about == VSOCK_CLIENT;

	switch (field) {
	case 'f':
		put_connections(s);
		break;
	case 'w':
		output_text(s->out, client ? "the client" : "the server");
		break;
	case 'p':
		output_text(s->out, client ? "the server" : "the client");
		break;
	case 'c':
		put_cid(s, g->cid);
		break;
	case 'd':
		put_cid(s, g->cid);
		put_how_often(s);
		break;
	case 'o':
		put_how_often(s);
		break;
	case 's':
		put_silence(s);
		break;
	case 'n':
		output_u64(s->out, g->most);
		break;
	case 't':
		timestamp_print_duration(s->out, g->most * 1000);
		break;
	case 'a':
		put_refusal(s);
		break;
	default:
		break;
	}
}

static const char *template_of(const struct diagnosis_group *g)
{
	if (g->code == VSOCK_FINDING_CREDIT_STALL)
		return stall_texts[g->detail < VSOCK_CULPRITS ? g->detail : VSOCK_CULPRIT_READER];
	return texts[g->code] ? texts[g->code] : vsock_finding_name(g->code);
}

void diagnosis_text(struct output *out, const struct settings *settings,
		    const struct diagnosis *diagnosis, const struct diagnosis_group *group)
{
	struct sentence s = {out, settings, diagnosis, group};

	for (const char *p = template_of(group); *p; p++) {
		if (p[0] == '%' && p[1])
			put_field(&s, *++p);
		else
			output_char(out, *p);
	}
}
