/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The capture points of a file: the interfaces where its vsock packets were captured.
 *
 * A pcap file of link type VSOCK or LINUX_SLL has one point. In pcapng each interface that may have
 * vsock is a point. An interface of a later section is the same point if it has the same name,
 * description, system, host and boot. So the files of one rotating capture may be joined. With
 * LINUX_SLL2, each interface index is a point.
 *
 * All points have different names, because the user selects one by its name. Only files of
 * lib/capture-file include this header.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_POINTS_H
#define VSOCK_LIB_CAPTURE_FILE_POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/capture-file/link.h"
#include "lib/capture-file/origin.h"

/* A file with more is odd. Its further interfaces are read as the last point. */
#define CAPTURE_POINTS_MAX 256

struct capture_point {
	struct capture_origin origin; /* for the caller: `interface` differs from all others */
	char name[CAPTURE_TEXT_MAX];  /* if_name, as in the file */
	enum capture_link link;
	uint32_t section; /* the last one that described it */
	uint16_t base;    /* of LINUX_SLL2: the first point of its pcapng interface */
	bool indexed;     /* ifindex is known */
	uint32_t ifindex;
};

struct capture_points {
	struct capture_point *all; /* owned */
	uint16_t count;
	uint16_t room;
	bool too_many;     /* there was no room for another point */
	uint32_t section;  /* number of the present section */
	uint16_t last;     /* the point that was looked up last by an ifindex */
	bool last_is_good; /* there is one */
};

/*
 * The point of an interface that the file describes. `serial` is its number in the file, from 0. If
 * the file gives no name, this number is the name. False without memory.
 */
bool capture_points_add(struct capture_points *points, const struct capture_origin *about,
			enum capture_link link, uint32_t serial, uint16_t *point);

/* The point of an interface index of LINUX_SLL2; `base` is the result of capture_points_add(). */
bool capture_points_look_up(struct capture_points *points, uint16_t base, uint32_t ifindex,
			    uint16_t *point);

/*
 * Adds a copy of another file's point, with this name or one that begins with it. False without
 * memory.
 */
bool capture_points_import(struct capture_points *points, const struct capture_point *other,
			   const char *name, uint16_t *point);

/* Whether two points are the same interface, as far as their files say. */
bool capture_points_alike(const struct capture_point *a, const struct capture_point *b);

#endif
