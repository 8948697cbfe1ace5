/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VSOCK_CORE_CID_NAMES_H
#define VSOCK_CORE_CID_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A user's names for CIDs. They take precedence over the well-known names. A set has at most
 * VSOCK_CID_NAMES_MAX entries, with names of at most VSOCK_CID_NAME_LEN bytes.
 */
#define VSOCK_CID_NAMES_MAX 65536
#define VSOCK_CID_NAME_LEN  63

struct vsock_cid_names;

enum vsock_cid_names_result {
	VSOCK_CID_NAMES_OK = 0,
	VSOCK_CID_NAMES_BAD_NAME, /* empty, too long, a number, or not of [A-Za-z0-9._-] */
	VSOCK_CID_NAMES_BAD_CID,  /* not a number of 32 bits */
	VSOCK_CID_NAMES_FULL,
	VSOCK_CID_NAMES_NO_MEMORY,
};

/* Returns an empty set that the caller frees, or NULL without memory. */
struct vsock_cid_names *vsock_cid_names_new(void);
void vsock_cid_names_free(struct vsock_cid_names *names);

/*
 * Adds a name. It replaces an earlier name of this CID. If two CIDs have the same name, the name
 * means the first of them.
 */
enum vsock_cid_names_result vsock_cid_names_add(struct vsock_cid_names *names, uint64_t cid,
						const char *name);

/*
 * Adds a name that the program found, and the user did not give: the name of a virtual machine. It
 * is shown with the CID, as "web(3)". It does not replace a name of the user. If two names were
 * found for one CID, it has none: they are of two hosts, or of two times. A well-known name or a
 * name of the user never means this CID, even if it is the same.
 */
enum vsock_cid_names_result vsock_cid_names_add_found(struct vsock_cid_names *names, uint32_t cid,
						      const char *name);

/*
 * The next found name. *index is 0 for the first call, and then belongs to this function. False
 * after the last name. The set owns the name, which is valid until the next addition.
 */
bool vsock_cid_names_next_found(const struct vsock_cid_names *names, uint32_t *index, uint32_t *cid,
				const char **name);

/*
 * Returns one of the user's names. `index` counts from 0; false after the last name. The set owns
 * the name, which is valid until the next addition.
 */
bool vsock_cid_names_get(const struct vsock_cid_names *names, uint32_t index, uint32_t *cid,
			 const char **name);

/* What went wrong, in words that fit after a colon. */
const char *vsock_cid_names_error(enum vsock_cid_names_result result);

/*
 * What to show for the CID: the user's name, or a found name with the CID, or the well-known name,
 * or NULL. `names` may be NULL.
 */
const char *vsock_cid_name(const struct vsock_cid_names *names, uint64_t cid);

/* The same without the CID. */
const char *vsock_cid_plain_name(const struct vsock_cid_names *names, uint64_t cid);

/*
 * The CID for a name: a user's, a well-known one, or a decimal or 0x-hexadecimal number of 32 bits.
 * False for any other name. `names` may be NULL.
 */
bool vsock_cid_by_name(const struct vsock_cid_names *names, const char *name, uint32_t *cid);

#endif
