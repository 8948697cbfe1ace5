/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One packet as one line of text:
 *
 *   TIME ADDRESS > ADDRESS OP [FLAGS], SOCKET TYPE, length N, ... [NOTE] [NOTE]
 *
 * Usual things are left out: the type if it is STREAM, the length of a packet without payload. Odd
 * things are in brackets at the end, at every level except -q. If the snap length cut a header, the
 * line ends with [|vsock], after the fields that were captured.
 */
#ifndef VSOCKDUMP_PRINT_PACKET_LINE_H
#define VSOCKDUMP_PRINT_PACKET_LINE_H

#include "tool/print/address.h"
#include "tool/print/output.h"
#include "tool/print/seen.h"
#include "tool/settings.h"

/* Prints everything after the time stamp, with the line break. */
void packet_line_print(struct output *out, const struct print_settings *settings,
		       struct address_cache *cache, const struct seen *seen);

/*
 * The bytes of the packet's payload that are known. The tap of many kernels copies more than
 * belongs to the packet, and a snap length leaves less. Without a flow table a split packet that is
 * captured whole with each of its parts shows its first bytes again and again.
 */
struct packet_payload {
	const uint8_t *bytes;
	uint32_t length;
	bool misplaced; /* nothing, because it is not known which captured bytes they are */
};
struct packet_payload packet_payload(const struct seen *seen);

#endif
