/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/inside/open-calls.h"

#include <stdlib.h>

void open_calls_free(struct open_calls *calls)
{
	free(calls->pool);
	*calls = (struct open_calls){.count = 0};
}

static struct open_call *at(const struct open_calls *calls, uint32_t index)
{
	return index ? &calls->pool[index - 1] : NULL;
}

static uint32_t index_of(const struct open_calls *calls, const struct open_call *call)
{
	return (uint32_t)(call - calls->pool) + 1;
}

/* The pool never moves. The kernel gives memory for those that were used. */
static uint32_t take(struct open_calls *calls)
{
	uint32_t index = calls->free;

	if (!calls->pool)
		calls->pool = calloc(OPEN_CALLS_MAX, sizeof(struct open_call));
	if (!calls->pool)
		return 0;
	if (index) {
		calls->free = at(calls, index)->next;
		return index;
	}
	return calls->used < OPEN_CALLS_MAX ? ++calls->used : 0;
}

struct open_call *open_calls_add(struct open_calls *calls, struct connection *connection,
				 uint32_t id)
{
	uint32_t index = connection->open_calls < CONNECTION_CALLS_MAX ? take(calls) : 0;
	struct open_call *call = at(calls, index);

	if (!call)
		return NULL;
	*call = (struct open_call){.id = id, .status = CALL_STATUS_UNKNOWN};
	if (connection->last_call)
		at(calls, connection->last_call)->next = index;
	else
		connection->first_call = index;
	connection->last_call = index;
	connection->open_calls++;
	calls->count++;
	return call;
}

void open_calls_remove(struct open_calls *calls, struct connection *connection,
		       struct open_call *call)
{
	uint32_t index = index_of(calls, call);
	uint32_t before = 0;

	for (uint32_t i = connection->first_call; i != index; i = at(calls, i)->next)
		before = i;
	if (before)
		at(calls, before)->next = call->next;
	else
		connection->first_call = call->next;
	if (connection->last_call == index)
		connection->last_call = before;
	call->next = calls->free;
	calls->free = index;
	connection->open_calls--;
	calls->count--;
}

struct open_call *open_calls_first(const struct open_calls *calls,
				   const struct connection *connection)
{
	return at(calls, connection->first_call);
}

struct open_call *open_calls_last(const struct open_calls *calls,
				  const struct connection *connection)
{
	return at(calls, connection->last_call);
}

struct open_call *open_calls_next(const struct open_calls *calls, const struct open_call *call)
{
	return at(calls, call->next);
}

struct open_call *open_calls_find(const struct open_calls *calls,
				  const struct connection *connection, uint32_t id)
{
	struct open_call *call = at(calls, connection->first_call);

	while (call && call->id != id)
		call = at(calls, call->next);
	return call;
}
