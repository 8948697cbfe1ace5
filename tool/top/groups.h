/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flows of a table by service (CID and port of the server) or by machine. */
#ifndef VSOCKDUMP_TOP_GROUPS_H
#define VSOCKDUMP_TOP_GROUPS_H

#include "tool/print/output.h"
#include "tool/top/table.h"

enum top_grouping { TOP_BY_FLOW, TOP_BY_SERVICE, TOP_BY_MACHINE, TOP_GROUPINGS };

/* Further groups become one. */
#define TOP_GROUPS_MAX 1024

struct top_group {
	uint32_t cid;
	uint32_t port; /* of a service */
	uint64_t flows;
	uint64_t open;
	uint64_t refused;
	uint64_t stalled;
	/* [0] is what the clients of a service sent, or what a machine sent. */
	uint64_t rate[2];
	uint64_t bytes[2];
	uint8_t worst; /* enum vsock_class, if `reported` */
	bool reported;
};

#define TOP_GROUP_PLACES 4096

struct top_groups {
	enum top_grouping by;
	struct top_group group[TOP_GROUPS_MAX];
	struct top_group others;
	uint32_t count;
	uint16_t order[TOP_GROUPS_MAX];    /* after top_groups_sort() */
	uint16_t places[TOP_GROUP_PLACES]; /* a hash table: place in `group`, plus 1 */
};

void top_groups_clear(struct top_groups *groups, enum top_grouping by);
void top_groups_add(struct top_groups *groups, const struct top_row *row);

/* By bytes a second, or with `totals` by all bytes; the troubled first on equal. */
void top_groups_sort(struct top_groups *groups, bool totals);

static inline const struct top_group *top_groups_row(const struct top_groups *groups, uint32_t i)
{
	return &groups->group[groups->order[i]];
}

/* What a row takes of the line. */
void top_groups_print_heading(struct output *out, const struct top_groups *groups, bool totals,
			      unsigned columns);
void top_groups_print_row(struct output *out, const struct top_groups *groups,
			  const struct top_group *group, const struct print_settings *settings,
			  bool totals, unsigned columns);

#endif
