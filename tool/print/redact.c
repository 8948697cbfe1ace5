/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/redact.h"

#include <stdio.h>
#include <string.h>

/* The block of SHA-256. */
#define BLOCK 64
/* Longer names are cut: no name of ours is so long. */
#define NAME_MOST 512

static void hash_with(uint8_t digest[static VSOCK_SHA256_SIZE], const struct redaction *redaction,
		      uint8_t pad, const void *text, size_t length)
{
	uint8_t input[BLOCK + NAME_MOST];

	memset(input, pad, BLOCK);
	for (size_t i = 0; i < sizeof(redaction->key); i++)
		input[i] ^= redaction->key[i];
	memcpy(input + BLOCK, text, length);
	vsock_sha256(digest, input, BLOCK + length);
}

const char *redact(char text[static REDACTED_SIZE], const struct redaction *redaction,
		   const char *name)
{
	uint8_t digest[VSOCK_SHA256_SIZE];
	size_t length = strlen(name);

	if (!redaction)
		return name;
	if (!redaction->keyed)
		return NULL;
	if (length > NAME_MOST)
		length = NAME_MOST;
	hash_with(digest, redaction, 0x36, name, length);
	hash_with(digest, redaction, 0x5c, digest, sizeof(digest));
	text[0] = '~';
	for (size_t i = 0; i < sizeof(digest) / 2; i++)
		snprintf(text + 1 + 2 * i, 3, "%02x", digest[i]);
	return text;
}

void redact_set_key(struct redaction *redaction, const void *bytes, size_t length)
{
	vsock_sha256(redaction->key, bytes, length);
	redaction->keyed = true;
}
