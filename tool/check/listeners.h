/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_CHECK_LISTENERS_H
#define VSOCKDUMP_CHECK_LISTENERS_H

#include "tool/check/facts.h"

/*
 * Asks the kernel for the listening vsock sockets of this network namespace. Call it only while
 * vsock_diag is active: otherwise the kernel would load that module.
 */
void listeners_read(struct listeners *listeners);

#endif
