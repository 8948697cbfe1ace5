/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flows of a file that have a packet which the filter chooses. --follow and --export show whole
 * flows, also what came before that packet, so they need to know these flows beforehand.
 */
#ifndef VSOCKDUMP_RUN_FLOW_SELECTION_H
#define VSOCKDUMP_RUN_FLOW_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/exit-status.h"
#include "tool/run/filter.h"
#include "tool/settings.h"

struct flow_selection;

/*
 * Reads the whole file of the settings. EXIT_OK and a selection
 * that the caller frees, or the exit status with a message printed.
 */
enum exit_status flow_selection_read(const struct settings *settings, const struct filter *filter,
				     struct flow_selection **selection);

void flow_selection_free(struct flow_selection *selection);

/* Numbers are those of the analysis with these settings. False for no selection. */
bool flow_selection_has(const struct flow_selection *selection, uint64_t number);

#endif
