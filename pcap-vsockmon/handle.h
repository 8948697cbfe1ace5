/* SPDX-License-Identifier: BSD-3-Clause */
/* The libpcap side: opens an activated handle on an existing interface. */
#ifndef PCAP_VSOCKMON_HANDLE_H
#define PCAP_VSOCKMON_HANDLE_H

#include "pcap-vsockmon/pcap-vsockmon.h"

/* Returns OK, or ERROR for negative values. `options` may be NULL. */
enum pcap_vsockmon_result vsockmon_check_options(const struct pcap_vsockmon_options *options,
						 char *errbuf);

/*
 * Opens a handle on the interface in the calling thread's network namespace. `needs` is for the
 * message: the capabilities of the whole operation (enum vsockmon_capability). Sets *warning.
 * Returns NULL with *result: NO_PERMISSION, DOWN, NO_SUCH_DEVICE, WRONG_KIND or ERROR.
 */
pcap_t *vsockmon_open_handle(const char *name, const struct pcap_vsockmon_options *options,
			     unsigned needs, int *warning, enum pcap_vsockmon_result *result,
			     char *errbuf);

#endif
