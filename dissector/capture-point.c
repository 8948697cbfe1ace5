/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/capture-point.h"

#include <string.h>

#include <epan/wmem_scopes.h>
#include <wiretap/wtap.h>

/* The same limit as in vsockdump: further interfaces are one point. */
#define POINTS_MAX 256

/* The header of LINKTYPE_LINUX_SLL2: its size, and the offset of the interface's index. */
enum { COOKED2_SIZE = 20, COOKED2_IFINDEX = 4 };

struct point {
	const char *name;        /* NULL: not in the file */
	const char *description; /* likewise */
	uint32_t section;        /* the last section with packets of it */
	uint32_t interface;      /* its number in that section */
	uint32_t ifindex;        /* 0: none */
};

static struct {
	struct point all[POINTS_MAX];
	uint16_t count;
	uint16_t last; /* of the previous packet: nearly always the next one's, too */
} points;

static void forget_points(void)
{
	memset(&points, 0, sizeof(points));
}

void capture_point_register(void)
{
	register_init_routine(forget_points);
	register_cleanup_routine(forget_points);
}

static uint32_t ifindex_of(const wtap_rec *rec, tvbuff_t *tvb)
{
	gint start = tvb_raw_offset(tvb) - COOKED2_SIZE;

	if (rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_SLL2 || start < 0)
		return 0;
	return tvb_get_ntohl(tvb_get_ds_tvb(tvb), start + COOKED2_IFINDEX);
}

static bool is_in_section(const struct point *point, const struct point *wanted)
{
	return point->section == wanted->section && point->interface == wanted->interface &&
	       point->ifindex == wanted->ifindex;
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Finds the interface in an earlier section, if it was not found again in this one. */
static bool is_again(const struct point *point, const struct point *wanted)
{
	return wanted->name && point->section != wanted->section &&
	       point->ifindex == wanted->ifindex && is_same_text(point->name, wanted->name) &&
	       is_same_text(point->description, wanted->description);
}

static uint16_t add_point(const struct point *wanted)
{
	if (points.count == POINTS_MAX)
		return POINTS_MAX - 1;
	points.all[points.count] = *wanted;
	return points.count++;
}

/* The point of an interface that appears for the first time in its section. */
static uint16_t meet(const packet_info *pinfo, struct point *wanted)
{
	wanted->name = wireshark_interface_name(pinfo->epan, wanted->interface, wanted->section);
	wanted->description =
	    wireshark_interface_description(pinfo->epan, wanted->interface, wanted->section);
	/* Wireshark's name for an interface without a name. */
	if (is_same_text(wanted->name, "unknown"))
		wanted->name = NULL;
	wanted->name = wmem_strdup(wmem_file_scope(), wanted->name);
	wanted->description = wmem_strdup(wmem_file_scope(), wanted->description);
	for (uint16_t i = 0; i < points.count; i++) {
		if (!is_again(&points.all[i], wanted))
			continue;
		points.all[i] = *wanted;
		return i;
	}
	return add_point(wanted);
}

uint16_t capture_point_of(const packet_info *pinfo, tvbuff_t *tvb)
{
	const wtap_rec *rec = pinfo->rec;
	struct point wanted = {0};

	if (rec->rec_type != REC_TYPE_PACKET)
		return 0;
	if (rec->presence_flags & WTAP_HAS_SECTION_NUMBER)
		wanted.section = rec->section_number;
	if (rec->presence_flags & WTAP_HAS_INTERFACE_ID)
		wanted.interface = rec->rec_header.packet_header.interface_id;
	wanted.ifindex = ifindex_of(rec, tvb);
	if (points.count > 0 && is_in_section(&points.all[points.last], &wanted))
		return points.last;
	for (points.last = 0; points.last < points.count; points.last++)
		if (is_in_section(&points.all[points.last], &wanted))
			return points.last;
	points.last = meet(pinfo, &wanted);
	return points.last;
}
