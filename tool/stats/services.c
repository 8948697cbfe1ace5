/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorted by address, so that no input makes finding one slow, as in tool/mode/flow-totals.c. */
#include "tool/stats/services.h"

#include <stdlib.h>
#include <string.h>

#include "core/verdict.h"

#define FIRST_CAPACITY 16

static void free_service(struct service *service)
{
	histogram_free(&service->setups);
}

void services_free(struct services *services)
{
	for (uint32_t i = 0; i < services->count; i++)
		free_service(&services->sorted[i]);
	free_service(&services->others);
	free(services->sorted);
	*services = (struct services){0};
}

static uint64_t key_of(uint32_t cid, uint32_t port)
{
	return (uint64_t)cid << 32 | port;
}

static uint32_t place_of(const struct services *services, uint64_t key)
{
	uint32_t low = 0;
	uint32_t high = services->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct service *service = &services->sorted[middle];

		if (key_of(service->cid, service->port) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool make_room(struct services *services)
{
	uint32_t capacity = services->capacity ? services->capacity * 2 : FIRST_CAPACITY;
	struct service *sorted;

	if (services->count < services->capacity)
		return true;
	if (services->count == SERVICES_MAX)
		return false;
	sorted = realloc(services->sorted, capacity * sizeof(*sorted));
	if (!sorted)
		return false;
	services->sorted = sorted;
	services->capacity = capacity;
	return true;
}

/* The service of this address, or the others. */
static struct service *find_service(struct services *services, uint32_t cid, uint32_t port)
{
	uint32_t i = place_of(services, key_of(cid, port));
	struct service *service;

	if (i < services->count) {
		service = services->sorted + i;
		if (service->cid == cid && service->port == port)
			return service;
	}
	if (!make_room(services))
		return &services->others;
	service = services->sorted + i;
	memmove(service + 1, service, (services->count - i) * sizeof(*service));
	services->count++;
	*service = (struct service){.cid = cid, .port = port};
	return service;
}

uint64_t services_stall_us(const struct vsock_flow *flow, enum vsock_side side, uint64_t now)
{
	const struct vsock_flow_side *own = &flow->side[side];
	uint64_t until = vsock_flow_state_ended(flow->state) ? flow->state_ts : now;
	uint64_t stall_us = flow->stalls[side].blocked_us;

	if (own->marks & VSOCK_SIDE_STALLED && until > own->last_data_ts &&
	    !(flow->marks & VSOCK_FLOW_TIMELESS))
		stall_us += (until - own->last_data_ts) / 1000;
	return stall_us;
}

static bool is_troubled(const struct vsock_flow *flow)
{
	enum vsock_verdict verdict = vsock_flow_verdict(flow);

	return flow->state == VSOCK_FLOW_REFUSED || verdict == VSOCK_UNHEALTHY ||
	       verdict == VSOCK_GIVEN_UP;
}

void services_add(struct services *services, const struct vsock_flow *flow, uint64_t now)
{
	struct service *service = find_service(services, flow->server_cid, flow->server_port);
	int64_t setup = vsock_flow_handshake_ns(flow);

	service->flows++;
	service->refused += flow->state == VSOCK_FLOW_REFUSED;
	service->troubled += is_troubled(flow);
	service->made_up |= flow->made_up >> VSOCK_SERVER & 1;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		service->packets += flow->side[side].packets;
		service->bytes[side] += flow->side[side].bytes;
		service->stall_us += services_stall_us(flow, (enum vsock_side)side, now);
	}
	if (setup >= 0 && !(flow->marks & VSOCK_FLOW_TIMELESS))
		histogram_add(&service->setups, (uint64_t)setup);
}

static void add_service(struct service *sum, const struct service *more)
{
	sum->flows += more->flows;
	sum->refused += more->refused;
	sum->troubled += more->troubled;
	sum->made_up |= more->made_up;
	sum->packets += more->packets;
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++)
		sum->bytes[side] += more->bytes[side];
	sum->stall_us += more->stall_us;
	histogram_merge(&sum->setups, &more->setups);
}

void services_merge(struct services *services, const struct services *more)
{
	for (uint32_t i = 0; i < more->count; i++) {
		const struct service *service = &more->sorted[i];

		add_service(find_service(services, service->cid, service->port), service);
	}
	add_service(&services->others, &more->others);
}

static int most_first(const void *a, const void *b)
{
	const struct service *x = a;
	const struct service *y = b;
	uint64_t x_bytes = x->bytes[VSOCK_CLIENT] + x->bytes[VSOCK_SERVER];
	uint64_t y_bytes = y->bytes[VSOCK_CLIENT] + y->bytes[VSOCK_SERVER];
	uint64_t x_key = key_of(x->cid, x->port);
	uint64_t y_key = key_of(y->cid, y->port);

	if (x_bytes != y_bytes)
		return x_bytes > y_bytes ? -1 : 1;
	if (x->troubled != y->troubled)
		return x->troubled > y->troubled ? -1 : 1;
	if (x->flows != y->flows)
		return x->flows > y->flows ? -1 : 1;
	return (x_key > y_key) - (x_key < y_key);
}

void services_sort(struct services *services)
{
	if (services->count > 0)
		qsort(services->sorted, services->count, sizeof(*services->sorted), most_first);
}
