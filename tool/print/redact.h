/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --redact: names of machines and programs do not leave the host as they are. Without a key they
 * are left out. With a key, each name becomes a pseudonym: half of an HMAC-SHA-256 (RFC 2104), so
 * equal names stay equal, and nobody without the key can try names.
 */
#ifndef VSOCKDUMP_PRINT_REDACT_H
#define VSOCKDUMP_PRINT_REDACT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/common/sha256.h"

struct redaction {
	bool keyed;
	uint8_t key[VSOCK_SHA256_SIZE];
};

/* "~" and 32 hexadecimal digits. */
#define REDACTED_SIZE 34

/* `redaction` may be NULL, and then it is the name. NULL: the name is left out. */
const char *redact(char text[static REDACTED_SIZE], const struct redaction *redaction,
		   const char *name);

/* A key from the bytes of a key file. */
void redact_set_key(struct redaction *redaction, const void *bytes, size_t length);

#endif
