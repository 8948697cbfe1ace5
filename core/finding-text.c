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
	const char *one;  /* what happened, on one flow */
	const char *many; /* the same on many flows */
	const char *look; /* what to look at, for both; or NULL */
};

struct row {
	const char *name;
	const char *tag;           /* NULL: the name is the tag, too */
	const char *summary;       /* of any such finding, in at most 60 characters */
	enum vsock_class severity; /* at most: see struct vsock_report */
	enum vsock_scope scope;
	struct sentences text;
	/* For each vsock_finding.detail, instead of text; or NULL. */
	const struct sentences *by_detail;
	uint8_t details;
};

/* Who makes the packets is often mistaken for who makes the data. */
#define DEVICE_BUG "%B in %w's virtio-vsock device (VMM or driver), not in your program."

#define OLD_LINUX "That device hangs, or it is Linux before 5.14, which never answers."

/* clang-format would break the sentences in the middle of lines. */
/* clang-format off */

static const struct sentences stalls[VSOCK_CULPRITS] = {
    [VSOCK_CULPRIT_READER] =
	{
	    .one =
		"%w could not send for %t: the receive buffer of %p is full because its program%r "
		"does not read.",
	    .many =
		"On %f, %w could not send for up to %t: the receive buffer of %p is full because "
		"its program%r does not read.",
	    .look = "Look at what that program is doing.",
	},
    [VSOCK_CULPRIT_UNANSWERED] =
	{
	    .one =
		"%w could not send for %t: it knows of no room in the receive buffer of %p, whose "
		"device does not answer CREDIT_REQUEST.",
	    .many =
		"On %f, %w could not send for up to %t: it knows of no room in the receive buffer "
		"of %p, whose device does not answer CREDIT_REQUEST.",
	    .look = OLD_LINUX,
	},
    [VSOCK_CULPRIT_SENDER_CAP] =
	{
	    .one =
		"%w could not send for %t though %p has room: a sender also stops at the size of "
		"its own buffer, which is smaller here.",
	    .many =
		"On %f, %w could not send for up to %t though %p has room: a sender also stops at "
		"the size of its own buffer, which is smaller here.",
	    .look =
		"Raise SO_VM_SOCKETS_BUFFER_SIZE at %w, or see why the program%r at %p does not read.",
	},
    [VSOCK_CULPRIT_NEVER] =
	{
	    .one =
		"%w could not send for %t and never can: %p receives no more, or its buffer has "
		"0 bytes.",
	    .many =
		"On %f, %w could not send for up to %t and never can: %p receives no more, or its "
		"buffer has 0 bytes.",
	    .look = "See why %p stopped receiving.",
	},
};

static const struct sentences refusals[VSOCK_REFUSALS] = {
    [VSOCK_REFUSED_PLAIN] =
	{
	    .one = "%s refused %c. Most likely no %T socket listens on port %P, or its backlog is full.",
	    .many = "%s refused %N.%R",
	},
    [VSOCK_REFUSED_SUCCESSOR] =
	{
	    .one = "%s refused %c right after another connection with the same ports.",
	    .many = "%s refused %N right after other connections with the same ports.",
	    .look = "It may still have the old socket: try again from another port.",
	},
    [VSOCK_REFUSED_BARE] =
	{
	    .one = "%s refused %c. Most likely nothing listens on port %P.",
	    .many = "%s refused %N.%R",
	},
};

static const struct sentences timeouts[VSOCK_MACHINES + 1] = {
    [VSOCK_MACHINE_GUEST] =
	{
	    .one =
		"%s did not answer %c for %t, and connect() gave up. See whether that guest runs "
		"(it may be paused, hung, or booting) and whether its CID is right.",
	    .many = "%s did not answer %N for %u%t, and connect() gave up.%S",
	},
    [VSOCK_MACHINE_HOST] =
	{
	    .one =
		"%s did not answer %c for %t, and connect() gave up. Look at the log of the VMM, "
		"and see whether the host has vhost_vsock.",
	    .many = "%s did not answer %N for %u%t, and connect() gave up.%S",
	},
    [VSOCK_MACHINE_LOCAL] =
	{
	    .one = "%s did not answer %c for %t, and connect() gave up.",
	    .many = "%s did not answer %N for %u%t, and connect() gave up.",
	    .look = "The loopback transport is busy, or the capture missed the answer.",
	},
    [VSOCK_MACHINE_UNKNOWN] =
	{
	    .one = "%s did not accept %c for %t.",
	    .many = "%s did not accept %N for %u%t.",
	    .look =
		"See whether its machine runs (it may be paused, hung, or booting), and what the "
		"program that should accept is doing.",
	},
};

static const struct sentences half_opens[VSOCK_MACHINES] = {
    [VSOCK_MACHINE_GUEST] =
	{
	    .one =
		"%w has forgotten the connection that %p still uses (it restarted, was restored "
		"from a snapshot, or migrated).",
	    .many =
		"%w has forgotten %C that %p still uses (it restarted, was restored from a "
		"snapshot, or migrated).",
	    .look = "The program%r at %p must reconnect.",
	},
    [VSOCK_MACHINE_HOST] =
	{
	    .one =
		"The device of %w has forgotten the connection that %p still uses (its VMM "
		"restarted or was restored).",
	    .many =
		"The device of %w has forgotten %C that %p still uses (its VMM restarted or was "
		"restored).",
	    .look = "The program%r at %p must reconnect.",
	},
    [VSOCK_MACHINE_LOCAL] =
	{
	    .one =
		"%w has forgotten the connection that %p still uses (its socket no longer exists).",
	    .many = "%w has forgotten %C that %p still uses (its socket no longer exists).",
	    .look = "The program%r at %p must reconnect.",
	},
};

static const struct sentences guest_resets[VSOCK_MACHINES] = {
    [VSOCK_MACHINE_GUEST] =
	{
	    .one =
		"%W has forgotten %n connections at once (it restarted, was restored from a "
		"snapshot, or migrated).",
	    .many =
		"%W has forgotten several connections at once (it restarted, was restored from a "
		"snapshot, or migrated).",
	    .look = "Its peers must reconnect.",
	},
    [VSOCK_MACHINE_HOST] =
	{
	    .one =
		"The device of %W has forgotten %n connections at once (its VMM restarted or was "
		"restored).",
	    .many =
		"The device of %W has forgotten several connections at once (its VMM restarted or "
		"was restored).",
	    .look = "Its peers must reconnect.",
	},
    [VSOCK_MACHINE_LOCAL] =
	{
	    .one = "%W has forgotten %n connections at once (their sockets no longer exist).",
	    .many = "%W has forgotten several connections at once (their sockets no longer exist).",
	    .look = "Its peers must reconnect.",
	},
};

static const struct sentences overflows[VSOCK_OVERFLOWS] = {
    [VSOCK_OVERFLOW_PACKETS] =
	{
	    .one =
		"%w reset the connection because too many small packets of %p (about %n) waited "
		"unread.",
	    .many =
		"On %f, %w reset the connection because too many small packets of %p (up to about "
		"%n) waited unread.",
	    .look = "Read faster on %w, or send fewer, larger packets.",
	},
    [VSOCK_OVERFLOW_BYTES] =
	{
	    .one =
		"%w reset the connection because its receive buffer was full: about %n packets of "
		"%p waited unread.",
	    .many =
		"On %f, %w reset the connection because its receive buffer was full: up to about "
		"%n packets of %p waited unread.",
	    .look = "Read faster on %w, and do not make its buffer smaller.",
	},
};

static const struct sentences unanswered[VSOCK_UNANSWERED_KINDS] = {
    [VSOCK_UNANSWERED_OPEN] =
	{
	    .one = "%w has not answered a request of %p for %t.",
	    .many = "On %f, %w has not answered requests for up to %t.",
	    .look = "See what its program%q is doing. --calls shows what else it answers.",
	},
    [VSOCK_UNANSWERED_CLOSED] =
	{
	    .one = "%w closed the connection without an answer to a request of %p.",
	    .many = "On %f, %w closed without an answer to a request.",
	    .look = "See whether its program%q crashed or was stopped.",
	},
    [VSOCK_UNANSWERED_GAVE_UP] =
	{
	    .one = "%p waited %t for the answer of %w to its request, and gave up.",
	    .many = "On %f, %p waited up to %t for the answer of %w, and gave up.",
	    .look = "See what the program%q that should answer is doing.",
	},
};

static const struct sentences failures[VSOCK_CONNECT_FAILURES] = {
    [VSOCK_FAILED_NO_CID] =
	{
	    .one = "%K tried to connect to %W (port %P), which does not exist (ENODEV).",
	    .many = "Programs%k tried to connect to %s, but no machine has this CID (ENODEV).",
	    .look =
		"See whether that guest runs and whether its CID is right. A host needs vhost_vsock "
		"for its guests.",
	},
    [VSOCK_FAILED_NO_MODULE] =
	{
	    .one =
		"%K tried to connect to %s, but the kernel has no transport that goes there "
		"(ENODEV).",
	    .many =
		"Programs%k tried to connect to %s, but the kernel has no transport that goes "
		"there (ENODEV).",
	    .look =
		"CID 1 needs the module vsock_loopback. CID 2 is the host, and only a guest has "
		"one.",
	},
    [VSOCK_FAILED_OTHER] =
	{
	    .one = "%K could not connect to %s: connect() failed with %E.",
	    .many = "Programs%k could not connect to %s: connect() failed.",
	    .look = "No packet was sent: the reason is on that program's machine.",
	},
};

static const struct row rows[] = {
    [VSOCK_FINDING_REFUSED] =
	{
	    .name = "refused",
	    .summary = "The server refused the connection",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = refusals,
	    .details = VSOCK_REFUSALS,
	},
    [VSOCK_FINDING_GAVE_UP] =
	{
	    .name = "gave-up",
	    .summary = "The client gave up before the server accepted",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one = "%c gave up before %s accepted it.",
		    .many = "On %f, the client gave up before the server accepted it.",
		    .look =
			"Look at the client's program%k: it closed the socket, was stopped, or has "
			"a short timeout.",
		},
	},
    [VSOCK_FINDING_SELF_CONNECT] =
	{
	    .name = "self-connect",
	    .summary = "The client connected to itself",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one = "%c connected to itself: its own port is the port that it dials.",
		    .many =
			"On %f, the client connected to itself: its own port is the port that it "
			"dials.",
		    .look = "Bind the client to another port.",
		},
	},
    [VSOCK_FINDING_CONNECT_TIMEOUT] =
	{
	    .name = "connect-timeout",
	    .summary = "The server did not answer, and connect() gave up",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = timeouts,
	    .details = VSOCK_MACHINES + 1,
	},
    [VSOCK_FINDING_SLOW_HANDSHAKE] =
	{
	    .name = "slow-handshake",
	    .summary = "The server took long to accept",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one = "%s took %t to accept %c.",
		    .many = "%s took up to %t to accept %N.",
		    .look = "See whether its machine is overloaded or was paused.",
		},
	},
    [VSOCK_FINDING_BAD_HANDSHAKE] =
	{
	    .name = "bad-handshake",
	    .summary = "A packet came while the RESPONSE was due",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w sent another packet while the RESPONSE of %s was due.",
		    .many = "%w sent another packet%o while a RESPONSE was due.",
		    .look =
			"Its device mixes up the order of packets, or the capture missed the "
			"RESPONSE.",
		},
	},
    [VSOCK_FINDING_SUPERSEDED] =
	{
	    .name = "superseded",
	    .summary = "An open connection was opened again",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%c opened a connection to %s again that was still open.",
		    .many = "%w opened %C again that had not ended.",
		    .look =
			"One side forgot it (restart, snapshot, migration), packets were lost, or "
			"two vsock namespaces use the same addresses (Linux 7.0 and later).",
		},
	},
    [VSOCK_FINDING_CONNECT_FAILED] =
	{
	    .name = "connect-failed",
	    .summary = "connect() failed without a packet",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = failures,
	    .details = VSOCK_CONNECT_FAILURES,
	},
    [VSOCK_FINDING_CREDIT_STALL] =
	{
	    .name = "credit-stall",
	    .tag = "stall",
	    .summary = "A side could not send: it had no credit",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = stalls,
	    .details = VSOCK_CULPRITS,
	},
    [VSOCK_FINDING_SENDER_SILENT] =
	{
	    .name = "sender-silent",
	    .summary = "A side got credit after a stall and sent nothing",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one =
			"%w could send again %t ago, after a stall, and has sent nothing since.",
		    .many =
			"On %f, %w could send again after a stall and has sent nothing for up to "
			"%t.",
		    .look = "It has no more to send, or its device missed the CREDIT_UPDATE.",
		},
	},
    [VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED] =
	{
	    .name = "credit-request-unanswered",
	    .summary = "A device does not answer CREDIT_REQUEST",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_PEER_DEVICE,
	    .text =
		{
		    .one = "The device of %p has not answered CREDIT_REQUEST of %w for %t.",
		    .many = "The device of %p has not answered CREDIT_REQUEST for up to %t%o.",
		    .look = OLD_LINUX,
		},
	},
    [VSOCK_FINDING_CREDIT_VIOLATION] =
	{
	    .name = "credit-violation",
	    .summary = "A side sent more than the peer's buffer holds",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one =
			"%w has %b in flight, but the receive buffer of %p holds only %m. Kernels "
			"drop such data or reset the connection.",
		    .many =
			"%w had up to %b in flight%o, more than the receive buffer of its peer "
			"holds. Kernels drop such data or reset the connection.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_FWD_CNT_AHEAD] =
	{
	    .name = "fwd-cnt-ahead",
	    .summary = "fwd_cnt counts more than the capture shows",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w says that it has read %b more than this capture shows of %p.",
		    .many =
			"%w says that it has read up to %b more than this capture shows of its "
			"peer%o.",
		    .look =
			"Most likely the capture missed packets: capture again with a larger -B. "
			"Otherwise %w's device counts wrong.",
		},
	},
    [VSOCK_FINDING_FWD_CNT_BACKWARDS] =
	{
	    .name = "fwd-cnt-backwards",
	    .summary = "fwd_cnt went back",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w says that it has read %b less than it had said before.",
		    .many = "%w says that it has read up to %b less than it had said before%o.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_FWD_CNT_ON_START] =
	{
	    .name = "fwd-cnt-on-start",
	    .summary = "fwd_cnt is not 0 at the start",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w says that it has read %b of a connection that has just begun.",
		    .many =
			"%w says that it has read up to %b of a connection that has just begun%o.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_NEVER_ACKNOWLEDGES] =
	{
	    .name = "never-acknowledges",
	    .summary = "A side never says that it has read anything",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one =
			"%w answers %p but never says that it has read anything, so %p will stall "
			"after %b.",
		    .many =
			"%w answers its peers but never says that it has read anything%o, so they "
			"will stall after %b.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_BUFFER_SHRANK] =
	{
	    .name = "buffer-shrank",
	    .summary = "A receive buffer became smaller",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one = "%w made its receive buffer smaller, from %b to %m.",
		    .many = "On %f, %w made its receive buffer smaller, at first from %M.",
		    .look = "More bytes of %p may be in flight than it now holds.",
		},
	},
    [VSOCK_FINDING_BUFFER_ZERO] =
	{
	    .name = "buffer-zero",
	    .summary = "A receive buffer has 0 bytes",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one = "%w has a receive buffer of 0 bytes, so %p can never send.",
		    .many = "On %f, %w has a receive buffer of 0 bytes, so %p can never send.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_MESSAGE_TOO_BIG] =
	{
	    .name = "message-too-big",
	    .summary = "A message is larger than the peer's buffer",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one =
			"%w sends a message of %b or more, but the receive buffer of %p holds "
			"only %m. Neither side can continue.",
		    .many =
			"On %f, %w sends a message of up to %b or more, but the receive buffer of "
			"%p is smaller. Neither side can continue.",
		    .look = "Raise SO_VM_SOCKETS_BUFFER_SIZE at %p, or send smaller messages.",
		},
	},
    [VSOCK_FINDING_RESET] =
	{
	    .name = "reset",
	    .summary = "A side reset the connection without closing it",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one =
			"%w reset the connection without closing it first, with %b of %p unread.",
		    .many =
			"On %f, %w reset the connection without closing it first, with up to %b of "
			"%p unread.",
		    .look = "Look at the log of %w for the reason.",
		},
	},
    [VSOCK_FINDING_OVERFLOW_RESET] =
	{
	    .name = "overflow-reset",
	    .summary = "A receive buffer was full, so the connection was reset",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = overflows,
	    .details = VSOCK_OVERFLOWS,
	},
    [VSOCK_FINDING_HALF_OPEN] =
	{
	    .name = "half-open",
	    .summary = "One side has forgotten the connection",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .by_detail = half_opens,
	    .details = VSOCK_MACHINES,
	},
    [VSOCK_FINDING_RST_FOR_RST] =
	{
	    .name = "rst-for-rst",
	    .summary = "An RST answers an RST",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w answered an RST of %p with an RST, which is not allowed.",
		    .many = "%w answered an RST with an RST%o, which is not allowed.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_UNREAD_DATA] =
	{
	    .name = "unread-data",
	    .summary = "A side closed before it had read all data",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one =
			"%w closed before it had read %b that %p sent. They are lost, and writing "
			"fails at %p (EPIPE).",
		    .many =
			"On %f, %w closed before it had read up to %b that %p sent. They are "
			"lost, and writing fails at %p (EPIPE).",
		    .look = "Did the program%q on %w crash or stop early?",
		},
	},
    [VSOCK_FINDING_FORCED_CLOSE] =
	{
	    .name = "forced-close",
	    .summary = "One side closed, and the other did not",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one =
			"%w closed, but %p did not. After %t %w ended the connection alone.",
		    .many =
			"On %f, %w closed, but %p did not. After up to %t %w ended the connection "
			"alone.",
		    .look =
			"The program%r at %p neither reads nor closes: look at what it is doing.",
		},
	},
    [VSOCK_FINDING_CLOSE_UNANSWERED] =
	{
	    .name = "close-unanswered",
	    .summary = "The peer has not answered the close",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one = "%w closed %t ago, and %p has not answered.",
		    .many = "On %f, %w closed, and %p has not answered for up to %t.",
		    .look =
			"The program%r at %p neither reads nor closes, or its machine has stopped.",
		},
	},
    [VSOCK_FINDING_DATA_AFTER_SHUTDOWN] =
	{
	    .name = "data-after-shutdown",
	    .summary = "A side sent data after its SHUTDOWN",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w sent data after it had said that it would send no more.",
		    .many = "%w sent data%o after it had said that it would send no more.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN] =
	{
	    .name = "data-after-peer-shutdown",
	    .summary = "Data were sent after the peer's SHUTDOWN",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one =
			"%w sent data after %p had said that it would receive no more. The data "
			"are lost.",
		    .many =
			"On %f, %w sent data after %p had said that it would receive no more. The "
			"data are lost.",
		    .look = "This is normal if they were already on their way.",
		},
	},
    [VSOCK_FINDING_DATA_AFTER_END] =
	{
	    .name = "data-after-end",
	    .summary = "Data were sent after the connection ended",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one = "%w still sends %t after the connection ended.",
		    .many = "On %f, %w still sends up to %t after the connection ended.",
		    .look = "It did not notice the RST: look at the log of its VMM or kernel.",
		},
	},
    [VSOCK_FINDING_MESSAGE_CUT] =
	{
	    .name = "message-cut",
	    .summary = "The connection ended in the middle of a message",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .text =
		{
		    .one =
			"The connection ended in the middle of a message of %w, after %b, so %p "
			"never gets this message.",
		    .many =
			"On %f, the connection ended in the middle of a message of %w, so %p "
			"never gets this message.",
		    .look = "Did the program%q on %w crash or stop early?",
		},
	},
    [VSOCK_FINDING_GUEST_RESET] =
	{
	    .name = "guest-reset",
	    .summary = "A machine has forgotten several connections",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .by_detail = guest_resets,
	    .details = VSOCK_MACHINES,
	},
    [VSOCK_FINDING_RST_STORM] =
	{
	    .name = "rst-storm",
	    .summary = "A machine sent RSTs by the hundred",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%W sent %n RSTs within a second.",
		    .many = "%W sent RSTs by the hundred.",
		    .look =
			"Its peers still use connections that it has forgotten, or retry without "
			"a pause.",
		},
	},
    [VSOCK_FINDING_CALL_UNANSWERED] =
	{
	    .name = "call-unanswered",
	    .summary = "A request got no answer",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_SERVICE,
	    .by_detail = unanswered,
	    .details = VSOCK_UNANSWERED_KINDS,
	},
    [VSOCK_FINDING_CAPTURE_LOSS] =
	{
	    .name = "capture-loss",
	    .summary = "The capture missed packets",
	    .severity = VSOCK_INFORMATION,
	    .scope = VSOCK_SCOPE_CAPTURE,
	    .text =
		{
		    .one =
			"The capture missed packets of %w. Numbers of this flow are too small, "
			"and some problems may not be real.",
		    .many =
			"The capture missed packets%o. Numbers of these flows are too small, and "
			"some problems may not be real.",
		    .look = "Capture again with a larger -B.",
		},
	},
    [VSOCK_FINDING_PAYLOAD_MISSING] =
	{
	    .name = "payload-missing",
	    .summary = "The packet is shorter than its header says",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_CAPTURE,
	    .text =
		{
		    .one = "A packet of %w is shorter than its header says.",
		    .many = "Packets are shorter than their headers say%o.",
		    .look = "The tap failed to copy the whole payload, or somebody forged the packet.",
		},
	},
    [VSOCK_FINDING_TYPE_CHANGE] =
	{
	    .name = "type-change",
	    .summary = "The socket type changed",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w changed the socket type in the middle of the connection.",
		    .many = "%w changed the socket type in the middle of %C.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_UNKNOWN_TYPE] =
	{
	    .name = "unknown-type",
	    .summary = "No Linux kernel knows this socket type",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w uses socket type %n, which no Linux kernel knows.",
		    .many = "%w uses socket type %n%o, which no Linux kernel knows.",
		    .look = "A receiver answers it with an RST.",
		},
	},
    [VSOCK_FINDING_INVALID_OP] =
	{
	    .name = "invalid-op",
	    .summary = "This op does not exist",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w sent op %n, which does not exist.",
		    .many = "%w sent op %n%o, which does not exist.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_BAD_CID] =
	{
	    .name = "bad-cid",
	    .summary = "Upper bits of a CID are set, so kernels drop it",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "A packet has upper bits of a CID set, so kernels drop it.",
		    .many =
			"%w sent packets with upper bits of a CID set, so kernels drop them.",
		    .look =
			"The device of the sender is broken, or somebody forged the packet.",
		},
	},
    [VSOCK_FINDING_HEADER_MISMATCH] =
	{
	    .name = "header-mismatch",
	    .summary = "The two headers have different addresses",
	    .severity = VSOCK_CERTAIN,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one =
			"A packet of %w has two headers that disagree on who sent it to whom.",
		    .many =
			"%w sent packets with two headers that disagree on who sent them to "
			"whom%o.",
		    .look = "No kernel makes such a capture: ask where the file comes from.",
		},
	},
    [VSOCK_FINDING_CONTROL_WITH_PAYLOAD] =
	{
	    .name = "control-with-payload",
	    .summary = "A packet that carries no data has a length",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w sent a length of %b with a packet that carries no data.",
		    .many = "%w sent a length of up to %b with packets that carry no data%o.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_EMPTY_RW] =
	{
	    .name = "empty-rw",
	    .summary = "A data packet has 0 bytes",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w sent a data packet of 0 bytes, which Linux never does.",
		    .many = "%w sent data packets of 0 bytes%o, which Linux never does.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_HUGE_RW] =
	{
	    .name = "huge-rw",
	    .summary = "A data packet is larger than Linux allows",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one = "%w sent %b in one packet, but Linux allows at most 65536.",
		    .many =
			"%w sent up to %b in one packet%o, but Linux allows at most 65536.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_BAD_SHUTDOWN_FLAGS] =
	{
	    .name = "bad-shutdown-flags",
	    .summary = "SHUTDOWN has wrong flags",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one =
			"%w sent SHUTDOWN with flags 0x%x, which shut nothing down or do not "
			"exist.",
		    .many =
			"%w sent SHUTDOWN with flags that shut nothing down or do not exist%o.",
		    .look = DEVICE_BUG,
		},
	},
    [VSOCK_FINDING_BAD_RW_FLAGS] =
	{
	    .name = "bad-rw-flags",
	    .summary = "A data packet has wrong flags",
	    .severity = VSOCK_SUSPICIOUS,
	    .scope = VSOCK_SCOPE_DEVICE,
	    .text =
		{
		    .one =
			"%w sent data with flags 0x%x, which its socket type does not have.",
		    .many = "%w sent data with flags that its socket type does not have%o.",
		    .look = DEVICE_BUG,
		},
	},
};

/* clang-format on */

_Static_assert(sizeof(rows) / sizeof(rows[0]) == VSOCK_FINDING_CODES, "each code has a row");

const char *vsock_finding_name(enum vsock_finding_code code)
{
	return code > 0 && code < VSOCK_FINDING_CODES ? rows[code].name : NULL;
}

const char *vsock_finding_summary(enum vsock_finding_code code)
{
	return code > 0 && code < VSOCK_FINDING_CODES ? rows[code].summary : NULL;
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

static const struct sentences *sentences_of(unsigned code, unsigned detail)
{
	static const struct sentences unknown = {"", "", NULL};
	const struct row *row;

	if (code == 0 || code >= VSOCK_FINDING_CODES)
		return &unknown;
	row = &rows[code];
	if (row->by_detail)
		return &row->by_detail[detail < row->details ? detail : 0];
	return &row->text;
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

/* What happened, and then what to look at. */
static void write_sentences(const struct vsock_finding_writer *writer, const char *happened,
			    const char *look)
{
	expand(happened, writer);
	if (!look)
		return;
	writer->text(writer->context, " ", 1);
	expand(look, writer);
}

void vsock_finding_write_many(const struct vsock_finding_writer *writer,
			      enum vsock_finding_code code, uint8_t detail)
{
	const struct sentences *s = sentences_of(code, detail);

	write_sentences(writer, s->many, s->look);
}

const char *vsock_finding_bug_text(enum vsock_class severity)
{
	return severity == VSOCK_CERTAIN ? "This is a bug" : "This is most likely a bug";
}

struct text {
	char *at;
	size_t length;
	const struct vsock_finding *finding;
	const struct vsock_cid_names *names;
	int numbers;
	const char *const *programs;
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

/* "3:1024", or "3:?1024" if the port was made up. */
static void put_address(struct text *t, uint32_t cid, uint32_t port, bool made_up)
{
	put_cid(t, cid);
	put(t, made_up ? ":?" : ":");
	put_number(t, port, "%llu");
}

/* "host", or "CID 3". */
static void put_machine(struct text *t, uint32_t cid)
{
	if (t->numbers || !vsock_cid_name(t->names, cid))
		put(t, "CID ");
	put_cid(t, cid);
}

static void put_bytes(struct text *t, uint64_t bytes)
{
	put_number(t, bytes, "%llu");
	put(t, bytes == 1 ? " byte" : " bytes");
}

static void put_side(struct text *t, enum vsock_side side)
{
	const struct vsock_finding *f = t->finding;

	if (side == VSOCK_CLIENT)
		put_address(t, f->client_cid, f->client_port, f->made_up & 1);
	else
		put_address(t, f->server_cid, f->server_port, f->made_up & 2);
}

static void put_time(struct text *t, uint64_t us)
{
	char duration[VSOCK_DURATION_TEXT_MAX];

	vsock_duration_text(duration, us * NANOSECONDS_PER_MICROSECOND, " ");
	put(t, duration);
}

static void put_program(struct text *t, enum vsock_side side)
{
	if (!t->programs[side])
		return;
	put(t, " ");
	put(t, t->programs[side]);
}

/* "ENETUNREACH", or "error 101" for one without a name here. */
static void put_error(struct text *t, uint64_t error)
{
	const char *name = vsock_errno_name(error);

	if (name)
		put(t, name);
	else
		put_number(t, error, "error %llu");
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
		put_machine(t, about == VSOCK_CLIENT ? f->client_cid : f->server_cid);
		break;
	case 'P':
		put_number(t, f->server_port, "%llu");
		break;
	case 'n':
		put_number(t, f->amount, "%llu");
		break;
	case 'b':
		put_bytes(t, f->amount);
		break;
	case 'm':
		put_bytes(t, f->buffer);
		break;
	case 'B':
		put(t, vsock_finding_bug_text((enum vsock_class)f->severity));
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
	case 'q':
		put_program(t, about);
		break;
	case 'r':
		put_program(t, vsock_peer(about));
		break;
	case 'k':
		put_program(t, VSOCK_CLIENT);
		break;
	case 'K':
		put(t, t->programs[VSOCK_CLIENT] ? t->programs[VSOCK_CLIENT] : "A program");
		break;
	case 'E':
		put_error(t, f->amount);
		break;
	default:
		break;
	}
}

size_t vsock_finding_text_of(char text[static VSOCK_FINDING_TEXT_MAX],
			     const struct vsock_finding *finding,
			     const struct vsock_cid_names *names, int numbers,
			     const char *const programs[static 2])
{
	struct text t = {text, 0, finding, names, numbers, programs};
	struct vsock_finding_writer writer = {put_text, put_field, &t};
	const struct sentences *s = sentences_of(finding->code, finding->detail);

	write_sentences(&writer, s->one, s->look);
	text[t.length] = '\0';
	return t.length;
}

void vsock_finding_tag(char tag[static VSOCK_FINDING_TAG_MAX], const struct vsock_finding *finding)
{
	const struct row *row = &rows[finding->code];
	const char *one = sentences_of(finding->code, finding->detail)->one;
	char time[VSOCK_DURATION_TEXT_MAX] = "";

	if (strstr(one, "%t"))
		vsock_duration_text(time, finding->amount * NANOSECONDS_PER_MICROSECOND, " ");
	snprintf(tag, VSOCK_FINDING_TAG_MAX, "%s%s%s", row->tag ? row->tag : row->name,
		 *time ? " " : "", time);
}

size_t vsock_finding_text(char text[static VSOCK_FINDING_TEXT_MAX],
			  const struct vsock_finding *finding, const struct vsock_cid_names *names,
			  int numbers)
{
	static const char *const nobody[2];

	return vsock_finding_text_of(text, finding, names, numbers, nobody);
}
