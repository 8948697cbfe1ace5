/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes an interface that was made for the capture in the current network namespace, however
 * the capture ends.
 *
 * That takes CAP_NET_ADMIN and a socket, which a process that reads guests' bytes should not have,
 * and SIGKILL leaves no time for it. So a child is made before anything is given up: it keeps that
 * capability and nothing else, reads nothing but the end of a pipe, and then removes the
 * interface. An interface in a namespace of its own needs no keeper: it vanishes by itself.
 */
#ifndef VSOCKDUMP_CONFINE_KEEPER_H
#define VSOCKDUMP_CONFINE_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/common/system-call.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

struct keeper {
	pid_t pid; /* 0: there is none */
	int link;
};

extern const struct system_call keeper_system_calls[];

/* Does nothing for interfaces that need none. False with errno set. */
bool keeper_start(struct keeper *keeper, const struct pcap_vsockmon_opened *opened);

/* Has the interface removed, and waits for it. False with a message in `error`. */
bool keeper_end(struct keeper *keeper, char error[static PCAP_ERRBUF_SIZE]);

#endif
