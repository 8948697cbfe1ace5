/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The layout of the cooked headers is that of
 * https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and LINKTYPE_LINUX_SLL2.html. Their
 * numbers are big-endian in every file.
 */
#include "lib/capture-file/link.h"

#include "core/wire.h"

#define LINKTYPE_LINUX_SLL  113
#define LINKTYPE_LINUX_SLL2 276

/* The hardware type of vsockmon interfaces: linux/if_arp.h, since Linux 4.12. */
#define ARPHRD_VSOCKMON 826

/* Byte offsets in the header of LINUX_SLL. */
enum {
	SLL_HARDWARE = 2, /* u16 */
	SLL_SIZE = 16,
};

/* The same for LINUX_SLL2. */
enum {
	SLL2_IFINDEX = 4,  /* u32 */
	SLL2_HARDWARE = 8, /* u16 */
	SLL2_SIZE = 20,
};

enum capture_link capture_link(uint32_t linktype)
{
	switch (linktype) {
	case VSOCK_LINKTYPE:
		return CAPTURE_LINK_VSOCK;
	case LINKTYPE_LINUX_SLL:
		return CAPTURE_LINK_SLL;
	case LINKTYPE_LINUX_SLL2:
		return CAPTURE_LINK_SLL2;
	default:
		return CAPTURE_LINK_OTHER;
	}
}

const char *capture_link_text(enum capture_link link)
{
	static const char *const texts[] = {
	    [CAPTURE_LINK_OTHER] = "",
	    [CAPTURE_LINK_VSOCK] = "VSOCK (Linux vsock)",
	    [CAPTURE_LINK_SLL] = "LINUX_SLL (Linux cooked v1)",
	    [CAPTURE_LINK_SLL2] = "LINUX_SLL2 (Linux cooked v2)",
	};

	return texts[link];
}

static uint32_t big_endian(const uint8_t *p, unsigned size)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value = value << 8 | p[i];
	return value;
}

bool capture_link_uncook(enum capture_link link, struct capture_record *record, uint32_t *ifindex)
{
	bool second = link == CAPTURE_LINK_SLL2;
	uint32_t hardware = second ? SLL2_HARDWARE : SLL_HARDWARE;
	uint32_t size = second ? SLL2_SIZE : SLL_SIZE;
	uint32_t cut;

	if (record->captured < hardware + 2)
		return false;
	if (big_endian(record->data + hardware, 2) != ARPHRD_VSOCKMON)
		return false;
	*ifindex = second ? big_endian(record->data + SLL2_IFINDEX, 4) : 0;

	/* A small snapshot length may have cut the frame within the cooked header. */
	cut = size < record->captured ? size : record->captured;
	record->data += cut;
	record->captured -= cut;
	record->on_wire -= size < record->on_wire ? size : record->on_wire;
	return true;
}
