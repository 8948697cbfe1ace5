/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/top/groups.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/print/address.h"
#include "tool/print/color.h"
#include "tool/print/finding-line.h"
#include "tool/print/size.h"

#define NUMBER_WIDTH 7
/* mark, flows, open, refused, stalled, and two numbers of bytes; each with a blank */
#define NUMBERS      6
#define OTHERS_WIDTH (3 + NUMBERS * (NUMBER_WIDTH + 1))
#define NAME_LEAST   16

void top_groups_clear(struct top_groups *groups, enum top_grouping by)
{
	groups->by = by;
	groups->count = 0;
	groups->others = (struct top_group){0};
	memset(groups->places, 0, sizeof(groups->places));
}

/* At most a quarter of the places is used, so the search is short. */
static struct top_group *find(struct top_groups *groups, uint32_t cid, uint32_t port)
{
	uint64_t mixed = ((uint64_t)cid << 32 | port) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t place = (uint32_t)(mixed >> 52);

	while (groups->places[place % TOP_GROUP_PLACES]) {
		struct top_group *group =
		    &groups->group[groups->places[place % TOP_GROUP_PLACES] - 1];

		if (group->cid == cid && group->port == port)
			return group;
		place++;
	}
	if (groups->count == TOP_GROUPS_MAX)
		return &groups->others;
	groups->group[groups->count] = (struct top_group){.cid = cid, .port = port};
	groups->places[place % TOP_GROUP_PLACES] = (uint16_t)++groups->count;
	return &groups->group[groups->count - 1];
}

/* `own`: the side whose bytes come first. */
static void count(struct top_group *group, const struct top_row *row, enum vsock_side own)
{
	const struct vsock_flow *flow = &row->flow;
	enum vsock_side peer = vsock_peer(own);

	group->flows++;
	group->open += !row->ended;
	group->refused += flow->state == VSOCK_FLOW_REFUSED;
	group->stalled += row->credit.full_ns >= TOP_STUCK;
	group->rate[0] += row->rate[own];
	group->rate[1] += row->rate[peer];
	group->bytes[0] += flow->side[own].bytes;
	group->bytes[1] += flow->side[peer].bytes;
	if (flow->reported && (!group->reported || flow->worst > group->worst))
		group->worst = flow->worst;
	group->reported |= flow->reported != 0;
}

void top_groups_add(struct top_groups *groups, const struct top_row *row)
{
	const struct vsock_flow *flow = &row->flow;

	if (groups->by == TOP_BY_SERVICE) {
		count(find(groups, flow->server_cid, flow->server_port), row, VSOCK_CLIENT);
		return;
	}
	count(find(groups, flow->client_cid, 0), row, VSOCK_CLIENT);
	if (flow->server_cid != flow->client_cid)
		count(find(groups, flow->server_cid, 0), row, VSOCK_SERVER);
}

static int trouble(const struct top_group *group)
{
	return group->reported ? group->worst + 1 : 0;
}

static uint64_t weight(const struct top_group *group, bool totals)
{
	return totals ? group->bytes[0] + group->bytes[1] : group->rate[0] + group->rate[1];
}

static bool is_before(const struct top_group *a, const struct top_group *b, bool totals)
{
	uint64_t first = weight(a, totals);
	uint64_t second = weight(b, totals);

	if ((a->stalled > 0) != (b->stalled > 0))
		return a->stalled > 0;
	if (first != second)
		return first > second;
	if (trouble(a) != trouble(b))
		return trouble(a) > trouble(b);
	return a->cid != b->cid ? a->cid < b->cid : a->port < b->port;
}

struct order {
	const struct top_groups *groups;
	bool totals;
};

static int compare(const void *a, const void *b, void *context)
{
	const struct order *order = context;
	const struct top_group *first = &order->groups->group[*(const uint16_t *)a];
	const struct top_group *second = &order->groups->group[*(const uint16_t *)b];

	return is_before(first, second, order->totals) ? -1 : 1;
}

void top_groups_sort(struct top_groups *groups, bool totals)
{
	struct order order = {groups, totals};

	for (uint32_t i = 0; i < groups->count; i++)
		groups->order[i] = (uint16_t)i;
	qsort_r(groups->order, groups->count, sizeof(groups->order[0]), compare, &order);
}

static int name_width(unsigned columns)
{
	return columns > OTHERS_WIDTH + NAME_LEAST ? (int)(columns - OTHERS_WIDTH) : NAME_LEAST;
}

void top_groups_print_heading(struct output *out, const struct top_groups *groups, bool totals,
			      unsigned columns)
{
	color_print(out, COLOR_HEADING);
	output_printf(out, "   %-*s %*s %*s %*s %*s %*s %*s", name_width(columns),
		      groups->by == TOP_BY_SERVICE ? "service" : "machine", NUMBER_WIDTH, "flows",
		      NUMBER_WIDTH, "open", NUMBER_WIDTH, "refused", NUMBER_WIDTH, "stalled",
		      NUMBER_WIDTH, totals ? ">" : ">/s", NUMBER_WIDTH, totals ? "<" : "</s");
	color_print(out, COLOR_NONE);
}

static void print_number(struct output *out, uint64_t number)
{
	char text[2 * OUTPUT_SLACK];
	struct output short_number;

	output_memory(&short_number, text, sizeof(text));
	size_print_short(&short_number, number);
	output_blanks(out, 1);
	output_blanks(out,
		      short_number.length < NUMBER_WIDTH ? NUMBER_WIDTH - short_number.length : 0);
	output_bytes(out, text, short_number.length);
}

static size_t print_name(struct output *out, const struct top_groups *groups,
			 const struct top_group *group, const struct print_settings *settings)
{
	size_t begin = out->length;

	if (group == &groups->others)
		output_text(out, "(others)");
	else if (groups->by == TOP_BY_SERVICE)
		address_print(out, settings, group->cid, group->port);
	else
		address_print_cid(out, settings, group->cid);
	return out->length - begin;
}

void top_groups_print_row(struct output *out, const struct top_groups *groups,
			  const struct top_group *group, const struct print_settings *settings,
			  bool totals, unsigned columns)
{
	size_t width = (size_t)name_width(columns);
	const uint64_t *bytes = totals ? group->bytes : group->rate;
	unsigned mark = 0;
	size_t name;

	if (group->reported) {
		finding_line_mark(out, (enum vsock_class)group->worst);
		mark = finding_line_indent((enum vsock_class)group->worst) - 1;
	}
	output_blanks(out, 3 - mark);
	name = print_name(out, groups, group, settings);
	output_blanks(out, name < width ? width - name : 0);
	print_number(out, group->flows);
	print_number(out, group->open);
	print_number(out, group->refused);
	print_number(out, group->stalled);
	print_number(out, bytes[0]);
	print_number(out, bytes[1]);
}
