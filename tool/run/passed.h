/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The number of packets that passed an interface, with or without a match of the filter: the
 * kernel's counter in /proc/net/dev. It shows whether a filter matches nothing, or there is no
 * traffic.
 */
#ifndef VSOCKDUMP_RUN_PASSED_H
#define VSOCKDUMP_RUN_PASSED_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/common/system-call.h"

struct passed {
	int fd; /* -1: not known */
	const char *interface;
	uint64_t before; /* the counter at the start */
};

extern const struct system_call passed_system_calls[];

/*
 * Call it before the sandbox closes and before privileges are dropped. `packet_fd` is a packet
 * socket in the interface's network namespace. The name must outlive this.
 */
void passed_open(struct passed *passed, int packet_fd, const char *interface);

/* The packets since the start. False if that is not known. */
bool passed_count(const struct passed *passed, uint64_t *packets);

void passed_close(struct passed *passed);

#endif
