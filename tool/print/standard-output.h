/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output as the place for data: is it there, what is it, did all of it arrive. */
#ifndef VSOCKDUMP_PRINT_STANDARD_OUTPUT_H
#define VSOCKDUMP_PRINT_STANDARD_OUTPUT_H

#include <stdbool.h>

#include "tool/exit-status.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/*
 * Replaces each of the descriptors 0 to 2 that is closed by one whose reads and writes fail.
 * Otherwise the next file opened would get its number, and text would go into a capture.
 */
void standard_descriptors_check(void);

/* Opens it; colour as settings, terminal and environment want it. False without memory. */
bool standard_output_open(struct output *out, const struct print_settings *settings);

/*
 * Flushes and closes. A reader that has seen enough (EPIPE) is a clean end; any other failure is
 * EXIT_OUTPUT, with a message.
 */
enum exit_status standard_output_close(struct output *out);

#endif
