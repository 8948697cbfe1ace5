/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/change.h"

#include <string.h>

/* So many equal bytes are no accident. */
#define ANCHOR 16
/* If there are more, this many are looked for. */
#define ANCHOR_MOST 128

/* Each shift up to this is tried. */
#define SHIFT_SMALL 64

/* Places where an anchor is found, before the search for a shift ends. */
#define ANCHOR_LOOKS 16

/* Bytes that must be equal again after a change in streams. */
#define RESUME 32

size_t change_first(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;

	while (i + 64 <= n && memcmp(a + i, b + i, 64) == 0)
		i += 64;
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* How many bytes at the end are equal, at most `most`. */
static size_t equal_at_end(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n, size_t most)
{
	size_t i = 0;

	while (i < most && a[a_n - 1 - i] == b[b_n - 1 - i])
		i++;
	return i;
}

static bool all_zero(const uint8_t *bytes, size_t n)
{
	return n == 0 || (*bytes == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

/*
 * Whether arrived[first .. last] are the bytes of `sent` that are `shift` bytes before. Places
 * outside of what is known do not count, but most must be inside.
 */
static bool is_shifted(const uint8_t *sent, const uint8_t *arrived, size_t n,
		       const struct change *range, int64_t shift)
{
	int64_t begin = (int64_t)range->at - shift;
	int64_t end = begin + (int64_t)range->length;
	int64_t from = begin < 0 ? 0 : begin;
	int64_t to = end > (int64_t)n ? (int64_t)n : end;

	if (shift == 0 || to - from < ANCHOR || (to - from) * 2 < (int64_t)range->length)
		return false;
	return memcmp(sent + from, arrived + from + shift, (size_t)(to - from)) == 0;
}

/* Shifts by a few bytes. */
static bool find_small_shift(const uint8_t *sent, const uint8_t *arrived, size_t n,
			     struct change *range)
{
	for (int64_t shift = 1; shift <= SHIFT_SMALL; shift++)
		for (int sign = 1; sign >= -1; sign -= 2) {
			range->shift = sign * shift;
			if (is_shifted(sent, arrived, n, range, range->shift))
				return true;
		}
	return false;
}

/* Looks for the middle of the range in what was sent. */
static bool find_shift(const uint8_t *sent, const uint8_t *arrived, size_t n, struct change *range)
{
	const uint8_t *anchor = arrived + range->at + range->length / 2;
	const size_t length = range->length / 2 < ANCHOR_MOST ? range->length / 2 : ANCHOR_MOST;
	const uint8_t *from = sent;

	if (range->length < (size_t)2 * ANCHOR)
		return false;
	if (find_small_shift(sent, arrived, n, range))
		return true;
	for (int look = 0; look < ANCHOR_LOOKS; look++) {
		const uint8_t *found = memmem(from, (size_t)(sent + n - from), anchor, length);

		if (!found)
			return false;
		range->shift = (anchor - arrived) - (found - sent);
		if (is_shifted(sent, arrived, n, range, range->shift))
			return true;
		from = found + 1;
	}
	return false;
}

struct change change_in_place(const uint8_t *sent, const uint8_t *arrived, size_t n)
{
	struct change change = {.at = change_first(sent, arrived, n)};

	if (change.at == n)
		return (struct change){0};
	change.length = n - change.at - equal_at_end(sent, n, arrived, n, n - change.at);
	change.kind = CHANGE_BYTES;
	for (size_t i = change.at; i < change.at + change.length; i++)
		change.differing += sent[i] != arrived[i];
	if (all_zero(arrived + change.at, change.length))
		change.kind = CHANGE_ZEROED;
	else if (find_shift(sent, arrived, n, &change))
		change.kind = CHANGE_SHIFTED;
	else
		change.shift = 0;
	return change;
}

/* Whether bytes[at .. at + n) equal the n bytes just before or after them. */
static bool repeats(const uint8_t *bytes, size_t size, size_t at, size_t n)
{
	return (at >= n && memcmp(bytes + at - n, bytes + at, n) == 0) ||
	       (at + n <= size && size - at - n >= n && memcmp(bytes + at, bytes + at + n, n) == 0);
}

struct change change_of_length(const uint8_t *sent, size_t sent_n, const uint8_t *arrived,
			       size_t arrived_n)
{
	size_t least = sent_n < arrived_n ? sent_n : arrived_n;
	size_t most = sent_n < arrived_n ? arrived_n : sent_n;
	struct change change = {.at = change_first(sent, arrived, least)};
	size_t end = equal_at_end(sent, sent_n, arrived, arrived_n, least - change.at);

	if (sent_n == arrived_n)
		return change_in_place(sent, arrived, sent_n);
	if (change.at + end < least) {
		change.kind = CHANGE_BYTES;
		change.length = change.differing = most - change.at - end;
		return change;
	}
	change.length = most - least;
	change.kind = CHANGE_MISSING;
	if (arrived_n > sent_n)
		change.kind = repeats(arrived, arrived_n, change.at, change.length)
				  ? CHANGE_REPEATED
				  : CHANGE_EXTRA;
	return change;
}

/* Where RESUME bytes at `wanted` are in bytes[from .. n), relative to `from`; SIZE_MAX: nowhere. */
static size_t find(const uint8_t *bytes, size_t n, size_t from, const uint8_t *wanted)
{
	const uint8_t *found = memmem(bytes + from, n - from, wanted, RESUME);

	return found ? (size_t)(found - bytes) - from : SIZE_MAX;
}

/* After how many bytes, from `at` on, RESUME bytes of both are equal; SIZE_MAX: never. */
static size_t find_in_place(const uint8_t *a, const uint8_t *b, size_t n, size_t at)
{
	size_t run = 0;

	for (size_t i = at; i < n; i++) {
		run = a[i] == b[i] ? run + 1 : 0;
		if (run == RESUME)
			return i + 1 - RESUME - at;
	}
	return SIZE_MAX;
}

static struct change in_place(const uint8_t *sent, const uint8_t *arrived, size_t at, size_t n,
			      size_t sent_n)
{
	struct change change = change_in_place(sent, arrived, at + n);

	/* What was sent after the range may be what arrived in it. */
	if (change.kind == CHANGE_BYTES && find_shift(sent, arrived, sent_n, &change))
		change.kind = CHANGE_SHIFTED;
	return change;
}

struct change change_of_streams(const uint8_t *sent, size_t sent_n, const uint8_t *arrived,
				size_t arrived_n, bool *resumes)
{
	size_t least = sent_n < arrived_n ? sent_n : arrived_n;
	struct change change = {.at = change_first(sent, arrived, least)};
	size_t missing = SIZE_MAX;
	size_t extra = SIZE_MAX;
	size_t replaced = find_in_place(sent, arrived, least, change.at);

	*resumes = true;
	if (change.at == least)
		return (struct change){0};
	if (arrived_n - change.at >= RESUME)
		missing = find(sent, sent_n, change.at, arrived + change.at);
	if (sent_n - change.at >= RESUME)
		extra = find(arrived, arrived_n, change.at, sent + change.at);
	if (missing < extra && missing < replaced) {
		change.kind = CHANGE_MISSING;
		change.length = missing;
	} else if (extra < replaced) {
		change.length = extra;
		change.kind =
		    repeats(arrived, arrived_n, change.at, extra) ? CHANGE_REPEATED : CHANGE_EXTRA;
	} else if (replaced < SIZE_MAX) {
		return in_place(sent, arrived, change.at, replaced, least);
	} else {
		*resumes = false;
		change.kind = CHANGE_BYTES;
		change.length = change.differing = least - change.at;
	}
	return change;
}
