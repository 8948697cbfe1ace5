/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/identity/vm-name.h"

#include <stdio.h>
#include <string.h>

static const char digits[] = "0123456789";
static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

/* The ids of sandboxes have 64 digits, and Firecracker's are cut to 32. */
#define KATA_DIGITS_LEAST 32
#define KATA_DIGITS_SHOWN 8

/* The same that core/cid-names.h allows for a name. */
static bool could_be_mistaken(const char *name)
{
	return *name == '-' || (*name && strspn(name, digits) == strlen(name)) ||
	       (*name == '0' && (name[1] == 'x' || name[1] == 'X'));
}

void vm_name_clean(char name[static VM_NAME_MAX], const char *text)
{
	snprintf(name, VM_NAME_MAX, "%.*s", VM_NAME_MAX - 1, text);
	if (could_be_mistaken(name))
		snprintf(name, VM_NAME_MAX, "vm-%.*s", VM_NAME_MAX - 4, text);
	for (char *at = name; *at; at++)
		if (!strchr(good, *at))
			*at = '_';
}

/*
 * The folders are from 7c6ba40c54 of kata-containers: src/runtime/virtcontainers and
 * src/runtime-rs/crates/hypervisor. Without root, the user's runtime folder precedes them.
 */
static const char *const kata_places[] = {
    "sandbox-", "/run/vc/vm/", "/run/vc/firecracker/", "/run/kata/firecracker/", "/run/kata/",
};

bool vm_name_of_kata(char name[static VM_NAME_MAX], const char *text)
{
	for (size_t i = 0; i < sizeof(kata_places) / sizeof(kata_places[0]); i++) {
		const char *found = strstr(text, kata_places[i]);

		/* A name of another VM may contain "sandbox-". */
		if (!found || (i == 0 && found != text))
			continue;
		found += strlen(kata_places[i]);
		if (strspn(found, "0123456789abcdef") < KATA_DIGITS_LEAST)
			continue;
		snprintf(name, VM_NAME_MAX, "kata-%.*s", KATA_DIGITS_SHOWN, found);
		return true;
	}
	return false;
}
