/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Estimates how far the clock of file B is ahead of that of file A, from packets that are in both.
 *
 * A packet reaches the second capture later than the first one. So B - A is too high by the delay
 * for packets that pass A first, and too low for those that pass B first. The least delays each way
 * leave a range for the offset. Which class of packets passes A first is decided by the
 * data, because a file does not name its end.
 *
 * Time is divided into spans. Each span has the tightest bounds that its packets give, with their
 * times. If a straight line goes between all of them, its slope is the drift. If none does, a clock
 * stepped: the spans are divided into parts, each with its line. Some kernels show a packet just
 * after its peer could see it, so ranges may be inverted by CLOCK_INVERSION.
 *
 * Memory is fixed. Spans become twice as long when the time does not fit.
 */
#ifndef VSOCKDUMP_COMPARE_CLOCK_H
#define VSOCKDUMP_COMPARE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SPANS 256

/* The most parts; a further step is not searched for. */
#define CLOCK_PARTS 8

/* Ranges may be inverted by so many nanoseconds. */
#define CLOCK_INVERSION INT64_C(100000)

/*
 * Nanoseconds of a step. On a slow machine, a program may wait between a packet and its time, so
 * that less than this is no step but makes the range wider.
 */
#define CLOCK_STEP_LEAST INT64_C(1000000)

/* The least time for a drift that is worth a report, nanoseconds. */
#define CLOCK_DRIFT_TIME (UINT64_C(60) * 1000000000)

/* Which way a packet went: from the address with the lower CID, or to it. */
enum clock_class { CLOCK_FROM_LOWER, CLOCK_FROM_HIGHER };

struct clock_extremes {
	uint64_t count;
	int64_t least;
	int64_t most;
	uint64_t least_at; /* A's time */
	uint64_t most_at;
};

struct clock_span {
	struct clock_extremes classes[2]; /* of B - A, by enum clock_class */
};

/* All zeros at first. */
struct clock_samples {
	bool any;
	uint64_t start; /* of the first span, by A's clock */
	uint64_t width; /* of a span */
	struct clock_span spans[CLOCK_SPANS];
	double sum[2]; /* of B - A, to decide the direction */
	uint64_t count[2];
	int64_t base; /* the first B - A: sums are relative to it */
};

/* A packet at `a` by A's clock and at `b` by B's. */
void clock_add(struct clock_samples *samples, enum clock_class class, uint64_t a, uint64_t b);

struct clock_part {
	uint64_t begins; /* A's time; the first part begins at any time */
	uint64_t from;   /* the time of the values below */
	int64_t least;   /* the range of B - A at `from` */
	int64_t most;
	bool below;   /* only `most` is known, because packets went one way */
	bool above;   /* only `least` is known */
	double drift; /* nanoseconds of B - A per nanosecond; 0 if not known */
};

struct clock_estimate {
	bool known;      /* there is a sample */
	bool directed;   /* it is known which packets pass A first ... */
	bool first_is_a; /* ... those from the lower CID, or the others */
	bool drift_known;
	uint64_t width; /* of a span: a step is known so exactly */
	uint32_t count; /* parts */
	struct clock_part parts[CLOCK_PARTS];
};

void clock_estimate(const struct clock_samples *samples, struct clock_estimate *estimate);

/* B - A, the middle of the range, at A's time `a`; 0 if nothing is known. */
int64_t clock_offset_at(const struct clock_estimate *estimate, uint64_t a);

/* The middle of the range of a part. */
int64_t clock_part_offset(const struct clock_part *part);

#endif
