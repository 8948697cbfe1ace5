/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flows of a file that have a packet which the filter chooses. --follow and --export show whole
 * flows, including packets before that one. So they must know these flows first. --ladder worst
 * must know the flow with the worst trouble first.
 *
 * A separate mode finds them. So the first pass reads the file like the second one, with all
 * options, and only handles the packets differently.
 */
#ifndef VSOCKDUMP_RUN_FLOW_SELECTION_H
#define VSOCKDUMP_RUN_FLOW_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/mode/mode.h"

struct flow_selection;

/*
 * The mode of the first pass. `second` is the mode of the second pass: both keep flows equally
 * long.
 */
struct mode flow_selection_mode(const struct mode *second);

/*
 * The flows that a session with this mode has found; NULL if it failed. `worst`: only the one with
 * the worst trouble, as if the capture ended now. The caller frees it.
 */
struct flow_selection *flow_selection_take(struct session *session, bool worst);

void flow_selection_free(struct flow_selection *selection);

/*
 * Whether the flow of this number is selected. Both passes give flows the same numbers. False if
 * `selection` is NULL.
 */
bool flow_selection_has(const struct flow_selection *selection, uint64_t number);

#endif
