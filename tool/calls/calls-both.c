/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/calls/calls-both.h"

#include "tool/message.h"

void calls_begin(struct session *session)
{
	session->own = inside_new(true, false);
	if (session->own)
		return;
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
}

void calls_packet(struct session *session, const struct seen *seen)
{
	const struct vsock_flow *flow = seen->event.flow;

	/* What two capture points saw would count twice. */
	if (flow && !(flow->marks & VSOCK_FLOW_COPY))
		inside_packet(session->own, seen);
}

void calls_flow_left(struct session *session, const struct vsock_flow *flow)
{
	inside_flow_left(session->own, flow);
}

void calls_free(struct session *session)
{
	inside_free(session->own);
	session->own = NULL;
}
