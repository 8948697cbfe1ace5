/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes an interface that was created for the capture in the current network namespace, in
 * whatever way the capture ends.
 *
 * This takes CAP_NET_ADMIN and a socket. A process that reads guests' bytes should not have them,
 * and SIGKILL leaves it no time. So a child does it. The child starts before the interface is
 * opened, so it has neither the packet socket nor the ring that libpcap maps: it never sees a
 * guest's byte. It becomes the unprivileged user, keeps only this capability, and enters its own
 * sandbox. It reads the interface's name once, waits for the end of a pipe, and then removes the
 * interface. An interface in a private namespace disappears with the capture, so its keeper ends at
 * once.
 */
#ifndef VSOCKDUMP_CONFINE_KEEPER_H
#define VSOCKDUMP_CONFINE_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/common/system-call.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/confine/privileges.h"

struct keeper {
	pid_t pid; /* 0: no child */
	int link;
};

/* The calls that the capture needs to end its keeper. */
extern const struct system_call keeper_system_calls[];

/*
 * Starts the child. Call it before the interface is opened. `sandbox` is false for --no-sandbox.
 * Returns false with errno set, and then `pid` is 0.
 */
bool keeper_start(struct keeper *keeper, const struct unprivileged *user, bool sandbox);

/* The child is to remove this interface. False with a message in `error`; the child has ended. */
bool keeper_watch(struct keeper *keeper, const struct pcap_vsockmon_opened *opened,
		  char error[static PCAP_ERRBUF_SIZE]);

/* There is nothing to be removed: the child ends. */
void keeper_dismiss(struct keeper *keeper);

/* Has the interface removed, and waits for it. False with a message in `error`. */
bool keeper_end(struct keeper *keeper, char error[static PCAP_ERRBUF_SIZE]);

#endif
