/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says what the facts mean. */
#ifndef VSOCKDUMP_CHECK_JUDGE_H
#define VSOCKDUMP_CHECK_JUDGE_H

#include "tool/check/facts.h"
#include "tool/check/report.h"

/* The rows point into the facts. */
void check_judge(struct check_report *report, const struct check_facts *facts);

#endif
