/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capture files of -r, and those in the lists of -V. */
#ifndef VSOCKDUMP_OPTIONS_INPUT_LIST_H
#define VSOCKDUMP_OPTIONS_INPUT_LIST_H

#include <stdbool.h>

#include "tool/options/error.h"
#include "tool/settings.h"

/* Both return false with a message. */
bool input_list_add(struct settings *settings, const char *path,
		    char error[static OPTIONS_ERROR_MAX]);
/* Adds the names in a file, one per line; "-" is standard input. */
bool input_list_read(struct settings *settings, const char *path,
		     char error[static OPTIONS_ERROR_MAX]);

/* Whether one of the captures is standard input. */
bool input_list_has_standard_input(const struct settings *settings);

void input_list_free(struct settings *settings);

#endif
