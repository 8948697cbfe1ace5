/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/flow-selection.h"

#include <stdlib.h>

#include "tool/message.h"

/* One bit for each flow, by its number. */
struct flow_selection {
	uint8_t *bits;
	uint64_t bytes;
};

void flow_selection_free(struct flow_selection *selection)
{
	if (selection)
		free(selection->bits);
	free(selection);
}

bool flow_selection_has(const struct flow_selection *selection, uint64_t number)
{
	return selection && number / 8 < selection->bytes &&
	       selection->bits[number / 8] >> number % 8 & 1;
}

static bool add_flow(struct flow_selection *selection, uint64_t number)
{
	if (number / 8 >= selection->bytes) {
		uint64_t bytes = selection->bytes ? selection->bytes : 4096;
		uint8_t *bits;

		while (number / 8 >= bytes)
			bytes *= 2;
		bits = realloc(selection->bits, bytes);
		if (!bits)
			return false;
		for (uint64_t i = selection->bytes; i < bytes; i++)
			bits[i] = 0;
		selection->bits = bits;
		selection->bytes = bytes;
	}
	selection->bits[number / 8] |= (uint8_t)(1u << number % 8);
	return true;
}

static void selection_packet(struct session *session, const struct seen *seen)
{
	if (!seen->event.flow || add_flow(session->own, seen->event.flow->number))
		return;
	print_error("not enough memory for the flows that match the filter");
	session->failure = EXIT_FAILED;
}

static void selection_begin(struct session *session)
{
	session_make_own(session, sizeof(struct flow_selection));
}

static void selection_end(struct session *session)
{
	flow_selection_free(session->own);
	session->own = NULL;
}

struct mode flow_selection_mode(const struct mode *second)
{
	return (struct mode){
	    .prints_at_end = true,
	    .needs_flows = true,
	    .keep_ended_flows = second->keep_ended_flows,
	    .begin = selection_begin,
	    .packet = selection_packet,
	    .end = selection_end,
	};
}

struct flow_selection *flow_selection_take(struct session *session)
{
	struct flow_selection *selection = session->own;

	session->own = NULL;
	return selection;
}
