/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -r: reads packets from capture files or a pipe. */
#ifndef VSOCKDUMP_RUN_REPLAY_H
#define VSOCKDUMP_RUN_REPLAY_H

#include "tool/exit-status.h"
#include "tool/run/filter.h"
#include "tool/settings.h"

/* Reads the files of settings->source to their ends. Prints all messages. */
enum exit_status replay_file(const struct settings *settings, const struct filter *filter);

#endif
