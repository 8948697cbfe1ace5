/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_VERSION_H
#define VSOCKDUMP_VERSION_H

#include "tool/print/output.h"

/* "vsockdump 1.2.3" */
const char *version_program(void);

/* What --version prints: this program's version and those of the libraries that it runs with. */
void version_print(struct output *out);

#endif
