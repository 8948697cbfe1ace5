/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --check: can I capture here, and what will I see? */
#ifndef VSOCKDUMP_CHECK_CHECK_H
#define VSOCKDUMP_CHECK_CHECK_H

#include "tool/exit-status.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* Prints the screen. EXIT_OK if something can be captured, or the status that a capture would give.
 */
enum exit_status check_system(struct output *out, const struct settings *settings);

#endif
