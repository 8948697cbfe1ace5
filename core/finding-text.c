/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All that is known of each finding, one row each, and the templates' engine. The letters of the
 * templates are listed in finding-text.h.
 */
#include "core/finding-text.h"

#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "core/names.h"
#include "core/time-units.h"

struct sentences {
	const char *one;
	const char *many;
};

struct row {
	const char *name;
	enum vsock_class severity; /* at most: see struct vsock_report */
	enum vsock_scope scope;
	/* On one flow and on many; or, for each vsock_finding.detail, others. */
	const char *one;
	const char *many;
	const struct sentences *by_detail;
	uint8_t details;
};

/* clang-format would break the sentences in the middle of lines. */
/* clang-format off */

static const struct sentences stalls[VSOCK_CULPRITS] = {
    [VSOCK_CULPRIT_READER] =
	{
	    .one = "%w has waited %t for credit: the program at %p does not read; see what it does",
	    .many =
		"%f: %w waited up to %t for credit since %p does not read; see what the program "
		"there does",
	},
    [VSOCK_CULPRIT_UNANSWERED] =
	{
	    .one =
		"%w has waited %t for credit and asked for it: the device of %p does not answer "
		"CREDIT_REQUEST; it hangs, or runs Linux before 5.14, which never answers",
	    .many =
		"%f: %w waited up to %t for credit and asked for it, and %p does not answer "
		"CREDIT_REQUEST: its device hangs, or runs Linux before 5.14, which never answers",
	},
    [VSOCK_CULPRIT_SENDER_CAP] =
	{
	    .one =
		"%w has waited %t though %p has room: it caps itself at its own smaller buffer; "
		"raise SO_VM_SOCKETS_BUFFER_SIZE at %w, and see whether %p reads",
	    .many =
		"%f: %w waited up to %t though its peer has room: it caps itself at its own "
		"smaller buffer; raise SO_VM_SOCKETS_BUFFER_SIZE there, and see whether %p reads",
	},
    [VSOCK_CULPRIT_NEVER] =
	{
	    .one =
		"%w has waited %t for credit that can never come: %p said it would receive no "
		"more, or has no buffer",
	    .many =
		"%f: %w waited up to %t for credit that can never come: %p said it would receive "
		"no more, or has no buffer",
	},
};

static const struct sentences refusals[VSOCK_REFUSALS] = {
    [VSOCK_REFUSED_PLAIN] =
	{
	    .one =
		"%c was refused by %s: nothing listens there, its backlog is full, or it has no "
		"%T socket; see whether the service runs and listens on port %P",
	    .many = "%f refused%R",
	},
    [VSOCK_REFUSED_SUCCESSOR] =
	{
	    .one =
		"%c was refused by %s right after another connection with the same ports: %s may "
		"still have had the old socket, or the RST answers the old connection; try again "
		"from another port",
	    .many =
		"%f refused right after other connections with the same ports: the server may "
		"still have had the old sockets, or the RSTs answer the old connections",
	},
};

static const struct sentences timeouts[VSOCK_MACHINES] = {
    [VSOCK_MACHINE_GUEST] =
	{
	    .one =
		"%c had no answer from %s for %t, and connect() has given up: see whether that "
		"guest runs (paused, booting, hung) and its CID is right",
	    .many = "%f had no answer, and connect() gave up: %S",
	},
    [VSOCK_MACHINE_HOST] =
	{
	    .one =
		"%c had no answer from %s for %t, and connect() has given up: nothing on the host "
		"answered on port %P, or the answer did not reach the guest; look at the log of "
		"the VMM, and see whether the host has vhost_vsock",
	    .many = "%f had no answer, and connect() gave up: %S",
	},
    [VSOCK_MACHINE_LOCAL] =
	{
	    .one =
		"%c had no answer from %s for %t, and connect() has given up: the loopback "
		"transport is busy, or the capture lacks its answer",
	    .many =
		"%f had no answer, and connect() gave up: the loopback transport is busy, or the "
		"capture lacks its answers",
	},
};

static const struct sentences half_opens[VSOCK_MACHINES] = {
    [VSOCK_MACHINE_GUEST] =
	{
	    .one =
		"%w does not know the connection that %p uses: it was restarted, restored from a "
		"snapshot or migrated, or its socket is gone; %p has to connect again",
	    .many =
		"%d%o does not know the connection that its peer uses: it was restarted, restored "
		"from a snapshot or migrated, or its socket is gone; the peer has to connect again",
	},
    [VSOCK_MACHINE_HOST] =
	{
	    .one =
		"the host's device has forgotten the connection of %w that %p uses: its VMM was "
		"restarted or restored, or the socket is gone; %p has to connect again",
	    .many =
		"%d%o: the host's device has forgotten connections that its peers use: its VMM "
		"was restarted or restored, or the sockets are gone; the peers have to connect "
		"again",
	},
    [VSOCK_MACHINE_LOCAL] =
	{
	    .one =
		"%w does not know the connection that %p uses: its socket is gone; %p has to "
		"connect again",
	    .many =
		"%d%o does not know connections that its peers use: the sockets are gone; the "
		"peers have to connect again",
	},
};

static const struct sentences guest_resets[VSOCK_MACHINES] = {
    [VSOCK_MACHINE_GUEST] =
	{
	    .one =
		"CID %W forgot %n connections at once: it was restarted, restored from a snapshot "
		"or migrated",
	    .many =
		"%d forgot all its connections: it was restarted, restored from a snapshot or "
		"migrated",
	},
    [VSOCK_MACHINE_HOST] =
	{
	    .one =
		"the host's device has forgotten %n connections at once: its VMM was restarted or "
		"restored",
	    .many =
		"the host's device has forgotten all its connections: its VMM was restarted or "
		"restored",
	},
    [VSOCK_MACHINE_LOCAL] =
	{
	    .one = "CID %W forgot %n connections at once: its sockets are gone",
	    .many = "%d forgot all its connections: its sockets are gone",
	},
};

static const struct row rows[] = {
    [VSOCK_FINDING_REFUSED] =
	{
	    .name = "refused",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = refusals,
	    .details = VSOCK_REFUSALS,
	},
    [VSOCK_FINDING_GAVE_UP] =
	{
	    .name = "gave-up",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%c gave up before %s accepted it: its program closed the socket, was stopped, or "
		"has a short timeout; see whether %s accepts fast enough",
	    .many =
		"%f: the client gave up before the server accepted: its program closed the "
		"socket, was stopped, or has a short timeout; see whether the server accepts fast "
		"enough",
	},
    [VSOCK_FINDING_SELF_CONNECT] =
	{
	    .name = "self-connect",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%c connected to itself: its own port is the port that it dials; bind the client "
		"to another port",
	    .many =
		"%f: the client connected to itself: its own port is the port that it dials; bind "
		"the client to another port",
	},
    [VSOCK_FINDING_CONNECT_TIMEOUT] =
	{
	    .name = "connect-timeout",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = timeouts,
	    .details = VSOCK_MACHINES,
	},
    [VSOCK_FINDING_SLOW_HANDSHAKE] =
	{
	    .name = "slow-handshake",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one = "%s took %t to accept %c: see whether its machine is overloaded",
	    .many =
		"%f accepted late, after up to %t: see whether the server's machine is overloaded",
	},
    [VSOCK_FINDING_BAD_HANDSHAKE] =
	{
	    .name = "bad-handshake",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w sent something else while the RESPONSE of %s was due: its device mixes up the "
		"order of the handshake, or the capture lacks the RESPONSE",
	    .many =
		"%d%o sent something else while a RESPONSE was due: its device mixes up the order "
		"of the handshake, or the capture lacks the RESPONSE",
	},
    [VSOCK_FINDING_SUPERSEDED] =
	{
	    .name = "superseded",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%c opened a connection to %s again that was still open: one side forgot it "
		"(restart, snapshot, migration), packets were lost, or two vsock namespaces use "
		"these addresses (Linux 7.0 and later)",
	    .many =
		"%d%o opened again what was still open: one side forgot the connection (restart, "
		"snapshot, migration), packets were lost, or two vsock namespaces use these "
		"addresses (Linux 7.0 and later)",
	},
    [VSOCK_FINDING_CREDIT_STALL] =
	{
	    .name = "credit-stall",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = stalls,
	    .details = VSOCK_CULPRITS,
	},
    [VSOCK_FINDING_SENDER_SILENT] =
	{
	    .name = "sender-silent",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w got credit again %t ago, after a stall, and has sent nothing since: it has no "
		"more to send, or its device missed the update",
	    .many =
		"%f: %w got credit again after a stall and has sent nothing for up to %t: it has "
		"no more to send, or its device missed the update",
	},
    [VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED] =
	{
	    .name = "credit-request-unanswered",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_PEER_DEVICE,
	    .one =
		"%w asked %p for its credit and heard nothing for %t: the device of %p does not "
		"answer CREDIT_REQUEST; it hangs, or runs Linux before 5.14, which never answers",
	    .many =
		"%d%o left CREDIT_REQUEST unanswered for up to %t: its device hangs, or runs "
		"Linux before 5.14, which never answers",
	},
    [VSOCK_FINDING_CREDIT_VIOLATION] =
	{
	    .name = "credit-violation",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w has %n bytes in flight, more than the buffer of %p: the device of %w ignores "
		"credit; kernels drop such data or reset the connection",
	    .many =
		"%d%o had up to %n bytes in flight, more than the buffer of its peer: its device "
		"ignores credit; kernels drop such data or reset the connection",
	},
    [VSOCK_FINDING_FWD_CNT_AHEAD] =
	{
	    .name = "fwd-cnt-ahead",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w acknowledged %n bytes more than were captured from %p: the capture lost "
		"packets, or the device of %w counts wrong",
	    .many =
		"%d%o acknowledged up to %n bytes more than were captured: the capture lost "
		"packets, or its device counts wrong",
	},
    [VSOCK_FINDING_FWD_CNT_BACKWARDS] =
	{
	    .name = "fwd-cnt-backwards",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one = "%w took back its acknowledgement of %n bytes: its device counts fwd_cnt wrong",
	    .many =
		"%d%o took back acknowledgements of up to %n bytes: its device counts fwd_cnt "
		"wrong",
	},
    [VSOCK_FINDING_FWD_CNT_ON_START] =
	{
	    .name = "fwd-cnt-on-start",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w acknowledges %n bytes on a connection that has just begun: its device carries "
		"over fwd_cnt of an old one",
	    .many =
		"%d%o acknowledged up to %n bytes before any were sent: its device carries over "
		"fwd_cnt of old connections",
	},
    [VSOCK_FINDING_NEVER_ACKNOWLEDGES] =
	{
	    .name = "never-acknowledges",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w has never acknowledged anything, though it answered %p: its driver does not "
		"count what it reads; %p will stall after %n bytes",
	    .many =
		"%d%o never acknowledges anything, though it answers: its driver does not count "
		"what it reads; its peers will stall after %n bytes",
	},
    [VSOCK_FINDING_BUFFER_SHRANK] =
	{
	    .name = "buffer-shrank",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w made its receive buffer smaller (it was %n bytes): %p may have more in flight "
		"than it holds",
	    .many =
		"%f: %w made its receive buffer smaller; %p may have more in flight than it holds",
	},
    [VSOCK_FINDING_BUFFER_ZERO] =
	{
	    .name = "buffer-zero",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one = "%w announces a receive buffer of 0 bytes: %p can never send",
	    .many = "%f: %w announces a receive buffer of 0 bytes; %p can never send",
	},
    [VSOCK_FINDING_MESSAGE_TOO_BIG] =
	{
	    .name = "message-too-big",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w sends a message of %n bytes and more to %p, which has no buffer for it: "
		"neither side can go on; raise SO_VM_SOCKETS_BUFFER_SIZE of the receiver or send "
		"smaller messages",
	    .many =
		"%f: %w sends a message of %n bytes and more, for which %p has no buffer: neither "
		"side can go on; raise SO_VM_SOCKETS_BUFFER_SIZE of the receiver or send smaller "
		"messages",
	},
    [VSOCK_FINDING_RESET] =
	{
	    .name = "reset",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w reset the connection with %p without closing it first, %n bytes being unread: "
		"see the log of %w for why",
	    .many =
		"%f: %w reset without closing first, up to %n bytes being unread; see the log of "
		"%w for why",
	},
    [VSOCK_FINDING_OVERFLOW_RESET] =
	{
	    .name = "overflow-reset",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w reset the connection with %p, which had about %n packets unread there: the "
		"queue of %w was full, though by bytes there may have been room; read faster, or "
		"send larger packets",
	    .many =
		"%f: %w reset when up to about %n packets lay unread there: its queue was full, "
		"though by bytes there may have been room; read faster, or send larger packets",
	},
    [VSOCK_FINDING_HALF_OPEN] =
	{
	    .name = "half-open",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .by_detail = half_opens,
	    .details = VSOCK_MACHINES,
	},
    [VSOCK_FINDING_RST_FOR_RST] =
	{
	    .name = "rst-for-rst",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w answered an RST of %p with an RST: nobody may do that; the device of %w is "
		"broken",
	    .many =
		"%d%o answered an RST with an RST: nobody may do that; its device is broken",
	},
    [VSOCK_FINDING_UNREAD_DATA] =
	{
	    .name = "unread-data",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w closed with %n bytes of %p unread, which are lost: %p sees its connection "
		"break (EPIPE); see whether the program at %w died or gave up early",
	    .many =
		"%f: %w closed with up to %n bytes unread, which are lost; its peer sees its "
		"connection break (EPIPE); see whether the program died or gave up early",
	},
    [VSOCK_FINDING_FORCED_CLOSE] =
	{
	    .name = "forced-close",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w closed, %p did not, and after %t %w ended the connection by itself: the "
		"program at %p neither reads nor closes",
	    .many =
		"%f: %w closed, %p did not, and after up to %t the connection was ended: the "
		"program at the other end neither reads nor closes",
	},
    [VSOCK_FINDING_CLOSE_UNANSWERED] =
	{
	    .name = "close-unanswered",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w closed %t ago and %p has not answered: the program at %p neither reads nor "
		"closes, or its machine is gone",
	    .many =
		"%f: %w closed and %p has not answered for up to %t: the program there neither "
		"reads nor closes, or its machine is gone",
	},
    [VSOCK_FINDING_DATA_AFTER_SHUTDOWN] =
	{
	    .name = "data-after-shutdown",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w sends data after it said it would send no more: its device handles SHUTDOWN "
		"wrong",
	    .many =
		"%d%o sends data after it said it would send no more: its device handles SHUTDOWN "
		"wrong",
	},
    [VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN] =
	{
	    .name = "data-after-peer-shutdown",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w sent data after %p said it would receive no more: they are lost; normal if "
		"they were under way",
	    .many =
		"%f: %w sent data after its peer said it would receive no more; they are lost, "
		"which is normal if they were under way",
	},
    [VSOCK_FINDING_DATA_AFTER_END] =
	{
	    .name = "data-after-end",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"%w still sends on a connection that ended %t ago: it did not take notice of the "
		"RST",
	    .many = "%f: %w still sends up to %t after the end; it did not take notice of the RST",
	},
    [VSOCK_FINDING_MESSAGE_CUT] =
	{
	    .name = "message-cut",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .one =
		"the connection ended in the middle of a message of %w, %n bytes of which were "
		"sent: %p never sees it",
	    .many = "%f ended in the middle of a message of %w, which its peer never sees",
	},
    [VSOCK_FINDING_GUEST_RESET] =
	{
	    .name = "guest-reset",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .by_detail = guest_resets,
	    .details = VSOCK_MACHINES,
	},
    [VSOCK_FINDING_RST_STORM] =
	{
	    .name = "rst-storm",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%n RSTs from CID %W within a second: its peers keep talking to sockets that are "
		"gone, or retry without a pause",
	    .many =
		"%d sends RSTs by the hundred: its peers keep talking to sockets that are gone, "
		"or retry without a pause",
	},
    [VSOCK_FINDING_CAPTURE_LOSS] =
	{
	    .name = "capture-loss",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_CAPTURE,
	    .one =
		"packets of %w are missing from the capture (at least %n bytes): counts and "
		"verdicts of this flow are lower bounds; use a larger buffer (-B)",
	    .many =
		"the capture lacks packets%o: counts and verdicts there are lower bounds; use a "
		"larger buffer (-B)",
	},
    [VSOCK_FINDING_PAYLOAD_MISSING] =
	{
	    .name = "payload-missing",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_CAPTURE,
	    .one =
		"a packet of %w is shorter than its header says: the tap failed to copy it, or it "
		"is forged",
	    .many =
		"packets are shorter than their headers say%o: the tap failed to copy them, or "
		"they are forged",
	},
    [VSOCK_FINDING_TYPE_CHANGE] =
	{
	    .name = "type-change",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w changed the socket type in the middle of a connection: its device mixes up "
		"connections",
	    .many =
		"%d%o changed the socket type in the middle of the connection: its device mixes "
		"up connections",
	},
    [VSOCK_FINDING_UNKNOWN_TYPE] =
	{
	    .name = "unknown-type",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one = "%w uses a socket type (%n) that no Linux kernel knows: a receiver answers RST",
	    .many =
		"%d%o uses a socket type (%n) that no Linux kernel knows: a receiver answers RST",
	},
    [VSOCK_FINDING_INVALID_OP] =
	{
	    .name = "invalid-op",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one = "%w sent op %n, which does not exist: its device is broken",
	    .many = "%d%o sent an op (%n) that does not exist: its device is broken",
	},
    [VSOCK_FINDING_BAD_CID] =
	{
	    .name = "bad-cid",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"a packet has upper bits of a CID set, which kernels drop: the device that sent "
		"it is broken, or it is forged",
	    .many =
		"%d sent packets with upper bits of a CID set, which kernels drop: its device is "
		"broken, or they are forged",
	},
    [VSOCK_FINDING_HEADER_MISMATCH] =
	{
	    .name = "header-mismatch",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"a packet of %w has two headers that disagree on who sent it to whom: no kernel "
		"makes such a capture",
	    .many =
		"%d%o sent packets with two headers that disagree on who sent them to whom: no "
		"kernel makes such a capture",
	},
    [VSOCK_FINDING_CONTROL_WITH_PAYLOAD] =
	{
	    .name = "control-with-payload",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w sent %n bytes on a packet that carries no data: its device fills in len wrong",
	    .many =
		"%d%o sent up to %n bytes on packets that carry no data: its device fills in len "
		"wrong",
	},
    [VSOCK_FINDING_EMPTY_RW] =
	{
	    .name = "empty-rw",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one = "%w sent data of no length, which Linux never does",
	    .many = "%d%o sent data of no length, which Linux never does",
	},
    [VSOCK_FINDING_HUGE_RW] =
	{
	    .name = "huge-rw",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one = "%w sent %n bytes in one packet, more than the 65536 that Linux allows",
	    .many = "%d%o sent up to %n bytes in one packet, more than the 65536 that Linux allows",
	},
    [VSOCK_FINDING_BAD_SHUTDOWN_FLAGS] =
	{
	    .name = "bad-shutdown-flags",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one =
		"%w sent SHUTDOWN with flags 0x%x: they shut nothing down, or more than there is",
	    .many = "%d%o sent SHUTDOWN with flags that shut nothing down, or more than there is",
	},
    [VSOCK_FINDING_BAD_RW_FLAGS] =
	{
	    .name = "bad-rw-flags",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .one = "%w sent data with flags 0x%x, which its socket type does not have",
	    .many = "%d%o sent data with flags that its socket type does not have",
	},
};

/* clang-format on */

_Static_assert(sizeof(rows) / sizeof(rows[0]) == VSOCK_FINDING_CODES, "each code has a row");

const char *vsock_finding_name(enum vsock_finding_code code)
{
	return code > 0 && code < VSOCK_FINDING_CODES ? rows[code].name : NULL;
}

enum vsock_class vsock_finding_severity(enum vsock_finding_code code)
{
	return rows[code].severity;
}

enum vsock_scope vsock_finding_scope(enum vsock_finding_code code)
{
	return rows[code].scope;
}

const char *vsock_class_name(enum vsock_class severity)
{
	static const char *const names[VSOCK_CLASSES] = {"information", "suspicious", "certain"};

	return severity < VSOCK_CLASSES ? names[severity] : "unknown";
}

static struct sentences sentences_of(unsigned code, unsigned detail)
{
	const struct row *row;

	if (code == 0 || code >= VSOCK_FINDING_CODES)
		return (struct sentences){"", ""};
	row = &rows[code];
	if (row->by_detail)
		return row->by_detail[detail < row->details ? detail : 0];
	return (struct sentences){row->one, row->many};
}

static void expand(const char *template, const struct vsock_finding_writer *writer)
{
	while (*template) {
		size_t plain = strcspn(template, "%");

		if (plain > 0)
			writer->text(writer->context, template, plain);
		template += plain;
		if (*template) {
			writer->field(writer->context, template[1]);
			template += 2;
		}
	}
}

void vsock_finding_write_many(const struct vsock_finding_writer *writer,
			      enum vsock_finding_code code, uint8_t detail)
{
	expand(sentences_of(code, detail).many, writer);
}

struct text {
	char *at;
	size_t length;
	const struct vsock_finding *finding;
	const struct vsock_cid_names *names;
	int numbers;
};

static void put_text(void *context, const char *string, size_t length)
{
	struct text *t = context;
	size_t room = VSOCK_FINDING_TEXT_MAX - 1 - t->length;

	if (length > room)
		length = room;
	memcpy(t->at + t->length, string, length);
	t->length += length;
}

static void put(struct text *t, const char *string)
{
	put_text(t, string, strlen(string));
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

static void put_side(struct text *t, enum vsock_side side)
{
	const struct vsock_finding *f = t->finding;

	if (side == VSOCK_CLIENT)
		put_address(t, f->client_cid, f->client_port);
	else
		put_address(t, f->server_cid, f->server_port);
}

static void put_time(struct text *t, uint64_t us)
{
	char duration[VSOCK_DURATION_TEXT_MAX];

	vsock_duration_text(duration, us * NANOSECONDS_PER_MICROSECOND, " ");
	put(t, duration);
}

static void put_field(void *context, char letter)
{
	struct text *t = context;
	const struct vsock_finding *f = t->finding;
	enum vsock_side about = f->about ? VSOCK_SERVER : VSOCK_CLIENT;
	const char *type = vsock_type_name(f->type);

	switch (letter) {
	case 'w':
		put_side(t, about);
		break;
	case 'p':
		put_side(t, vsock_peer(about));
		break;
	case 'c':
		put_side(t, VSOCK_CLIENT);
		break;
	case 's':
		put_side(t, VSOCK_SERVER);
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

size_t vsock_finding_text(char text[static VSOCK_FINDING_TEXT_MAX],
			  const struct vsock_finding *finding, const struct vsock_cid_names *names,
			  int numbers)
{
	struct text t = {text, 0, finding, names, numbers};
	struct vsock_finding_writer writer = {put_text, put_field, &t};

	expand(sentences_of(finding->code, finding->detail).one, &writer);
	text[t.length] = '\0';
	return t.length;
}
