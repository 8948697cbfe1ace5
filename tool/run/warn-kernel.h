/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_RUN_WARN_KERNEL_H
#define VSOCKDUMP_RUN_WARN_KERNEL_H

#include "lib/capture-file/origin.h"

/* Warns once if payload of this origin may be wrong. */
void warn_of_kernel(const struct capture_origin *origin);

#endif
