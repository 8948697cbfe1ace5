/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walks through the options of a command line as /proc/PID/cmdline has it, and through lists such
 * as "guest-cid=3,id=vsock0". The text is that of a stranger. Nothing here allocates.
 */
#ifndef VSOCK_LIB_IDENTITY_ARGUMENTS_H
#define VSOCK_LIB_IDENTITY_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* Arguments that end with a null byte each. The last byte before `end` must be one. */
struct arguments {
	const char *next;
	const char *end;
};

/* "-name VALUE", "--name VALUE" or "--name=VALUE". */
struct argument_option {
	const char *name; /* after the hyphens; ends at name_length */
	size_t name_length;
	const char *value; /* "" if nothing follows */
};

/*
 * The next option. The argument after an option is its value, but may also be the next option: only
 * the program knows which options have values. False at the end.
 */
bool arguments_next_option(struct arguments *arguments, struct argument_option *option);

bool argument_is(const struct argument_option *option, const char *name);

/*
 * Copies the value of "key=" in a list with commas. An empty key means a first element without "=".
 * Two commas are a comma of the value, as in QEMU. False, and an empty text, if the list does not
 * have the key, or if the value does not fit.
 */
bool list_value(const char *list, const char *key, char *value, size_t room);

/*
 * The same for a JSON object, for strings and numbers of its first level. A value with a backslash
 * is not copied.
 */
bool json_value(const char *json, const char *key, char *value, size_t room);

#endif
