/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One packet as one line of text:
 *
 *   TIME ADDRESS > ADDRESS OP [FLAGS], SOCKET TYPE, length N, ... [NOTE] [NOTE]
 *
 * What is usual is left out: the type when it is STREAM, the length of a packet that has no
 * payload. What is odd stands in brackets at the end, at every level but -q. A header that the
 * snap length cut ends in [|vsock], after what was still there.
 */
#ifndef VSOCKDUMP_PRINT_PACKET_LINE_H
#define VSOCKDUMP_PRINT_PACKET_LINE_H

#include "tool/print/address.h"
#include "tool/print/output.h"
#include "tool/print/seen.h"
#include "tool/settings.h"

/* Everything behind the timestamp, line break included. */
void packet_line_print(struct output *out, const struct print_settings *settings,
		       struct address_cache *cache, const struct seen *seen);

/*
 * The bytes of the packet's payload that are known: the tap of many kernels hands out more than
 * belongs to the packet, and a snap length leaves less. Without a flow table a split packet that
 * is captured whole with each of its parts shows its first bytes again and again.
 */
struct packet_payload {
	const uint8_t *bytes;
	uint32_t length;
	bool misplaced; /* nothing, as it is not known which of the captured bytes they are */
};
struct packet_payload packet_payload(const struct seen *seen);

#endif
