/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Causes: groups of findings that most likely have the same reason. All troubles of one service
 * (CID and port) are one cause, whoever its clients are. All faults of a device are one cause for
 * each CID, and all faults of the capture are one cause. Many findings have few causes, so only
 * causes are kept.
 *
 * Bounded: each class has separate room for causes (1 MB), so that a scan of ports does not keep
 * out worse ones. Findings of further causes are only counted.
 */
#ifndef VSOCKDUMP_MODE_CAUSE_H
#define VSOCKDUMP_MODE_CAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/finding.h"
#include "core/verdict.h"
#include "tool/inside/inside.h"
#include "tool/mode/endpoints.h"

#define CAUSES_OF_CLASS 2048
/* Examples that a cause keeps. */
#define CAUSE_FLOWS   10
#define CAUSE_CLIENTS 4

/* Guests that the host is known to have sent something to: a power of 2. */
#define CAUSE_GUESTS 64

struct cause {
	/* Its findings have these in common. */
	enum vsock_scope scope;
	enum vsock_finding_code code;
	enum vsock_class severity;
	enum vsock_side about; /* VSOCK_SCOPE_SERVICE */
	uint8_t detail;
	uint16_t type;
	uint32_t cid;  /* of the server or the device */
	uint32_t port; /* of the server */

	uint64_t count;       /* findings */
	uint64_t connections; /* findings that have a flow */
	uint64_t first_ts;
	uint64_t last_ts;
	uint64_t most;               /* the highest amount */
	uint64_t flows[CAUSE_FLOWS]; /* the first of them */
	uint32_t clients[CAUSE_CLIENTS];
	uint32_t client_count;        /* in clients */
	bool more_clients;            /* more than `clients` has */
	bool more_methods;            /* than this one */
	const char *method;           /* CALL_UNANSWERED: of the first call; or NULL. Not owned */
	struct vsock_finding example; /* of the first one */
};

/* The summary of all connections. */
struct connection_totals {
	uint64_t connections;
	uint64_t verdicts[VSOCK_VERDICTS];
	uint64_t waiting[VSOCK_WAITINGS]
			[2]; /* of verdict VSOCK_WAITING: for what, and which side */
	uint64_t one_sided;  /* see vsock_flow_one_sided() */
	uint64_t twice;      /* marked VSOCK_FLOW_TWICE */
	uint64_t bare;       /* without credit */
	uint64_t bytes;      /* payload, both directions */
	uint64_t unanswered; /* calls inside of healthy connections, too: see unanswered.h */
};

/* All zeros: nothing was found. */
struct causes {
	struct cause **sorted; /* sorted by what they have in common */
	uint32_t count;
	uint32_t capacity;
	uint32_t class_count[VSOCK_CLASSES];
	struct endpoints endpoints;
	uint32_t heard_host[CAUSE_GUESTS]; /* by the last bits of the CID; 0: none */
	struct connection_totals totals;   /* of flows that are over */
	uint64_t findings[VSOCK_CLASSES];  /* all of them */
	uint64_t left_out;                 /* those whose cause is not kept */
	struct inside *inside;             /* finds calls without an answer; owned; or NULL */
};

void causes_free(struct causes *causes);

/* NULL if the cause is not kept. */
struct cause *causes_add(struct causes *causes, const struct vsock_finding *finding);

/* CID 2 sent something to this guest. Among guests whose CIDs end alike, only the last is known. */
void causes_note_host_sent(struct causes *causes, uint32_t guest);
bool causes_host_sent_to(const struct causes *causes, uint32_t guest);

/* Counts a flow that ended, or its present state. */
void connection_totals_add(struct connection_totals *totals, const struct vsock_flow *flow);

/* Whether there is a finding of this class or a worse one. */
bool causes_have(const struct causes *causes, enum vsock_class least);

/* Nothing was found, and every connection could be judged. */
bool causes_all_is_well(const struct causes *causes, const struct connection_totals *totals);

/*
 * The worst class first, then those with most findings: causes->count pointers, which the caller
 * frees; NULL without memory.
 */
const struct cause **causes_worst_first(const struct causes *causes);

/*
 * Those with the newest findings, the newest first: at most `most`, of this class or a worse one.
 * Returns their number.
 */
unsigned causes_newest(const struct causes *causes, enum vsock_class least, unsigned most,
		       const struct cause *newest[]);

/* The flows that a cause kept as examples. */
static inline unsigned cause_flow_count(const struct cause *cause)
{
	return cause->connections < CAUSE_FLOWS ? (unsigned)cause->connections : CAUSE_FLOWS;
}

#endif
