/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name of a class of calls. Calls that differ only in a number or an id have the same name, so
 * that classes stay few. A name never has the query of a path, which may be secret.
 */
#ifndef VSOCKDUMP_INSIDE_CALL_NAME_H
#define VSOCKDUMP_INSIDE_CALL_NAME_H

#include <stddef.h>

/* With its end. Longer names are cut, and end with "...". */
#define CALL_NAME_SIZE 100

/* The name of a class whose method no packet showed. */
#define CALL_NAME_NOT_SEEN "(method not seen)"

/* "GET /users/{}" */
void call_name_http(char name[static CALL_NAME_SIZE], const char *method, size_t method_length,
		    const char *target, size_t target_length);

/* "Service/Method", from "/Service/Method" or "Service/Method". */
void call_name_method(char name[static CALL_NAME_SIZE], const char *path, size_t length);

#endif
