/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_VERSION_H
#define VSOCKDUMP_VERSION_H

/* "vsockdump 1.2.3" */
const char *version_program(void);

#endif
