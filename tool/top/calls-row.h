/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --top: the calls inside of all flows in one line. --calls has the rest. */
#ifndef VSOCKDUMP_TOP_CALLS_ROW_H
#define VSOCKDUMP_TOP_CALLS_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/inside/inside.h"
#include "tool/print/output.h"

/* Whether there was a call. */
bool calls_row_exists(const struct inside *inside);

/* "calls: 412 answered, 3 open, the oldest waits for 31.0 s (flow 12)", without a line break. */
void calls_row_print(struct output *out, struct inside *inside, uint64_t now);

#endif
