/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/duration.h"

#include "core/time-units.h"

#define MICROSECOND NANOSECONDS_PER_MICROSECOND
#define MILLISECOND NANOSECONDS_PER_MILLISECOND
#define SECOND      NANOSECONDS_PER_SECOND
#define MINUTE      (60 * SECOND)
#define HOUR        (60 * MINUTE)
#define DAY         (24 * HOUR)

/* Ascending. A time that is rounded up to `below` belongs to the next row, which rounds it anew. */
static const struct {
	uint64_t below;
	uint64_t step;     /* the value of the last digit that is shown */
	uint32_t per_unit; /* steps in a unit */
	const char *name;
	int decimals;
	const char *step_name; /* the smaller of two units, or NULL */
} ranges[] = {
    {MILLISECOND, MICROSECOND, 1, "us", 0, NULL},
    {10 * MILLISECOND, 10 * MICROSECOND, 100, "ms", 2, NULL},
    {100 * MILLISECOND, 100 * MICROSECOND, 10, "ms", 1, NULL},
    {SECOND, MILLISECOND, 1, "ms", 0, NULL},
    {10 * SECOND, 10 * MILLISECOND, 100, "s", 2, NULL},
    {MINUTE, 100 * MILLISECOND, 10, "s", 1, NULL},
    {HOUR, SECOND, 60, "m", 0, "s"},
    {DAY, MINUTE, 60, "h", 0, "m"},
    {UINT64_MAX, HOUR, 24, "d", 0, "h"},
};

#define RANGES (sizeof(ranges) / sizeof(ranges[0]))

/* Writes at least `digits` digits. Returns the end. */
static char *put_number(char *end, uint32_t value, int digits)
{
	char reversed[20];
	int count = 0;

	/* Nearly all of them, since a row has two digits of most times. */
	if (value < 100 && digits <= 2) {
		if (value >= 10 || digits == 2)
			*end++ = (char)('0' + value / 10);
		*end++ = (char)('0' + value % 10);
		return end;
	}
	for (; value > 0 || count < digits; value /= 10)
		reversed[count++] = (char)('0' + value % 10);
	while (count > 0)
		*end++ = reversed[--count];
	return end;
}

static char *put_text(char *end, const char *text)
{
	while (*text)
		*end++ = *text++;
	return end;
}

/*
 * Tables have two for each flow, so this avoids snprintf(), and all divisions but one are of 32
 * bits.
 */
size_t vsock_duration_text(char text[static VSOCK_DURATION_TEXT_MAX], uint64_t nanoseconds,
			   const char *gap)
{
	/* Rounding up must stay within 64 bits. */
	uint64_t value = nanoseconds < UINT64_MAX - HOUR ? nanoseconds : UINT64_MAX - HOUR;
	char *end = text;
	uint32_t steps;
	size_t i = 0;

	/* Rounded up, it may reach the next row. */
	while (i < RANGES - 1 && value >= ranges[i].below - ranges[i].step / 2)
		i++;
	/* The last row has five million hours at most. */
	steps = (uint32_t)(value / ranges[i].step);
	if (value - steps * ranges[i].step >= ranges[i].step - ranges[i].step / 2)
		steps++;
	end = put_number(end, steps / ranges[i].per_unit, 1);
	if (ranges[i].step_name) {
		end = put_text(end, ranges[i].name);
		end = put_number(end, steps % ranges[i].per_unit, 2);
		end = put_text(end, ranges[i].step_name);
	} else {
		if (ranges[i].decimals > 0) {
			*end++ = '.';
			end = put_number(end, steps % ranges[i].per_unit, ranges[i].decimals);
		}
		end = put_text(end, gap);
		end = put_text(end, ranges[i].name);
	}
	*end = '\0';
	return (size_t)(end - text);
}
