/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by both modes of --calls. session->own is a struct inside. */
#ifndef VSOCKDUMP_CALLS_CALLS_BOTH_H
#define VSOCKDUMP_CALLS_CALLS_BOTH_H

#include "tool/inside/inside.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"

static inline uint64_t calls_now(const struct session *session)
{
	return flow_list_now(session);
}

void calls_begin(struct session *session);
void calls_packet(struct session *session, const struct seen *seen);
void calls_flow_left(struct session *session, const struct vsock_flow *flow);
void calls_free(struct session *session);

#endif
