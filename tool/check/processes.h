/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks through /proc for the processes of listeners, and for those that have vhost-vsock. */
#ifndef VSOCKDUMP_CHECK_PROCESSES_H
#define VSOCKDUMP_CHECK_PROCESSES_H

#include "tool/check/facts.h"

/*
 * Fills the processes of facts->listeners, and vhost_users. Processes of other
 * users are left out where the kernel hides their files. `root` is as for check_facts_gather().
 */
void processes_read(struct check_facts *facts, const char *root);

#endif
