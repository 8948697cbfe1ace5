/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/ssh.h"

#include <stdbool.h>
#include <string.h>

/* With its end. */
#define BANNER_MAX 255

/* "2.0-" or "1.99-", after the name. */
static bool version_fits(const uint8_t *at, size_t length)
{
	return memcmp(at, "2.0-", length < 4 ? length : 4) == 0 ||
	       memcmp(at, "1.99-", length < 5 ? length : 5) == 0;
}

enum protocol_answer ssh_banner_read(const uint8_t *bytes, size_t length, size_t *line)
{
	static const char name[] = "SSH-";
	size_t fixed = sizeof(name) - 1;
	size_t at = 0;

	if (memcmp(bytes, name, length < fixed ? length : fixed) != 0 ||
	    (length > fixed && !version_fits(bytes + fixed, length - fixed)))
		return PROTOCOL_NO;
	while (at < length && at < BANNER_MAX && bytes[at] >= ' ' && bytes[at] < 0x7f)
		at++;
	if (at == length)
		return PROTOCOL_MORE;
	*line = at;
	if (bytes[at] == '\r') {
		if (at + 1 == length)
			return PROTOCOL_MORE;
		at++;
	}
	return bytes[at] == '\n' && *line > fixed + 4 ? PROTOCOL_YES : PROTOCOL_NO;
}
