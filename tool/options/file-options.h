/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about -w's files, as far as they take more than keeping a word. */
#ifndef VSOCKDUMP_OPTIONS_FILE_OPTIONS_H
#define VSOCKDUMP_OPTIONS_FILE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/options/error.h"
#include "tool/settings.h"

/*
 * A size as tcpdump's -C has it: millions of bytes, or with K, M or G of either case behind the
 * number units of 2^10, 2^20, 2^30 bytes. False unless it is one, above 0.
 */
bool file_size_parse(const char *text, uint64_t *bytes);

/* Whether these options go together; if not, false with a message. */
bool file_options_check(const struct settings *settings, char error[static OPTIONS_ERROR_MAX]);

#endif
