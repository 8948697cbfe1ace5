/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/kernel.h"

#include <stddef.h>
#include <string.h>

struct release {
	unsigned major, minor, patch;
};

/* Above all numbers of releases, but small enough for the sums below. */
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

/*
 * Most bytes of one piece: SKB_WITH_OVERHEAD(PAGE_SIZE << PAGE_ALLOC_COSTLY_ORDER) minus headers.
 */
#define LINEAR_MAX 32404

/*
 * Since Linux 6.7 the tap copies payload as if it were in one piece of memory. That is wrong for
 * packets sent with MSG_ZEROCOPY. Since 6.17 and 6.12.64 it is also wrong for all packets of more
 * than LINEAR_MAX bytes. 6.12.90, 6.18.32 and 7.0.9 fixed both; the other series ended without the
 * fix.
 */
static const struct {
	unsigned major, minor, first, last; /* patches */
	uint32_t linear_max;
} wrong[] = {
    {6, 7, 0, NUMBER_MAX, 0},    {6, 8, 0, NUMBER_MAX, 0},
    {6, 9, 0, NUMBER_MAX, 0},    {6, 10, 0, NUMBER_MAX, 0},
    {6, 11, 0, NUMBER_MAX, 0},   {6, 12, 0, 63, 0},
    {6, 12, 64, 89, LINEAR_MAX}, {6, 13, 0, NUMBER_MAX, 0},
    {6, 14, 0, NUMBER_MAX, 0},   {6, 15, 0, NUMBER_MAX, 0},
    {6, 16, 0, NUMBER_MAX, 0},   {6, 17, 0, NUMBER_MAX, LINEAR_MAX},
    {6, 18, 0, 31, LINEAR_MAX},  {6, 19, 0, NUMBER_MAX, LINEAR_MAX},
    {7, 0, 0, 8, LINEAR_MAX},
};

struct vsock_kernel_payload vsock_kernel_payload(const char *os)
{
	struct release release;

	if (!parse_release(os, &release))
		return (struct vsock_kernel_payload){0};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (release.major == wrong[i].major && release.minor == wrong[i].minor &&
		    release.patch >= wrong[i].first && release.patch <= wrong[i].last)
			return (struct vsock_kernel_payload){true, wrong[i].linear_max};
	return (struct vsock_kernel_payload){0};
}

static bool all_zeros(const uint8_t *bytes, uint32_t length)
{
	/* Equal to itself one byte later: then all bytes are equal. */
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0;
}

bool vsock_kernel_payload_is_wrong(const struct vsock_kernel_payload *kernel, uint32_t on_wire,
				   const uint8_t *bytes, uint32_t length)
{
	if (!kernel->unreliable)
		return false;
	return (kernel->linear_max && on_wire > kernel->linear_max) || all_zeros(bytes, length);
}
