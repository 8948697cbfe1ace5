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
	uint64_t step; /* the value of the last digit that is shown */
	uint64_t unit;
	const char *name;
	int decimals;
	const char *step_name; /* the smaller of two units, or NULL */
} ranges[] = {
    {MILLISECOND, MICROSECOND, MICROSECOND, "us", 0, NULL},
    {10 * MILLISECOND, 10 * MICROSECOND, MILLISECOND, "ms", 2, NULL},
    {100 * MILLISECOND, 100 * MICROSECOND, MILLISECOND, "ms", 1, NULL},
    {SECOND, MILLISECOND, MILLISECOND, "ms", 0, NULL},
    {10 * SECOND, 10 * MILLISECOND, SECOND, "s", 2, NULL},
    {MINUTE, 100 * MILLISECOND, SECOND, "s", 1, NULL},
    {HOUR, SECOND, MINUTE, "m", 0, "s"},
    {DAY, MINUTE, HOUR, "h", 0, "m"},
    {UINT64_MAX, HOUR, DAY, "d", 0, "h"},
};

#define RANGES (sizeof(ranges) / sizeof(ranges[0]))

static uint64_t round_to(uint64_t value, uint64_t step)
{
	return (value / step + (value % step * 2 >= step)) * step;
}

/* Writes at least `digits` digits. Returns the end. */
static char *put_number(char *end, uint64_t value, int digits)
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

/* Tables have one for each flow, so this avoids snprintf(). */
size_t vsock_duration_text(char text[static VSOCK_DURATION_TEXT_MAX], uint64_t nanoseconds,
			   const char *gap)
{
	/* Rounding up must stay within 64 bits. */
	uint64_t value = nanoseconds < UINT64_MAX - HOUR ? nanoseconds : UINT64_MAX - HOUR;
	char *end = text;
	size_t i = 0;
	uint64_t rest;

	/* Rounded up, it may reach the next row. */
	while (i < RANGES - 1 && value >= ranges[i].below - ranges[i].step / 2)
		i++;
	value = round_to(value, ranges[i].step);
	rest = value % ranges[i].unit / ranges[i].step;
	end = put_number(end, value / ranges[i].unit, 1);
	if (ranges[i].step_name) {
		end = put_text(end, ranges[i].name);
		end = put_number(end, rest, 2);
		end = put_text(end, ranges[i].step_name);
	} else {
		if (ranges[i].decimals > 0) {
			*end++ = '.';
			end = put_number(end, rest, ranges[i].decimals);
		}
		end = put_text(end, gap);
		end = put_text(end, ranges[i].name);
	}
	*end = '\0';
	return (size_t)(end - text);
}
