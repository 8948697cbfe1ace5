/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of nearly all packets, without options for more: time, addresses, op, length. They are
 * written at once, in a third of the time of packet_line_print(), which knows all lines.
 */
#ifndef VSOCKDUMP_PRINT_USUAL_LINE_H
#define VSOCKDUMP_PRINT_USUAL_LINE_H

#include <stdbool.h>

#include "tool/print/address.h"
#include "tool/print/output.h"
#include "tool/print/seen.h"
#include "tool/print/timestamp.h"
#include "tool/settings.h"

/* Whether there are such lines with these settings. */
bool usual_line_possible(const struct output *out, const struct print_settings *settings,
			 bool nanosecond);

/* Prints the time and the line of a packet. False: it is no such packet, and nothing is printed. */
bool usual_line_print(struct output *out, const struct print_settings *settings,
		      struct timestamp_cache *times, struct address_cache *addresses,
		      const struct seen *seen);

#endif
