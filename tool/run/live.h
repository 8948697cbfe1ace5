/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures packets from a vsockmon interface. */
#ifndef VSOCKDUMP_RUN_LIVE_H
#define VSOCKDUMP_RUN_LIVE_H

#include "tool/exit-status.h"
#include "tool/run/filter.h"
#include "tool/settings.h"

/*
 * Captures on settings->source.interface until -c, a signal or a failure ends it. Prints all
 * messages.
 */
enum exit_status capture_live(const struct settings *settings, const struct filter *filter);

#endif
