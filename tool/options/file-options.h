/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options about -w's files that need more than a stored value. */
#ifndef VSOCKDUMP_OPTIONS_FILE_OPTIONS_H
#define VSOCKDUMP_OPTIONS_FILE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/options/error.h"
#include "tool/settings.h"

/*
 * A size like that of tcpdump's -C: millions of bytes, or after the number K, M or G, in either
 * case, for 2^10, 2^20 or 2^30 bytes. False for any other text, and for 0.
 */
bool file_size_parse(const char *text, uint64_t *bytes);

/* Whether these options go together; if not, false with a message. */
bool file_options_check(const struct settings *settings, char error[static OPTIONS_ERROR_MAX]);

#endif
