/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a text is JSON by RFC 8259, read strictly. */
#ifndef TESTS_FUZZ_JSON_CHECK_H
#define TESTS_FUZZ_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the text is lines, each with one object and nothing else, of keys that differ. Strings
 * are valid UTF-8. A NULL for a good text, else what is wrong.
 */
const char *json_lines_wrong(const char *text, size_t length);

#endif
