/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/kernel.h"

#include <stddef.h>
#include <string.h>

struct release {
	unsigned major, minor, patch;
};

/* Above any number that a release has, so that sums below stay small. */
#define NUMBER_MAX 100000

static bool parse_number(const char **text, unsigned *number)
{
	const char *start = *text;
	const char *p = start;

	*number = 0;
	while (*p >= '0' && *p <= '9' && *number < NUMBER_MAX)
		*number = *number * 10 + (unsigned)(*p++ - '0');
	*text = p;
	return p != start;
}

/* "Linux 6.12.43+deb13-amd64"; the third number may be missing. */
static bool parse_release(const char *os, struct release *release)
{
	static const char linux_name[] = "Linux ";
	const char *p = os + sizeof(linux_name) - 1;

	*release = (struct release){0};
	if (strncmp(os, linux_name, sizeof(linux_name) - 1) != 0)
		return false;
	if (!parse_number(&p, &release->major) || *p++ != '.' || !parse_number(&p, &release->minor))
		return false;
	if (*p++ == '.')
		parse_number(&p, &release->patch);
	return true;
}

bool vsock_kernel_payload_unreliable(const char *os)
{
	/*
	 * Linux 6.7 began to copy the payload of packets that are not in one piece of memory
	 * without following the pieces: those sent with MSG_ZEROCOPY, and since 6.17 all of more
	 * than some 32 KiB. These releases of the stable series fixed it. All of 7.0 counts as
	 * fixed: early 7.0.y was not, but all later ones are.
	 */
	static const struct {
		unsigned minor, patch;
	} mended[] = {{12, 90}, {18, 32}};
	struct release release;

	if (!parse_release(os, &release) || release.major != 6 || release.minor < 7 ||
	    release.minor > 19)
		return false;
	for (size_t i = 0; i < sizeof(mended) / sizeof(mended[0]); i++)
		if (release.minor == mended[i].minor && release.patch >= mended[i].patch)
			return false;
	return true;
}
