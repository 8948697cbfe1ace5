/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_CHECK_JUDGE_SEEN_H
#define VSOCKDUMP_CHECK_JUDGE_SEEN_H

#include "tool/check/facts.h"
#include "tool/check/report.h"

/* Adds the rows about what a capture sees, and about who listens. */
void judge_seen(struct check_report *report, const struct check_facts *facts);

#endif
