/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/endpoints.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 16

void endpoints_free(struct endpoints *endpoints)
{
	free(endpoints->sorted);
	*endpoints = (struct endpoints){0};
}

uint32_t endpoint_type_bit(uint16_t type)
{
	return type < 32 ? UINT32_C(1) << type : 1;
}

/* Its place, even if it does not exist yet. */
static uint32_t place(const struct endpoints *endpoints, uint32_t cid, uint32_t port)
{
	uint32_t low = 0;
	uint32_t high = endpoints->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct endpoint *e = &endpoints->sorted[middle];

		if (e->cid < cid || (e->cid == cid && e->port < port))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct endpoint *at(const struct endpoints *endpoints, uint32_t i, uint32_t cid,
			   uint32_t port)
{
	struct endpoint *e;

	if (i >= endpoints->count)
		return NULL;
	e = &endpoints->sorted[i];
	return e->cid == cid && e->port == port ? e : NULL;
}

static bool make_room(struct endpoints *endpoints)
{
	uint32_t capacity = endpoints->capacity ? endpoints->capacity * 2 : FIRST_CAPACITY;
	struct endpoint *sorted;

	if (endpoints->count < endpoints->capacity)
		return true;
	if (endpoints->count == ENDPOINTS_MAX)
		return false;
	sorted = realloc(endpoints->sorted, capacity * sizeof(*sorted));
	if (!sorted)
		return false;
	endpoints->sorted = sorted;
	endpoints->capacity = capacity;
	return true;
}

void endpoints_answered(struct endpoints *endpoints, uint32_t cid, uint32_t port, uint16_t type)
{
	uint32_t i = place(endpoints, cid, port);
	struct endpoint *e = at(endpoints, i, cid, port);

	if (!e) {
		if (!make_room(endpoints))
			return;
		e = &endpoints->sorted[i];
		memmove(e + 1, e, (endpoints->count - i) * sizeof(*e));
		endpoints->count++;
		*e = (struct endpoint){.cid = cid, .port = port};
	}
	e->types |= endpoint_type_bit(type);
	e->answers++;
}

const struct endpoint *endpoints_find(const struct endpoints *endpoints, uint32_t cid,
				      uint32_t port)
{
	return at(endpoints, place(endpoints, cid, port), cid, port);
}

const struct endpoint *endpoints_first(const struct endpoints *endpoints, uint32_t cid)
{
	uint32_t i = place(endpoints, cid, 0);

	return i < endpoints->count && endpoints->sorted[i].cid == cid ? &endpoints->sorted[i]
								       : NULL;
}
