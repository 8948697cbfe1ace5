/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The link types of files that may have vsock: VSOCK itself, and the two Linux cooked headers
 * that captures on the interface "any" have (tcpdump -i any).
 *
 * A cooked frame is vsock if its hardware type is that of a vsockmon interface. The reader removes
 * its cooked header, so the rest of the program sees the frame that a capture on vsockmon has.
 *
 * Only files of lib/capture-file include this header.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_LINK_H
#define VSOCK_LIB_CAPTURE_FILE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/capture-file/record.h"

enum capture_link {
	CAPTURE_LINK_OTHER, /* no vsock in it */
	CAPTURE_LINK_VSOCK,
	CAPTURE_LINK_SLL,
	CAPTURE_LINK_SLL2,
};

enum capture_link capture_link(uint32_t linktype);

static inline bool capture_link_is_cooked(enum capture_link link)
{
	return link == CAPTURE_LINK_SLL || link == CAPTURE_LINK_SLL2;
}

/* "VSOCK (Linux vsock)"; "" for OTHER. */
const char *capture_link_text(enum capture_link link);

/*
 * Removes the header of a cooked frame. False if the frame is not from a vsockmon interface, or is
 * cut before its hardware type. *ifindex is the number of the interface, or 0 for SLL, which has no
 * number.
 */
bool capture_link_uncook(enum capture_link link, struct capture_record *record, uint32_t *ifindex);

#endif
