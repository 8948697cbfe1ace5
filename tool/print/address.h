/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket addresses for people: "host:5000". */
#ifndef VSOCKDUMP_PRINT_ADDRESS_H
#define VSOCKDUMP_PRINT_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/print/output.h"
#include "tool/settings.h"

/*
 * Prints the CID's name, or with settings->numbers its number. A number of more than 32 bits is no
 * CID. It is hexadecimal, which shows the CID in its lower part and the rest.
 */
void address_print_cid(struct output *out, const struct print_settings *settings, uint64_t cid);
void address_print(struct output *out, const struct print_settings *settings, uint64_t cid,
		   uint32_t port);

/* The same: "3:?1073741824" if the capture made the port up. */
void address_print_marked(struct output *out, const struct print_settings *settings, uint64_t cid,
			  uint32_t port, bool made_up);

/*
 * A cache of the texts of recent addresses, and of recent CIDs. Few sockets send at a time, and
 * looking up names and converting numbers is half the cost of a packet's line. All zeros is an
 * empty cache. Use it only with the same settings.
 */
#define ADDRESS_CACHE_BITS 8
#define CID_CACHE_BITS     6

struct address_text {
	uint64_t cid;
	uint32_t port;
	uint8_t length; /* 0: none */
	char text[35];
};

_Static_assert(sizeof(((struct address_text *)0)->text) <= OUTPUT_SLACK, "copied as a whole");

struct address_cache {
	struct address_text kept[1 << ADDRESS_CACHE_BITS];
	struct address_text cids[1 << CID_CACHE_BITS]; /* without port and colon */
};

/* Like address_print(), for an address that seldom comes again: only its CID is in the cache. */
void address_print_once(struct output *out, const struct print_settings *settings,
			struct address_cache *cache, uint64_t cid, uint32_t port);

/* How many bytes address_print_once() prints. */
size_t address_width(const struct print_settings *settings, struct address_cache *cache,
		     uint64_t cid, uint32_t port);

/* The text in the cache, until its next use. Its length is 0 if it is too long to keep. */
const struct address_text *address_keep(const struct print_settings *settings,
					struct address_cache *cache, uint64_t cid, uint32_t port);

/* Like address_print(), but takes the text from the cache if it is there. */
void address_print_again(struct output *out, const struct print_settings *settings,
			 struct address_cache *cache, uint64_t cid, uint32_t port);

#endif
