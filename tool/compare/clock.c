/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/clock.h"

#include <string.h>

#include "core/time-units.h"

/* A span at first. */
#define WIDTH_FIRST NANOSECONDS_PER_SECOND

/* Slopes above this are no drift: real clocks are better than 1000 us/s by far. */
#define DRIFT_MAX 0.001

/* Nanoseconds. If packets take less, both files may be of the same place. */
#define DELAY_LEAST 500.0

/* A range that is open on one side. */
#define OPEN INT64_MAX

/* No clocks differ by more, 36 years. So sums and differences have room. */
#define DIFFERENCE_MAX (INT64_MAX / 8)

static void extremes_add(struct clock_extremes *into, const struct clock_extremes *from)
{
	if (from->count == 0)
		return;
	if (into->count == 0 || from->least < into->least) {
		into->least = from->least;
		into->least_at = from->least_at;
	}
	if (into->count == 0 || from->most > into->most) {
		into->most = from->most;
		into->most_at = from->most_at;
	}
	into->count += from->count;
}

static void widen(struct clock_samples *samples)
{
	for (unsigned i = 0; i < CLOCK_SPANS; i++) {
		struct clock_span joined = {0};

		for (unsigned j = 2 * i; i < CLOCK_SPANS / 2 && j < 2 * i + 2; j++)
			for (int class = 0; class < 2; class ++)
				extremes_add(&joined.classes[class],
					     &samples->spans[j].classes[class]);
		samples->spans[i] = joined;
	}
	samples->width *= 2;
}

/* Packets come in the order of time, or nearly so. Earlier ones count to the first span. */
static struct clock_span *span_of(struct clock_samples *samples, uint64_t a)
{
	uint64_t since = a > samples->start ? a - samples->start : 0;

	while (since / samples->width >= CLOCK_SPANS)
		widen(samples);
	return &samples->spans[since / samples->width];
}

void clock_add(struct clock_samples *samples, enum clock_class class, uint64_t a, uint64_t b)
{
	const int64_t difference = (int64_t)(b - a);
	const struct clock_extremes one = {1, difference, difference, a, a};

	if (difference > DIFFERENCE_MAX || difference < -DIFFERENCE_MAX)
		return;
	if (!samples->any) {
		samples->any = true;
		samples->start = a;
		samples->width = WIDTH_FIRST;
		samples->base = difference;
	}
	extremes_add(&span_of(samples, a)->classes[class], &one);
	samples->sum[class] += (double)(difference - samples->base);
	samples->count[class]++;
}

/* A line through the ranges of spans, while it is searched for. */
struct range {
	uint64_t at; /* A's time, the middle of the span */
	int64_t least;
	int64_t most;
	uint64_t least_at;
	uint64_t most_at;
};

struct ranges {
	struct range of[CLOCK_SPANS];
	uint32_t count;
};

static void collect(const struct clock_samples *samples, enum clock_class first_a,
		    struct ranges *ranges)
{
	ranges->count = 0;
	for (uint32_t i = 0; i < CLOCK_SPANS; i++) {
		const struct clock_extremes *up = &samples->spans[i].classes[first_a];
		const struct clock_extremes *down = &samples->spans[i].classes[!first_a];

		if (up->count == 0 && down->count == 0)
			continue;
		ranges->of[ranges->count++] = (struct range){
		    .at = samples->start + samples->width * i + samples->width / 2,
		    .least = down->count ? down->most : -OPEN,
		    .most = up->count ? up->least : OPEN,
		    .least_at = down->most_at,
		    .most_at = up->least_at,
		};
	}
}

/* The value of a bound, without the drift since `from`. */
static int64_t straighten(int64_t bound, uint64_t at, uint64_t from, double drift)
{
	if (bound == OPEN || bound == -OPEN)
		return bound;
	return bound - (int64_t)(drift * ((double)at - (double)from));
}

/* The common range of spans, if the clocks drift like this. False if no range is common. */
static bool common(const struct ranges *ranges, uint32_t begin, uint32_t end, double drift,
		   struct clock_part *part)
{
	uint64_t from = ranges->of[begin].at;
	int64_t least = -OPEN;
	int64_t most = OPEN;

	for (uint32_t i = begin; i < end; i++) {
		const struct range *range = &ranges->of[i];
		int64_t low = straighten(range->least, range->least_at, from, drift);
		int64_t high = straighten(range->most, range->most_at, from, drift);

		least = low > least ? low : least;
		most = high < most ? high : most;
	}
	*part = (struct clock_part){
	    .begins = from, .from = from, .least = least, .most = most, .drift = drift};
	part->below = least == -OPEN;
	part->above = most == OPEN;
	if (part->below || part->above)
		return true;
	return least <= most || least - most <= CLOCK_INVERSION;
}

/* A bound at its time. */
struct point {
	uint64_t at;
	int64_t value;
	bool known;
};

static struct point point_of(const struct range *range, bool upper)
{
	return (struct point){
	    .at = upper ? range->most_at : range->least_at,
	    .value = upper ? range->most : range->least,
	    .known = upper ? range->most != OPEN : range->least != -OPEN,
	};
}

/*
 * The slope of one bound from the first third of the spans to the last third, by the tightest
 * values there. False if a third has no value.
 */
static bool slope(const struct ranges *ranges, uint32_t begin, uint32_t end, bool upper,
		  double *out)
{
	struct point best[2] = {{0}};
	uint32_t third = (end - begin + 2) / 3;

	for (uint32_t i = begin; i < end; i++) {
		struct point point = point_of(&ranges->of[i], upper);
		int which = i < begin + third ? 0 : i >= end - third ? 1 : -1;

		if (which < 0 || !point.known)
			continue;
		if (!best[which].known ||
		    (upper ? point.value < best[which].value : point.value > best[which].value))
			best[which] = point;
	}
	if (!best[0].known || !best[1].known || best[1].at <= best[0].at)
		return false;
	*out = (double)(best[1].value - best[0].value) / (double)(best[1].at - best[0].at);
	return true;
}

/* A line with a slope. */
static bool fit_drift(const struct ranges *ranges, uint32_t begin, uint32_t end,
		      struct clock_part *part)
{
	double up = 0;
	double down = 0;
	double drift;

	if (!slope(ranges, begin, end, true, &up) || !slope(ranges, begin, end, false, &down))
		return false;
	drift = (up + down) / 2;
	return drift < DRIFT_MAX && drift > -DRIFT_MAX && common(ranges, begin, end, drift, part);
}

/* Tries lines through the spans. In a short time, a level one is enough. */
static bool fit(const struct ranges *ranges, uint32_t begin, uint32_t end, struct clock_part *part,
		bool *drift_known)
{
	bool longer = ranges->of[end - 1].at - ranges->of[begin].at >= CLOCK_DRIFT_TIME;

	*drift_known = false;
	if (!longer && common(ranges, begin, end, 0, part))
		return true;
	if (fit_drift(ranges, begin, end, part)) {
		*drift_known = longer;
		return true;
	}
	return common(ranges, begin, end, 0, part);
}

/* Divides the spans into parts, each as long as possible. */
static void fit_parts(const struct ranges *ranges, struct clock_estimate *estimate)
{
	uint64_t stepped = 0;
	uint32_t begin = 0;

	while (begin < ranges->count && estimate->count < CLOCK_PARTS) {
		struct clock_part *part = &estimate->parts[estimate->count];
		bool last = estimate->count + 1 == CLOCK_PARTS;
		uint32_t end = ranges->count;
		bool drift_known;
		bool fits;

		while (!(fits = fit(ranges, begin, end, part, &drift_known)) && end > begin + 1 &&
		       !last)
			end--;
		/* The clock stepped within this span, so the next part begins in it. */
		if (!fits && !last && estimate->count > 0 && end < ranges->count) {
			stepped = ranges->of[begin].at;
			begin = end;
			continue;
		}
		if (stepped)
			part->begins = stepped;
		stepped = 0;
		begin = end;
		estimate->drift_known |= drift_known;
		estimate->count++;
	}
}

/* Whether the offset changes so little from one part to the next that no clock stepped. */
static bool is_no_step(const struct clock_part *part, const struct clock_part *next)
{
	double passed = (double)next->from - (double)part->from;
	int64_t expected = clock_part_offset(part) + (int64_t)(part->drift * passed);
	int64_t step = clock_part_offset(next) - expected;

	return !part->below && !part->above && !next->below && !next->above &&
	       step < CLOCK_STEP_LEAST && step > -CLOCK_STEP_LEAST;
}

/* The wider range of both. */
static void join_part(struct clock_part *part, const struct clock_part *next)
{
	int64_t moved = (int64_t)(part->drift * ((double)next->from - (double)part->from));

	if (next->least - moved < part->least)
		part->least = next->least - moved;
	if (next->most - moved > part->most)
		part->most = next->most - moved;
}

static void join_parts(struct clock_estimate *estimate)
{
	uint32_t kept = 0;

	for (uint32_t i = 1; i < estimate->count; i++) {
		if (is_no_step(&estimate->parts[kept], &estimate->parts[i]))
			join_part(&estimate->parts[kept], &estimate->parts[i]);
		else
			estimate->parts[++kept] = estimate->parts[i];
	}
	if (estimate->count > 0)
		estimate->count = kept + 1;
}

static void decide_direction(const struct clock_samples *samples, struct clock_estimate *estimate)
{
	double lower;
	double higher;

	estimate->first_is_a = true;
	if (samples->count[CLOCK_FROM_LOWER] == 0 || samples->count[CLOCK_FROM_HIGHER] == 0)
		return;
	lower = samples->sum[CLOCK_FROM_LOWER] / (double)samples->count[CLOCK_FROM_LOWER];
	higher = samples->sum[CLOCK_FROM_HIGHER] / (double)samples->count[CLOCK_FROM_HIGHER];
	estimate->directed = lower - higher > DELAY_LEAST || higher - lower > DELAY_LEAST;
	estimate->first_is_a = lower >= higher;
}

void clock_estimate(const struct clock_samples *samples, struct clock_estimate *estimate)
{
	struct ranges ranges;

	memset(estimate, 0, sizeof(*estimate));
	estimate->known = samples->any;
	if (!samples->any)
		return;
	decide_direction(samples, estimate);
	collect(samples, estimate->first_is_a ? CLOCK_FROM_LOWER : CLOCK_FROM_HIGHER, &ranges);
	fit_parts(&ranges, estimate);
	join_parts(estimate);
	estimate->width = samples->width;
}

int64_t clock_part_offset(const struct clock_part *part)
{
	if (part->below)
		return part->above ? 0 : part->most;
	if (part->above)
		return part->least;
	return part->least / 2 + part->most / 2 + (part->least % 2 + part->most % 2) / 2;
}

int64_t clock_offset_at(const struct clock_estimate *estimate, uint64_t a)
{
	const struct clock_part *part = estimate->parts;

	if (estimate->count == 0)
		return 0;
	for (uint32_t i = 1; i < estimate->count && estimate->parts[i].begins <= a; i++)
		part = &estimate->parts[i];
	return clock_part_offset(part) + (int64_t)(part->drift * ((double)a - (double)part->from));
}
