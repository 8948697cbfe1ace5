/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people want to know about a finding. --explain and vsock-findings(7) print it. */
#ifndef VSOCKDUMP_EXPLAIN_EXPLANATION_H
#define VSOCKDUMP_EXPLAIN_EXPLANATION_H

#include <stdbool.h>

#include "core/finding.h"

#define EXPLAINED_PACKETS 5

/* A packet as `vsockdump -nt` prints it, or "..." for a time without packets. */
struct explained_packet {
	const char *line;
	const char *note; /* or NULL */
};

struct explanation {
	const char *summary; /* one line */
	const char *meaning; /* what the packets show, and what the programs see */
	const char *capture; /* its path below tests/captures. NULL: the packets are a sketch */
	struct explained_packet packets[EXPLAINED_PACKETS];
	const char *causes; /* the usual causes, and the systems where they were seen */
	const char *advice;
	const char *harmless; /* when it is harmless */
	bool less;            /* the class may be one lower, as something else may explain it */
};

/* By code. Each code has a row. Only a note and the capture may be NULL. */
extern const struct explanation explanations[VSOCK_FINDING_CODES];

#endif
