/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/difference.h"

#include <stdlib.h>

static const char *const kind_names[] = {
    [DIFFERENCE_ONLY_IN_A] = "only-in-A",   [DIFFERENCE_ONLY_IN_B] = "only-in-B",
    [DIFFERENCE_MISSING] = "missing-bytes", [DIFFERENCE_EXTRA] = "extra-bytes",
    [DIFFERENCE_REPEATED] = "repeated",     [DIFFERENCE_CHANGED] = "changed-bytes",
    [DIFFERENCE_ZEROED] = "zeroed-bytes",   [DIFFERENCE_SHIFTED] = "shifted-bytes",
    [DIFFERENCE_HEADER] = "header-changed", [DIFFERENCE_ORDER] = "order-changed",
    [DIFFERENCE_END] = "end-differs",       [DIFFERENCE_LATE] = "late",
    [DIFFERENCE_CLOCK_STEP] = "clock-step", [DIFFERENCE_CAPTURE_LOSS] = "capture-loss",
};
_Static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == DIFFERENCE_KINDS, "each has a name");

const char *difference_kind_name(enum difference_kind kind)
{
	return kind_names[kind];
}

static enum difference_kind kind_of_gap(const struct difference *d, enum compare_file sender)
{
	if (d->loss)
		return DIFFERENCE_CAPTURE_LOSS;
	if (d->lacking != sender)
		return DIFFERENCE_MISSING;
	return d->repeats ? DIFFERENCE_REPEATED : DIFFERENCE_EXTRA;
}

static enum difference_kind kind_of_change(const struct change *change)
{
	switch (change->kind) {
	case CHANGE_ZEROED:
		return DIFFERENCE_ZEROED;
	case CHANGE_SHIFTED:
		return DIFFERENCE_SHIFTED;
	case CHANGE_MISSING:
		return DIFFERENCE_MISSING;
	case CHANGE_EXTRA:
		return DIFFERENCE_EXTRA;
	case CHANGE_REPEATED:
		return DIFFERENCE_REPEATED;
	default:
		return DIFFERENCE_CHANGED;
	}
}

enum difference_kind difference_kind(const struct difference *d, enum compare_file sender)
{
	switch (d->form) {
	case FORM_ONLY:
		return d->lacking == FILE_A ? DIFFERENCE_ONLY_IN_B : DIFFERENCE_ONLY_IN_A;
	case FORM_GAP:
		return kind_of_gap(d, sender);
	case FORM_CHANGE:
		return kind_of_change(&d->change[sender]);
	case FORM_HEADER:
		return DIFFERENCE_HEADER;
	case FORM_ORDER:
		return DIFFERENCE_ORDER;
	default:
		return DIFFERENCE_END;
	}
}

struct difference *difference_add(struct difference_list *list, const struct difference *difference)
{
	struct difference *copy = NULL;

	if (list->count < COMPARE_DIFFERENCES_MAX)
		copy = malloc(sizeof(*copy));
	if (!copy) {
		list->more++;
		return NULL;
	}
	*copy = *difference;
	copy->next = copy->next_of_lane = NULL;
	if (list->last)
		list->last->next = copy;
	else
		list->first = copy;
	list->last = copy;
	list->count++;
	return copy;
}

void difference_list_free(struct difference_list *list)
{
	while (list->first) {
		struct difference *next = list->first->next;

		free(list->first);
		list->first = next;
	}
	*list = (struct difference_list){0};
}
