/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --calls for people: its lines, in 80 columns. */
#ifndef VSOCKDUMP_CALLS_CALLS_PRINT_H
#define VSOCKDUMP_CALLS_CALLS_PRINT_H

#include "tool/inside/inside.h"
#include "tool/mode/mode.h"

/* Classes that are shown without -v. */
#define CALLS_SHOWN 40
/* How many calls a percentile needs; 100 is the highest time. */
static inline uint64_t calls_least(unsigned percent)
{
	return percent < 90 || percent == 100 ? 1 : percent < 99 ? 10 : 100;
}

/* The whole screen, as things are at `now`. */
void calls_print(struct session *session, struct inside *inside, uint64_t now);

/* The share of all waiting time, in per cent. */
unsigned calls_share(const struct inside *inside, const struct call_class *class);

#endif
