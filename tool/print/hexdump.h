/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Payload bytes under a packet's line, in the forms of tcpdump's -x, -X and -A.
 *
 * Every line begins with a tab, also with -A. So payload never looks like the line of a packet.
 */
#ifndef VSOCKDUMP_PRINT_HEXDUMP_H
#define VSOCKDUMP_PRINT_HEXDUMP_H

#include <stddef.h>
#include <stdint.h>

#include "tool/print/output.h"
#include "tool/settings.h"

/* Prints nothing for no bytes, and for PAYLOAD_NONE. */
void hexdump_print(struct output *out, enum payload_style style, const uint8_t *bytes,
		   size_t length);

/*
 * Bytes of a stream from `offset` on, in the form of -x or -X. Lines begin with `prefix` instead of
 * the tab.
 */
void hexdump_print_at(struct output *out, enum payload_style style, const char *prefix,
		      uint64_t offset, const uint8_t *bytes, size_t length);

#endif
