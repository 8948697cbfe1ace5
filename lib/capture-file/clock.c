/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/clock.h"

#include "core/time-units.h"

#define BINARY     0x80
#define EXPONENT   0x7f
#define NS_DIGITS  9
#define MAX_DIGITS 19 /* 10^19 is the largest power of ten in 64 bits */

/* 2^34 * 10^9 fits 64 bits; 2^-34 s is 58 ps, so bits below it do not matter. */
#define EXACT_BITS 34

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

struct capture_clock capture_clock(uint8_t resolution, int64_t offset)
{
	struct capture_clock clock = {.resolution = resolution, .offset = offset};

	if (!(resolution & BINARY) && resolution <= NS_DIGITS && offset == 0) {
		clock.fast_scale = (uint32_t)power_of_ten(NS_DIGITS - resolution);
		clock.fast_end = UINT64_MAX / clock.fast_scale;
	}
	return clock;
}

bool capture_clock_is_fine(const struct capture_clock *clock)
{
	unsigned exponent = clock->resolution & EXPONENT;

	return clock->resolution & BINARY ? exponent >= 20 : exponent > 6;
}

static void split_binary(uint64_t count, unsigned exponent, uint64_t *seconds, uint64_t *ns)
{
	uint64_t fraction = exponent < 64 ? count & ((UINT64_C(1) << exponent) - 1) : count;

	*seconds = exponent < 64 ? count >> exponent : 0;
	if (exponent > EXACT_BITS) {
		unsigned surplus = exponent - EXACT_BITS;

		fraction = surplus < 64 ? fraction >> surplus : 0;
		exponent = EXACT_BITS;
	}
	*ns = fraction * NANOSECONDS_PER_SECOND >> exponent;
}

static void split_decimal(uint64_t count, unsigned exponent, uint64_t *seconds, uint64_t *ns)
{
	uint64_t per_second;
	uint64_t fraction;

	if (exponent > MAX_DIGITS) {
		/* Less than a second, at most 18446744073709551615 / 10^20 of one. */
		unsigned surplus = exponent - NS_DIGITS;

		*seconds = 0;
		*ns = surplus <= MAX_DIGITS ? count / power_of_ten(surplus) : 0;
		return;
	}
	per_second = power_of_ten(exponent);
	fraction = count % per_second;
	*seconds = count / per_second;
	*ns = exponent <= NS_DIGITS ? fraction * power_of_ten(NS_DIGITS - exponent)
				    : fraction / power_of_ten(exponent - NS_DIGITS);
}

/* Adds seconds that may be negative. False if the sum is beyond a limit; it is that limit then. */
static bool add_offset(uint64_t *seconds, int64_t offset)
{
	uint64_t most = UINT64_MAX / NANOSECONDS_PER_SECOND - 1;

	if (offset < 0) {
		/* -(offset + 1) + 1: the negative of the smallest number does not exist. */
		uint64_t back = (uint64_t)(-(offset + 1)) + 1;

		if (back > *seconds) {
			*seconds = 0;
			return false;
		}
		*seconds -= back;
	} else if (*seconds <= most) {
		*seconds += (uint64_t)offset;
	}
	if (*seconds > most) {
		*seconds = most;
		return false;
	}
	return true;
}

bool capture_clock_long_way(const struct capture_clock *clock, uint64_t count, uint64_t *ns)
{
	uint64_t seconds;
	uint64_t fraction;
	bool fits;

	if (clock->resolution & BINARY)
		split_binary(count, clock->resolution & EXPONENT, &seconds, &fraction);
	else
		split_decimal(count, clock->resolution & EXPONENT, &seconds, &fraction);
	fits = add_offset(&seconds, clock->offset);
	*ns = seconds * NANOSECONDS_PER_SECOND + (fits ? fraction : 0);
	return fits;
}
