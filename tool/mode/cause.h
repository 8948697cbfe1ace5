/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings grouped by cause. What went wrong at one service (CID and port) is one group, whoever
 * its clients are; what a device does wrong is one group for each CID; what is wrong with the
 * capture is one group. Groups are few where findings are many, so nothing but groups is kept.
 *
 * Bounded: each class has room for so many groups (1 MB each), so that a scan of ports, say, does
 * not keep out what is worse. Findings of causes beyond that are counted only.
 */
#ifndef VSOCKDUMP_MODE_CAUSE_H
#define VSOCKDUMP_MODE_CAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/finding.h"
#include "tool/mode/endpoints.h"

#define DIAGNOSIS_CLASS_GROUPS 2048
/* Examples that a group keeps. */
#define GROUP_FLOWS   10
#define GROUP_CLIENTS 4

enum group_scope {
	SCOPE_SERVICE, /* of connections to a CID and port */
	SCOPE_DEVICE,  /* of a CID */
	SCOPE_CAPTURE,
};

struct diagnosis_group {
	/* What its findings have in common. */
	enum group_scope scope;
	enum vsock_finding_code code;
	enum vsock_class class;
	enum vsock_side about; /* SCOPE_SERVICE */
	uint8_t detail;
	uint16_t type;
	uint32_t cid;  /* of the server or the device */
	uint32_t port; /* of the server */

	uint64_t count;       /* findings */
	uint64_t connections; /* those of them that have a flow */
	uint64_t first_ts;
	uint64_t last_ts;
	uint64_t most;               /* the highest amount */
	uint64_t flows[GROUP_FLOWS]; /* the first of them */
	uint32_t clients[GROUP_CLIENTS];
	uint32_t client_count;        /* in clients */
	bool more_clients;            /* than clients holds */
	struct vsock_finding example; /* the first one */
};

/* What is to be said of all connections together. */
struct diagnosis_totals {
	uint64_t connections;
	uint64_t healthy; /* without any finding */
	uint64_t bytes;   /* payload, both directions */
};

/* All zeroes: nothing found. */
struct diagnosis {
	struct diagnosis_group **sorted; /* by what they have in common */
	uint32_t count;
	uint32_t capacity;
	uint32_t class_count[VSOCK_CLASSES];
	struct endpoints endpoints;
	struct diagnosis_totals totals;   /* of flows that are over */
	uint64_t findings[VSOCK_CLASSES]; /* all of them */
	uint64_t left_out;                /* those in no group */
};

void diagnosis_free(struct diagnosis *diagnosis);

void diagnosis_add(struct diagnosis *diagnosis, const struct vsock_finding *finding);

/* Counts a flow that is over, or as things stand. */
void diagnosis_count(struct diagnosis_totals *totals, const struct vsock_flow *flow);

/* Whether anything suspicious or certain was found. */
bool diagnosis_unhealthy(const struct diagnosis *diagnosis);

/*
 * The worst class first, then those with most findings: diagnosis->count pointers, to be freed;
 * NULL without memory.
 */
const struct diagnosis_group **diagnosis_worst_first(const struct diagnosis *diagnosis);

/* The most flows that a group may list: those that it kept. */
static inline unsigned group_flow_count(const struct diagnosis_group *group)
{
	return group->connections < GROUP_FLOWS ? (unsigned)group->connections : GROUP_FLOWS;
}

#endif
