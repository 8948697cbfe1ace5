/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_CHECK_GATHER_H
#define VSOCKDUMP_CHECK_GATHER_H

#include "tool/check/facts.h"

/*
 * Finds out about the system. Changes nothing, creates nothing and loads no module. `root` is put
 * in front of all paths: "" for this system.
 */
void check_facts_gather(struct check_facts *facts, const char *root);

#endif
