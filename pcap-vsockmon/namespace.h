/* SPDX-License-Identifier: BSD-3-Clause */
/* Work done in a network namespace of its own. */
#ifndef PCAP_VSOCKMON_NAMESPACE_H
#define PCAP_VSOCKMON_NAMESPACE_H

/*
 * Runs work(context) in a new network namespace and returns when it is done. Returns 0, or the
 * errno that says why there is no such namespace; work was then not called.
 */
int vsockmon_in_new_namespace(void (*work)(void *context), void *context);

#endif
