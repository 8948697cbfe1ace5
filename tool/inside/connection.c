/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/inside/connection.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_PLACES 64

void connections_free(struct connections *connections)
{
	for (uint32_t i = 0; i < connections->used; i++)
		free(connections->all[i]);
	free(connections->places);
	connections->places = NULL;
	connections->place_count = 0;
	connections->used = 0;
	connections->free_count = 0;
}

/* Slots are dense, so the places grow with the highest number of flows at a time. */
static bool grow(struct connections *connections, uint32_t slot)
{
	uint32_t count = connections->place_count ? connections->place_count : FIRST_PLACES;
	struct place *places;

	while (count <= slot)
		count *= 2;
	places = realloc(connections->places, count * sizeof(*places));
	if (!places)
		return false;
	memset(places + connections->place_count, 0,
	       (count - connections->place_count) * sizeof(*places));
	connections->places = places;
	connections->place_count = count;
	return true;
}

/* The slot is new, or belongs to another flow now. */
__attribute__((noinline)) struct place *connections_place_slow(struct connections *connections,
							       const struct vsock_flow *flow)
{
	struct place *place;

	if (flow->slot >= connections->place_count && !grow(connections, flow->slot))
		return NULL;
	place = &connections->places[flow->slot];
	if (place->flow != (uint32_t)flow->number)
		*place = (struct place){(uint32_t)flow->number, PLACE_NEW};
	return place;
}

static bool take_index(struct connections *connections, uint32_t *index)
{
	if (connections->free_count > 0) {
		*index = connections->free[--connections->free_count];
		return true;
	}
	if (connections->used == CONNECTIONS_MAX)
		return false;
	connections->all[connections->used] = malloc(sizeof(struct connection));
	if (!connections->all[connections->used])
		return false;
	*index = connections->used++;
	return true;
}

struct connection *connections_add(struct connections *connections, struct place *place,
				   const struct vsock_flow *flow)
{
	struct connection *connection;
	uint32_t index;

	place->connection = PLACE_IGNORED;
	if (!take_index(connections, &index))
		return NULL;
	connection = connections->all[index];
	/* Not what the sides keep, which has no meaning yet. */
	memset(connection, 0, offsetof(struct connection, side));
	for (int i = 0; i < 2; i++)
		memset(&connection->side[i], 0, offsetof(struct side, is));
	connection->flow = flow->number;
	connection->index = index;
	place->connection = index + 1;
	return connection;
}

void connections_remove(struct connections *connections, struct connection *connection,
			struct place *place)
{
	connection->flow = CONNECTION_UNUSED;
	connections->free[connections->free_count++] = connection->index;
	place->connection = PLACE_IGNORED;
}
