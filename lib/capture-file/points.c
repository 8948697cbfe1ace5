/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/points.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for "#65535" after a name. */
#define SUFFIX_MAX 8

static bool is_taken(const struct capture_points *points, const struct capture_point *but,
		     const char *name)
{
	for (uint16_t i = 0; i < points->count; i++)
		if (&points->all[i] != but && strcmp(points->all[i].origin.interface, name) == 0)
			return true;
	return false;
}

/* The second vsockmon0 of a file becomes vsockmon0#2. A long name loses its end for that. */
static void set_name(const struct capture_points *points, struct capture_point *point,
		     const char *wanted)
{
	char start[CAPTURE_TEXT_MAX - SUFFIX_MAX];
	char *name = point->origin.interface;
	unsigned number = 1;

	snprintf(start, sizeof(start), "%s", wanted);
	snprintf(name, CAPTURE_TEXT_MAX, "%s", wanted);
	while (is_taken(points, point, name))
		snprintf(name, CAPTURE_TEXT_MAX, "%s#%u", start, ++number);
}

static bool make_room(struct capture_points *points)
{
	uint16_t room = points->room ? (uint16_t)(points->room * 2) : 2;
	void *all;

	if (points->count < points->room)
		return true;
	all = realloc(points->all, room * sizeof(*points->all));
	if (!all)
		return false;
	points->all = all;
	points->room = room;
	return true;
}

/* Adds a copy of `new` with this name; or, if there are too many, returns the last point. */
static bool append(struct capture_points *points, const struct capture_point *new, const char *name,
		   uint16_t *point)
{
	struct capture_point *added;

	if (points->count == CAPTURE_POINTS_MAX) {
		points->too_many = true;
		*point = CAPTURE_POINTS_MAX - 1;
		return true;
	}
	if (!make_room(points))
		return false;
	added = &points->all[points->count];
	*added = *new;
	set_name(points, added, name);
	*point = points->count++;
	return true;
}

static bool is_same(const struct capture_point *point, const struct capture_origin *about,
		    enum capture_link link)
{
	return point->link == link && strcmp(point->name, about->interface) == 0 &&
	       strcmp(point->origin.description, about->description) == 0 &&
	       strcmp(point->origin.os, about->os) == 0 &&
	       strcmp(point->origin.host, about->host) == 0 &&
	       strcmp(point->origin.boot, about->boot) == 0 && point->origin.bpf == about->bpf;
}

/* The same interface in an earlier section, not yet found again in this one; or NULL. */
static struct capture_point *find_again(struct capture_points *points,
					const struct capture_origin *about, enum capture_link link)
{
	if (!*about->interface)
		return NULL;
	for (uint16_t i = 0; i < points->count; i++) {
		struct capture_point *point = &points->all[i];

		if (point->base == i && point->section != points->section &&
		    is_same(point, about, link))
			return point;
	}
	return NULL;
}

bool capture_points_add(struct capture_points *points, const struct capture_origin *about,
			enum capture_link link, uint32_t serial, uint16_t *point)
{
	struct capture_point *again = find_again(points, about, link);
	struct capture_point new = {
	    .origin = *about,
	    .link = link,
	    .section = points->section,
	    .base = points->count,
	};
	char number[32];

	if (again) {
		again->section = points->section;
		*point = again->base;
		return true;
	}
	snprintf(new.name, sizeof(new.name), "%s", about->interface);
	snprintf(number, sizeof(number), "interface=%" PRIu32, serial);
	return append(points, &new, *about->interface ? about->interface : number, point);
}

static bool is_at(const struct capture_points *points, uint16_t point, uint16_t base,
		  uint32_t ifindex)
{
	const struct capture_point *at = &points->all[point];

	return at->base == base && at->indexed && at->ifindex == ifindex;
}

/* Adds the point of a new index. */
static bool add_ifindex(struct capture_points *points, uint16_t base, uint32_t ifindex,
			uint16_t *point)
{
	struct capture_point *first = &points->all[base];
	struct capture_point new = *first;
	char name[32];

	snprintf(name, sizeof(name), "ifindex=%" PRIu32, ifindex);
	new.indexed = true;
	new.ifindex = ifindex;
	if (!first->indexed) {
		*first = new;
		set_name(points, first, name);
		*point = base;
		return true;
	}
	return append(points, &new, name, point);
}

bool capture_points_look_up(struct capture_points *points, uint16_t base, uint32_t ifindex,
			    uint16_t *point)
{
	if (points->last_is_good && is_at(points, points->last, base, ifindex)) {
		*point = points->last;
		return true;
	}
	*point = base;
	while (*point < points->count && !is_at(points, *point, base, ifindex))
		++*point;
	if (*point == points->count && !add_ifindex(points, base, ifindex, point))
		return false;
	points->last = *point;
	points->last_is_good = true;
	return true;
}

bool capture_points_import(struct capture_points *points, const struct capture_point *other,
			   const char *name, uint16_t *point)
{
	return append(points, other, name, point);
}

bool capture_points_alike(const struct capture_point *a, const struct capture_point *b)
{
	return a->link == b->link && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->origin.description, b->origin.description) == 0 &&
	       strcmp(a->origin.os, b->origin.os) == 0 && a->indexed == b->indexed &&
	       a->ifindex == b->ifindex;
}
