/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VSOCK_CORE_CID_NAMES_H
#define VSOCK_CORE_CID_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A user's names for CIDs, on top of the well-known ones: a name given here wins.
 * The set is bounded: VSOCK_CID_NAMES_MAX entries, each name at most VSOCK_CID_NAME_LEN bytes.
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

/* An empty set that the caller frees, or NULL without memory. */
struct vsock_cid_names *vsock_cid_names_new(void);
void vsock_cid_names_free(struct vsock_cid_names *names);

/* Adds a name. A CID named before takes the new name; a name given to two CIDs finds the first. */
enum vsock_cid_names_result vsock_cid_names_add(struct vsock_cid_names *names, uint64_t cid,
						const char *name);

/*
 * The user's names, one call each: `index` counts from 0; false behind the last. The name is
 * owned by the set, and valid until the next addition.
 */
bool vsock_cid_names_get(const struct vsock_cid_names *names, uint32_t index, uint32_t *cid,
			 const char **name);

/* What went wrong, in words that fit behind a colon. */
const char *vsock_cid_names_error(enum vsock_cid_names_result result);

/* The user's name, else the well-known one, else NULL. `names` may be NULL. */
const char *vsock_cid_name(const struct vsock_cid_names *names, uint64_t cid);

/*
 * The CID for a name: a user's, a well-known one, or a decimal or 0x-hexadecimal number of 32 bits.
 * False for any other name. `names` may be NULL.
 */
bool vsock_cid_by_name(const struct vsock_cid_names *names, const char *name, uint32_t *cid);

#endif
