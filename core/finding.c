/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words of findings. Texts are templates, so that all of them stand in one table:
 *
 *	%w whom it is about    %p its peer      %c the client    %s the server
 *	%n the amount          %t the amount, microseconds, as a time
 *	%T the type            %P the server's port              %W whom, the CID only
 */
#include "core/finding.h"

#include <stdio.h>
#include <string.h>

#include "core/names.h"

struct words {
	const char *name;
	const char *text;
};

#define ROW(code, name, text) [VSOCK_FINDING_##code] = {name, text}

static const struct words words[] = {
    ROW(REFUSED, "refused",
	"%c was refused by %s: nothing listens there, its backlog is full, or it has no %T "
	"socket; see whether the service runs and listens on port %P"),
    ROW(CONNECT_TIMEOUT, "connect-timeout",
	"%c had no answer from %s for %t, and connect() has given up: see whether that guest "
	"runs (paused, booting, hung) and its CID is right"),
    ROW(SLOW_HANDSHAKE, "slow-handshake",
	"%s took %t to accept %c: see whether its machine is overloaded"),
    ROW(BAD_HANDSHAKE, "bad-handshake",
	"%w sent something else while the RESPONSE of %s was due: its device mixes up the order "
	"of the handshake, or the capture lacks the RESPONSE"),
    ROW(SUPERSEDED, "superseded",
	"%c opened a connection to %s again that was still open: one side forgot it (restart, "
	"snapshot, migration) or lost packets"),
    ROW(CREDIT_STALL, "credit-stall", NULL),
    ROW(SENDER_SILENT, "sender-silent",
	"%w got credit again %t ago, after a stall, and has sent nothing since: it has no more to "
	"send, or its device missed the update"),
    ROW(CREDIT_REQUEST_UNANSWERED, "credit-request-unanswered",
	"%w asked %p for its credit and heard nothing for %t: the device of %p does not answer "
	"CREDIT_REQUEST"),
    ROW(CREDIT_VIOLATION, "credit-violation",
	"%w has %n bytes in flight, more than the buffer of %p: the device of %w ignores credit; "
	"kernels drop such data or reset the connection"),
    ROW(FWD_CNT_AHEAD, "fwd-cnt-ahead",
	"%w acknowledged %n bytes more than were captured from %p: the capture lost packets, or "
	"the device of %w counts wrong"),
    ROW(FWD_CNT_BACKWARDS, "fwd-cnt-backwards",
	"%w took back its acknowledgement of %n bytes: its device counts fwd_cnt wrong"),
    ROW(FWD_CNT_ON_START, "fwd-cnt-on-start",
	"%w acknowledges %n bytes on a connection that has just begun: its device carries over "
	"fwd_cnt of an old one"),
    ROW(BUFFER_SHRANK, "buffer-shrank",
	"%w made its receive buffer smaller (it was %n bytes): %p may have more in flight than "
	"it holds"),
    ROW(BUFFER_ZERO, "buffer-zero", "%w announces a receive buffer of 0 bytes: %p can never send"),
    ROW(MESSAGE_TOO_BIG, "message-too-big",
	"%w sends a message of %n bytes and more to %p, which has no buffer for it: neither side "
	"can go on; raise SO_VM_SOCKETS_BUFFER_SIZE of the receiver or send smaller messages"),
    ROW(RESET, "reset",
	"%w reset the connection with %p without closing it first, %n bytes being unread: see "
	"the log of %w for why"),
    ROW(OVERFLOW_RESET, "overflow-reset",
	"%w reset the connection with %p, which had about %n packets unread there: the queue of "
	"%w was full, though by bytes there may have been room; read faster, or send larger "
	"packets"),
    ROW(HALF_OPEN, "half-open",
	"%w does not know the connection that %p uses: it was restarted, restored from a "
	"snapshot or migrated, or its socket is gone; %p has to connect again"),
    ROW(UNREAD_DATA, "unread-data",
	"%w closed with %n bytes of %p unread, which are lost: %p sees its connection break "
	"(EPIPE); "
	"see whether the program at %w died or gave up early"),
    ROW(FORCED_CLOSE, "forced-close",
	"%w closed, %p did not, and after %t %w ended the connection by itself: the program at "
	"%p neither reads nor closes"),
    ROW(CLOSE_UNANSWERED, "close-unanswered",
	"%w closed %t ago and %p has not answered: the program at %p neither reads nor closes, "
	"or its machine is gone"),
    ROW(DATA_AFTER_SHUTDOWN, "data-after-shutdown",
	"%w sends data after it said it would send no more: its device handles SHUTDOWN wrong"),
    ROW(DATA_AFTER_PEER_SHUTDOWN, "data-after-peer-shutdown",
	"%w sent data after %p said it would receive no more: they are lost; normal if they "
	"were under way"),
    ROW(DATA_AFTER_END, "data-after-end",
	"%w still sends on a connection that ended %t ago: it did not take notice of the RST"),
    ROW(MESSAGE_CUT, "message-cut",
	"the connection ended in the middle of a message of %w, %n bytes of which were sent: "
	"%p never sees it"),
    ROW(GUEST_RESET, "guest-reset",
	"CID %W forgot %n connections at once: it was restarted, restored from a snapshot or "
	"migrated"),
    ROW(RST_STORM, "rst-storm",
	"%n RSTs from CID %W within a second: its peers keep talking to sockets that are gone, "
	"or retry without a pause"),
    ROW(CAPTURE_LOSS, "capture-loss",
	"packets of %w are missing from the capture (at least %n bytes): counts and verdicts of "
	"this flow are lower bounds; use a larger buffer (-B)"),
    ROW(PAYLOAD_MISSING, "payload-missing",
	"a packet of %w is shorter than its header says: the tap failed to copy it, or it is "
	"forged"),
    ROW(TYPE_CHANGE, "type-change",
	"%w changed the socket type in the middle of a connection: its device mixes up "
	"connections"),
    ROW(UNKNOWN_TYPE, "unknown-type",
	"%w uses a socket type (%n) that no Linux kernel knows: a receiver answers RST"),
    ROW(INVALID_OP, "invalid-op", "%w sent op %n, which does not exist: its device is broken"),
    ROW(BAD_CID, "bad-cid",
	"a packet has upper bits of a CID set, which kernels drop: the device that sent it is "
	"broken, or it is forged"),
    ROW(HEADER_MISMATCH, "header-mismatch",
	"a packet of %w has two headers that disagree on who sent it to whom: no kernel makes "
	"such a capture"),
    ROW(CONTROL_WITH_PAYLOAD, "control-with-payload",
	"%w sent %n bytes on a packet that carries no data: its device fills in len wrong"),
    ROW(EMPTY_RW, "empty-rw", "%w sent data of no length, which Linux never does"),
    ROW(HUGE_RW, "huge-rw",
	"%w sent %n bytes in one packet, more than the 65536 that Linux allows"),
    ROW(BAD_SHUTDOWN_FLAGS, "bad-shutdown-flags",
	"%w sent SHUTDOWN with flags 0x%x: they shut nothing down, or more than there is"),
    ROW(BAD_RW_FLAGS, "bad-rw-flags",
	"%w sent data with flags 0x%x, which its socket type does not have"),
};
_Static_assert(sizeof(words) / sizeof(words[0]) == VSOCK_FINDING_CODES, "each code has words");

static const char *const stall_text[VSOCK_CULPRITS] = {
    [VSOCK_CULPRIT_READER] =
	"%w has waited %t for credit: the program at %p does not read; see what it does",
    [VSOCK_CULPRIT_UNANSWERED] =
	"%w has waited %t for credit and asked for it: the device of %p does not answer "
	"CREDIT_REQUEST",
    [VSOCK_CULPRIT_SENDER_CAP] =
	"%w has waited %t though %p has room: it caps itself at its own smaller buffer; "
	"raise SO_VM_SOCKETS_BUFFER_SIZE at %w, and see whether %p reads",
    [VSOCK_CULPRIT_NEVER] =
	"%w has waited %t for credit that can never come: %p said it would receive no more, "
	"or has no buffer",
};

const char *vsock_finding_name(enum vsock_finding_code code)
{
	return code > 0 && code < VSOCK_FINDING_CODES ? words[code].name : NULL;
}

const char *vsock_class_name(enum vsock_class class)
{
	static const char *const names[VSOCK_CLASSES] = {"information", "suspicious", "certain"};

	return class < VSOCK_CLASSES ? names[class] : "unknown";
}

struct text {
	char *at;
	size_t length;
	const struct vsock_cid_names *names;
	int numbers;
};

static void put(struct text *t, const char *string)
{
	size_t room = VSOCK_FINDING_TEXT_MAX - 1 - t->length;
	size_t length = strlen(string);

	if (length > room)
		length = room;
	memcpy(t->at + t->length, string, length);
	t->length += length;
}

static void put_number(struct text *t, uint64_t number, const char *format)
{
	char digits[24];

	snprintf(digits, sizeof(digits), format, (unsigned long long)number);
	put(t, digits);
}

static void put_cid(struct text *t, uint32_t cid)
{
	const char *name = t->numbers ? NULL : vsock_cid_name(t->names, cid);

	if (name)
		put(t, name);
	else
		put_number(t, cid, "%llu");
}

static void put_address(struct text *t, uint32_t cid, uint32_t port)
{
	put_cid(t, cid);
	put(t, ":");
	put_number(t, port, "%llu");
}

static void put_side(struct text *t, const struct vsock_finding *f, enum vsock_side side)
{
	if (side == VSOCK_CLIENT)
		put_address(t, f->client_cid, f->client_port);
	else
		put_address(t, f->server_cid, f->server_port);
}

static void put_time(struct text *t, uint64_t us)
{
	if (us < 1000) {
		put_number(t, us, "%llu us");
	} else if (us < 1000000) {
		put_number(t, us / 1000, "%llu ms");
	} else {
		put_number(t, us / 1000000, "%llu");
		put_number(t, us / 100000 % 10, ".%llu s");
	}
}

static void put_field(struct text *t, const struct vsock_finding *f, char field)
{
	enum vsock_side about = f->about ? VSOCK_SERVER : VSOCK_CLIENT;
	const char *type = vsock_type_name(f->type);

	switch (field) {
	case 'w':
		put_side(t, f, about);
		break;
	case 'p':
		put_side(t, f, vsock_peer(about));
		break;
	case 'c':
		put_side(t, f, VSOCK_CLIENT);
		break;
	case 's':
		put_side(t, f, VSOCK_SERVER);
		break;
	case 'W':
		put_cid(t, about == VSOCK_CLIENT ? f->client_cid : f->server_cid);
		break;
	case 'P':
		put_number(t, f->server_port, "%llu");
		break;
	case 'n':
		put_number(t, f->amount, "%llu");
		break;
	case 'x':
		put_number(t, f->amount, "%llx");
		break;
	case 't':
		put_time(t, f->amount);
		break;
	case 'T':
		put(t, type ? type : "such");
		break;
	default:
		break;
	}
}

static const char *template_of(const struct vsock_finding *f)
{
	if (f->code == 0 || f->code >= VSOCK_FINDING_CODES)
		return "";
	if (f->code == VSOCK_FINDING_CREDIT_STALL)
		return stall_text[f->detail < VSOCK_CULPRITS ? f->detail : VSOCK_CULPRIT_READER];
	return words[f->code].text;
}

size_t vsock_finding_text(char text[static VSOCK_FINDING_TEXT_MAX],
			  const struct vsock_finding *finding, const struct vsock_cid_names *names,
			  int numbers)
{
	struct text t = {text, 0, names, numbers};
	char plain[2] = {0};

	for (const char *p = template_of(finding); *p; p++) {
		if (p[0] == '%' && p[1]) {
			put_field(&t, finding, *++p);
		} else {
			plain[0] = *p;
			put(&t, plain);
		}
	}
	text[t.length] = '\0';
	return t.length;
}
