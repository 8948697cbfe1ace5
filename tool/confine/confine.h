/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that happens between opening and the first packet: privileges, then the sandbox. */
#ifndef VSOCKDUMP_CONFINE_CONFINE_H
#define VSOCKDUMP_CONFINE_CONFINE_H

#include <stddef.h>

#include "tool/confine/sandbox.h"
#include "tool/exit-status.h"
#include "tool/settings.h"

#define CONFINE_TABLES_MAX 16

struct confinement {
	struct output_folders folders;
	size_t tables;
	const struct system_call *calls[CONFINE_TABLES_MAX];
};

/* No more than CONFINE_TABLES_MAX. */
void confine_allow(struct confinement *confinement, const struct system_call *table);

/* EXIT_OK, or the exit status with a message printed. */
enum exit_status confine(const struct settings *settings, struct confinement *confinement);

#endif
