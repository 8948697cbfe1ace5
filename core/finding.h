/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings: what an observer can say about a conversation, in a form that programs can sort and
 * people can read. Codes are stable: scripts and filters use their names. All facts on a code, and
 * its sentences, are one row of finding-text.c.
 */
#ifndef VSOCK_CORE_FINDING_H
#define VSOCK_CORE_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"

/* How sure a finding is that something is wrong. The higher, the worse. */
enum vsock_class {
	VSOCK_INFORMATION, /* worth knowing, but may be normal */
	VSOCK_SUSPICIOUS,  /* most likely wrong, but a lossy capture looks the same */
	VSOCK_CERTAIN,     /* wrong, even if the capture missed packets */
	VSOCK_CLASSES
};

enum vsock_finding_code {
	/* Opening. */
	VSOCK_FINDING_REFUSED = 1,
	VSOCK_FINDING_GAVE_UP,
	VSOCK_FINDING_SELF_CONNECT,
	VSOCK_FINDING_CONNECT_TIMEOUT,
	VSOCK_FINDING_SLOW_HANDSHAKE,
	VSOCK_FINDING_BAD_HANDSHAKE,
	VSOCK_FINDING_SUPERSEDED,
	VSOCK_FINDING_CONNECT_FAILED, /* no packet shows it: the capture was told by another way */
	/* Credit. */
	VSOCK_FINDING_CREDIT_STALL,
	VSOCK_FINDING_SENDER_SILENT,
	VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED,
	VSOCK_FINDING_CREDIT_VIOLATION,
	VSOCK_FINDING_FWD_CNT_AHEAD,
	VSOCK_FINDING_FWD_CNT_BACKWARDS,
	VSOCK_FINDING_FWD_CNT_ON_START,
	VSOCK_FINDING_NEVER_ACKNOWLEDGES,
	VSOCK_FINDING_BUFFER_SHRANK,
	VSOCK_FINDING_BUFFER_ZERO,
	VSOCK_FINDING_MESSAGE_TOO_BIG,
	/* Closing. */
	VSOCK_FINDING_RESET,
	VSOCK_FINDING_OVERFLOW_RESET,
	VSOCK_FINDING_HALF_OPEN,
	VSOCK_FINDING_RST_FOR_RST,
	VSOCK_FINDING_UNREAD_DATA,
	VSOCK_FINDING_FORCED_CLOSE,
	VSOCK_FINDING_CLOSE_UNANSWERED,
	VSOCK_FINDING_DATA_AFTER_SHUTDOWN,
	VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN,
	VSOCK_FINDING_DATA_AFTER_END,
	VSOCK_FINDING_MESSAGE_CUT,
	/* Of more than one flow. */
	VSOCK_FINDING_GUEST_RESET,
	VSOCK_FINDING_RST_STORM,
	/* Inside of a flow: the core knows no protocol, so its caller reports it. */
	VSOCK_FINDING_CALL_UNANSWERED,
	/* The capture. */
	VSOCK_FINDING_CAPTURE_LOSS,
	VSOCK_FINDING_PAYLOAD_MISSING,
	/* The form of packets: vsock_finding_is_form() is true for this and all below. */
	VSOCK_FINDING_TYPE_CHANGE,
	VSOCK_FINDING_UNKNOWN_TYPE,
	VSOCK_FINDING_INVALID_OP,
	VSOCK_FINDING_BAD_CID,
	VSOCK_FINDING_HEADER_MISMATCH,
	VSOCK_FINDING_CONTROL_WITH_PAYLOAD,
	VSOCK_FINDING_EMPTY_RW,
	VSOCK_FINDING_HUGE_RW,
	VSOCK_FINDING_BAD_SHUTDOWN_FLAGS,
	VSOCK_FINDING_BAD_RW_FLAGS,
	VSOCK_FINDING_CODES
};

/* Where the fault is. Findings with the same code, scope and place have one cause. */
enum vsock_scope {
	VSOCK_SCOPE_SERVICE,     /* a server's CID and port, and the clients that connect to it */
	VSOCK_SCOPE_DEVICE,      /* the device of the side that the finding is about */
	VSOCK_SCOPE_PEER_DEVICE, /* the device of its peer */
	VSOCK_SCOPE_CAPTURE,     /* the capture itself */
};

/* Who causes a credit stall: vsock_finding.detail of CREDIT_STALL. */
enum vsock_culprit {
	VSOCK_CULPRIT_READER,     /* the receiver's application does not read */
	VSOCK_CULPRIT_UNANSWERED, /* the receiver does not answer CREDIT_REQUEST */
	VSOCK_CULPRIT_SENDER_CAP, /* the sender is at its own buf_alloc, below the receiver's */
	VSOCK_CULPRIT_NEVER,      /* the update can never come: the receiver gave up receiving */
	VSOCK_CULPRITS
};

/* Whose socket or device is silent: vsock_finding.detail of HALF_OPEN and CONNECT_TIMEOUT. */
enum vsock_machine {
	VSOCK_MACHINE_GUEST,
	VSOCK_MACHINE_HOST,  /* CID 2: the device that the host gives to a guest */
	VSOCK_MACHINE_LOCAL, /* CID 1: the same machine */
	VSOCK_MACHINES,
	VSOCK_MACHINE_UNKNOWN = VSOCK_MACHINES, /* CONNECT_TIMEOUT of a bare flow */
};

/* vsock_finding.detail of REFUSED. */
enum vsock_refusal {
	VSOCK_REFUSED_PLAIN,
	VSOCK_REFUSED_SUCCESSOR, /* the RST may answer the previous connection of these ports */
	VSOCK_REFUSED_BARE,      /* a bare flow: closed without an RST that is known */
	VSOCK_REFUSALS
};

/* vsock_finding.detail of CONNECT_FAILED; the amount is errno. */
enum vsock_connect_failure {
	VSOCK_FAILED_NO_CID,    /* ENODEV: no machine has this CID */
	VSOCK_FAILED_NO_MODULE, /* ENODEV: nothing carries packets to the host or to CID 1 */
	VSOCK_FAILED_OTHER,
	VSOCK_CONNECT_FAILURES
};

/*
 * vsock_finding.detail of CALL_UNANSWERED. It is about the side that does not answer; the amount is
 * how long the call waited, microseconds.
 */
enum vsock_unanswered {
	VSOCK_UNANSWERED_OPEN,    /* it waits at the end of the capture */
	VSOCK_UNANSWERED_CLOSED,  /* the side closed without an answer */
	VSOCK_UNANSWERED_GAVE_UP, /* its peer closed, after a long time */
	VSOCK_UNANSWERED_KINDS
};

/* What was full: vsock_finding.detail of OVERFLOW_RESET. */
enum vsock_overflow {
	VSOCK_OVERFLOW_PACKETS, /* by bytes there was room */
	VSOCK_OVERFLOW_BYTES,
	VSOCK_OVERFLOWS
};

#define VSOCK_FINDING_PACKETS 2

/* vsock_finding.flow of a finding that has no flow. */
#define VSOCK_NO_FLOW UINT64_MAX

/* One finding. It contains everything that its text needs, so it may outlive its flow. */
struct vsock_finding {
	uint8_t code;     /* enum vsock_finding_code */
	uint8_t severity; /* enum vsock_class */
	uint8_t about;    /* enum vsock_side: the side that it is about */
	uint8_t detail;   /* depends on the code */
	uint16_t type;    /* enum vsock_type */
	uint8_t packet_count;
	bool selected; /* the flow had the mark VSOCK_FLOW_SELECTED */
	bool update;   /* replaces the flow's earlier finding of this code: its amount has grown */
	bool same_start : 1;    /* the flow had the mark VSOCK_FLOW_SAME_START */
	uint8_t made_up : 2;    /* sides whose port the capture made up, as bits 1 << side */
	uint16_t point;         /* see struct vsock_moment */
	uint32_t buffer;        /* the receive buffer that the amount is compared with, or 0 */
	uint64_t flow;          /* number, or VSOCK_NO_FLOW */
	uint64_t flow_first_ts; /* of that flow */
	uint64_t ts;            /* when it was found */
	uint64_t packets[VSOCK_FINDING_PACKETS]; /* numbers of packets that prove it, ascending */
	uint64_t amount; /* bytes, microseconds or a count; depends on the code */
	/* Without a flow, the packet's source is here in place of the client. */
	uint32_t client_cid;
	uint32_t client_port;
	uint32_t server_cid;
	uint32_t server_port;
};

/* "refused", "credit-stall", ...; NULL for a number that is no code. */
const char *vsock_finding_name(enum vsock_finding_code code);
/* What happened, in at most 60 characters, without who and how much; NULL for no code. */
const char *vsock_finding_summary(enum vsock_finding_code code);
/* "information", "suspicious", "certain". */
const char *vsock_class_name(enum vsock_class severity);

/* The highest class of a finding of this code. It is one lower if something else may explain it. */
enum vsock_class vsock_finding_severity(enum vsock_finding_code code);
enum vsock_scope vsock_finding_scope(enum vsock_finding_code code);

/* Whether it is about the form of a packet, not about the order of packets. */
static inline bool vsock_finding_is_form(enum vsock_finding_code code)
{
	return code >= VSOCK_FINDING_TYPE_CHANGE;
}

#endif
