/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls inside of flows that got no answer, as findings of --diagnose. */
#ifndef VSOCKDUMP_MODE_UNANSWERED_H
#define VSOCKDUMP_MODE_UNANSWERED_H

#include "tool/inside/inside.h"
#include "tool/mode/cause.h"

/*
 * A caller has to wait at least so long, nanoseconds, and so many times as long as the slowest call
 * of its class that was answered.
 */
#define UNANSWERED_LEAST UINT64_C(10000000000)
#define UNANSWERED_TIMES 10

/* Makes `inside` report to `causes`. Method names in causes are valid as long as it. */
void unanswered_watch(struct inside *inside, struct causes *causes);

#endif
