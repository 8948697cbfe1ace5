/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills the rows of a report, and names their parts. */
#ifndef VSOCKDUMP_CHECK_ROW_H
#define VSOCKDUMP_CHECK_ROW_H

#include "tool/check/report.h"

const char *check_group_name(enum check_group group);
const char *check_result_name(enum check_result result);

/* Appends a row, which has no text yet. */
struct check_row *row_add(struct check_report *report, enum check_group group, const char *name);

/* Sets the result and the text. */
void row_say(struct check_row *row, enum check_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Recommends to load a module, whose file exists. */
void row_modprobe(struct check_row *row, enum check_module module);

#endif
