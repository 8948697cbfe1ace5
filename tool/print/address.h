/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket addresses for people: "host:5000". */
#ifndef VSOCKDUMP_PRINT_ADDRESS_H
#define VSOCKDUMP_PRINT_ADDRESS_H

#include <stdint.h>

#include "tool/print/output.h"
#include "tool/settings.h"

/*
 * The CID's name, unless settings->numbers, else its number; in hexadecimal when it has more
 * than 32 bits, which no CID has: so the part that is a CID and the part that is not both show.
 */
void address_print_cid(struct output *out, const struct print_settings *settings, uint64_t cid);
void address_print(struct output *out, const struct print_settings *settings, uint64_t cid,
		   uint32_t port);

/*
 * Texts of the addresses printed last: few sockets speak at a time, and looking up a name and
 * turning numbers into digits is half the cost of a packet's line. All zeroes is an empty cache;
 * use it with the same settings only.
 */
#define ADDRESS_CACHE_BITS 8

struct address_text {
	uint64_t cid;
	uint32_t port;
	uint8_t length; /* 0: none */
	char text[35];
};

_Static_assert(sizeof(((struct address_text *)0)->text) <= OUTPUT_SLACK, "copied as a whole");

struct address_cache {
	struct address_text kept[1 << ADDRESS_CACHE_BITS];
};

/* As address_print(), from the cache if it is there. */
void address_print_again(struct output *out, const struct print_settings *settings,
			 struct address_cache *cache, uint64_t cid, uint32_t port);

#endif
