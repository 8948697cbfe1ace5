/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --compare: what the comparison found, for the printers.
 *
 * File A is the one of -r. File B is the one of --compare.
 */
#ifndef VSOCKDUMP_COMPARE_COMPARE_H
#define VSOCKDUMP_COMPARE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/compare/file-b.h"
#include "tool/compare/pairs.h"
#include "tool/compare/scan.h"
#include "tool/mode/session.h"

/* Of the delays of one direction, in nanoseconds. */
struct delay_summary {
	uint64_t count;
	int64_t median;
	int64_t p99;
	int64_t most;
	struct delay worst;
	bool late; /* the worst is far above the median */
};

/* A delay is late above both of these. */
#define LATE_TIME  INT64_C(10000000)
#define LATE_TIMES 100

struct compare {
	struct session *session;
	struct scan scan;
	struct pairs pairs;
	struct file_b b;
	struct capture_reader *first_look[2]; /* for the scan */
	bool begun;
	uint64_t packets; /* of A */

	/* At the end. */
	struct clock_estimate clock;
	struct delay_summary delays[2]; /* by the file of the sender's end */
	uint64_t counts[DIFFERENCE_KINDS];
	bool comparable;
	bool equal;
	const char *why; /* it is not comparable; or NULL */
};

/* The file's name without its folder. */
const char *compare_file_name(const struct compare *compare, enum compare_file file);

const struct capture_origin *compare_origin(const struct compare *compare, enum compare_file file);

enum compare_file compare_sender(const struct compare *compare, const struct difference *d);
enum difference_kind compare_kind(const struct compare *compare, const struct difference *d);

void compare_print(const struct compare *compare);
void compare_print_pair(struct session *session, const struct pair *pair);
void compare_print_json(const struct compare *compare);
void compare_json_pair(struct session *session, const struct pair *pair);

#endif
