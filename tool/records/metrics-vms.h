/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of virtual machines that have a name. The series of a machine end some time after its
 * last flow, because machines come and go.
 */
#ifndef VSOCKDUMP_RECORDS_METRICS_VMS_H
#define VSOCKDUMP_RECORDS_METRICS_VMS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cid-names.h"
#include "tool/settings.h"

/* Machines with series of their own; the others are one, called "other". */
#define METRICS_VMS_MAX 256
/* Seconds without a flow until a machine has no series. */
#define METRICS_VM_SECONDS 900
/* A power of two, so large that a search is short. */
#define METRICS_VM_PLACES 1024

struct metrics_vm {
	uint32_t cid;
	char name[VSOCK_CID_NAME_LEN + 1]; /* "": this place is free */
	uint64_t last;                     /* time of its last event */
	int64_t open;
	uint64_t opened[4];     /* by enum metrics_initiator */
	uint64_t failures[4];   /* by enum metrics_failure */
	uint64_t bytes[3];      /* by enum metrics_direction */
	uint64_t blocked_us[3]; /* by enum metrics_blocked */
};

/* All zeros: none. */
struct metrics_vms {
	struct metrics_vm list[METRICS_VMS_MAX];
	struct metrics_vm others;
	uint32_t used; /* places of the list that were ever used */
	/* Direct-mapped, by CID: a place of the list plus 1; or 0. */
	uint16_t places[METRICS_VM_PLACES];
	uint64_t folded; /* connections of machines for which there was no room */
};

/* The machine with this CID; `others` if it has no name that may be shown, or if there is no room.
 */
struct metrics_vm *metrics_vm_find(struct metrics_vms *vms, uint32_t cid,
				   const struct print_settings *settings, uint64_t now);

/* Takes away machines that were silent for too long. */
void metrics_vms_expire(struct metrics_vms *vms, uint64_t now);

#endif
