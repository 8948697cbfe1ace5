/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the two modes of --diagnose: they collect causes and give the verdict. */
#ifndef VSOCKDUMP_MODE_DIAGNOSE_BOTH_H
#define VSOCKDUMP_MODE_DIAGNOSE_BOTH_H

#include "tool/mode/cause.h"
#include "tool/mode/mode.h"

/* What causes need to know of a packet: its findings, and what it says about other causes. */
void diagnose_note(struct causes *causes, const struct seen *seen);

/* Looks for calls without an answer. False without memory: then session->failure is set. */
bool diagnose_watch_calls(struct session *session, struct causes *causes);

/* The handlers of struct mode; session->own is a struct causes. */
void diagnose_begin(struct session *session);
void diagnose_packet(struct session *session, const struct seen *seen);
void diagnose_finding(struct session *session, const struct vsock_finding *finding);
void diagnose_flow_left(struct session *session, const struct vsock_flow *flow);

/* The totals of all flows, also those that are still alive. */
struct connection_totals diagnose_totals(const struct session *session);

/* The capture has ended: judges what waits. Call it before anything is printed. */
void diagnose_settle(struct session *session);

/* Sets the exit status and frees. */
void diagnose_end(struct session *session);

#endif
