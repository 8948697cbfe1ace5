/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/host.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/common/sha256.h"

#define DIGITS (CAPTURE_ID_MAX - 1)

/* "8a94...\n" or "8a94e1c0-...": the digits in small letters. False if these are not 32. */
static bool take_digits(char digits[static CAPTURE_ID_MAX], const char *text)
{
	size_t count = 0;

	for (; *text && *text != '\n'; text++) {
		if (*text == '-')
			continue;
		if (!isxdigit((unsigned char)*text) || count == DIGITS)
			return false;
		digits[count++] = (char)tolower((unsigned char)*text);
	}
	digits[count] = '\0';
	return count == DIGITS;
}

void host_hash(char id[static CAPTURE_ID_MAX], const char *purpose, const char *text)
{
	char digits[CAPTURE_ID_MAX];
	char input[128];
	uint8_t digest[VSOCK_SHA256_SIZE];
	int length;

	id[0] = '\0';
	if (!take_digits(digits, text))
		return;
	length = snprintf(input, sizeof(input), "vsockdump %s %s", purpose, digits);
	vsock_sha256(digest, input, (size_t)length);
	for (size_t i = 0; i < DIGITS / 2; i++)
		snprintf(id + 2 * i, 3, "%02x", digest[i]);
}

static void hash_file(char id[static CAPTURE_ID_MAX], const char *purpose, const char *path)
{
	char line[64] = "";
	FILE *file = fopen(path, "re");

	if (!file)
		return;
	if (fgets(line, sizeof(line), file))
		host_hash(id, purpose, line);
	fclose(file);
}

void host_identify(struct capture_origin *origin)
{
	origin->host[0] = origin->boot[0] = '\0';
	hash_file(origin->host, "host", "/etc/machine-id");
	if (!*origin->host)
		hash_file(origin->host, "host", "/var/lib/dbus/machine-id");
	hash_file(origin->boot, "boot", "/proc/sys/kernel/random/boot_id");
}
