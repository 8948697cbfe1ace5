/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many packets passed an interface, whatever a filter lets through: the kernel's own counter,
 * from /proc/net/dev. It tells a filter that matches nothing from traffic that does not exist.
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
 * Before the sandbox closes, and with the privileges of the start. `packet_fd` is a packet socket
 * in the interface's network namespace. The name must outlive this.
 */
void passed_open(struct passed *passed, int packet_fd, const char *interface);

/* The packets since then. False if that is not known. */
bool passed_count(const struct passed *passed, uint64_t *packets);

void passed_close(struct passed *passed);

#endif
