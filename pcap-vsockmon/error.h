/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reports failures: one call gives a result for the program and a sentence for the person, so
 * neither is forgotten.
 *
 * Each sentence says what failed, on what, why, and what to do. It fits libpcap's error buffer of
 * 256 bytes, also with the longest interface name and all capabilities.
 */
#ifndef PCAP_VSOCKMON_ERROR_H
#define PCAP_VSOCKMON_ERROR_H

#include "pcap-vsockmon/pcap-vsockmon.h"

/* Writes the message to errbuf (PCAP_ERRBUF_SIZE chars) and returns `result`. */
enum pcap_vsockmon_result vsockmon_fail(char *errbuf, enum pcap_vsockmon_result result,
					const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The capabilities that the kernel asks for, as bits that can be combined. */
enum vsockmon_capability {
	VSOCKMON_NEEDS_NET_ADMIN = 1u << 0, /* to make, raise or delete an interface */
	VSOCKMON_NEEDS_NET_RAW = 1u << 1,   /* to open a packet socket */
};

/*
 * The kernel refused with EPERM or EACCES. `needed` is what the whole operation takes, so that one
 * message names all missing capabilities. `doing` completes "cannot", as in "make interface
 * vsockmon0". Returns PCAP_VSOCKMON_NO_PERMISSION.
 */
enum pcap_vsockmon_result vsockmon_fail_permission(char *errbuf, const char *doing,
						   unsigned needed);

/* Adds to the message. */
void vsockmon_fail_more(char *errbuf, const char *text);

#endif
