/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_RUN_WARN_KERNEL_H
#define VSOCKDUMP_RUN_WARN_KERNEL_H

/* Warns once if payload that this system captured may be wrong. `os`: see core/kernel.h. */
void warn_of_kernel(const char *os);

#endif
