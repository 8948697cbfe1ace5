/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary of all connections: how many are healthy, and what was not judged. */
#ifndef VSOCKDUMP_MODE_VERDICT_TEXT_H
#define VSOCKDUMP_MODE_VERDICT_TEXT_H

#include "tool/mode/cause.h"
#include "tool/mode/session.h"

/* "3 of 5 connections healthy, 1 refused, 1 waiting" */
void verdict_print_counts(struct output *out, const struct connection_totals *totals);

/* The counts, and what the connections carried in which time: a line. */
void verdict_print_summary(struct session *session, const struct connection_totals *totals);

/*
 * A line for each limit of the verdict: connections that waited at the end, cut packets, missing
 * directions and ops, connections that are in the capture twice.
 */
void verdict_print_limits(struct session *session, const struct connection_totals *totals);

#endif
