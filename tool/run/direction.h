/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -Q: selects incoming or outgoing packets. A packet does not name the side that captured it, so
 * this asks the kernel for the machine's own CID, and makes a filter expression from it.
 */
#ifndef VSOCKDUMP_RUN_DIRECTION_H
#define VSOCKDUMP_RUN_DIRECTION_H

#include <stdint.h>

#include "tool/exit-status.h"
#include "tool/settings.h"

/* Room for an expression of direction_expression(). */
#define DIRECTION_EXPRESSION_MAX 128

/* The expression for a machine with this CID: the host's, the local one, or that of a guest. */
void direction_expression(enum direction direction, uint32_t cid,
			  char text[static DIRECTION_EXPRESSION_MAX]);

/* The same for this machine. Not EXIT_OK, with a message, if the kernel does not say its CID. */
enum exit_status direction_of_this_machine(enum direction direction,
					   char text[static DIRECTION_EXPRESSION_MAX]);

#endif
