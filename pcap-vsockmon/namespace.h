/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs work in a new network namespace. */
#ifndef PCAP_VSOCKMON_NAMESPACE_H
#define PCAP_VSOCKMON_NAMESPACE_H

/*
 * Runs work(context) in a new network namespace and returns when it is done. Returns 0; or the
 * errno that says why the kernel made no namespace, and work was not called.
 */
int vsockmon_in_new_namespace(void (*work)(void *context), void *context);

#endif
