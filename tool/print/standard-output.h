/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output for data: checks that it is open, and that all of the data arrived. */
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

/* Opens it. Settings, terminal and environment decide about color. False without memory. */
bool standard_output_open(struct output *out, const struct print_settings *settings);

/*
 * Flushes and closes. If the reader has closed the pipe (EPIPE), that is a normal end. Any other
 * failure is EXIT_OUTPUT, with a message.
 */
enum exit_status standard_output_close(struct output *out);

#endif
