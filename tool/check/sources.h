/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether each source of packets would work. The order of the tests is that of a real capture. */
#ifndef VSOCKDUMP_CHECK_SOURCES_H
#define VSOCKDUMP_CHECK_SOURCES_H

#include <linux/capability.h>

#include "tool/check/facts.h"
#include "tool/exit-status.h"

bool facts_have(const struct check_facts *facts, unsigned capability);

/* Whether the module is active, or the kernel would load it. True also if that is not known. */
bool facts_may_load(const struct check_facts *facts, enum check_module module);

/*
 * Whether the next vsock socket makes the kernel load vsock_loopback: only while there are no vsock
 * sockets yet, as it then loads all modules for them.
 */
bool facts_loopback_comes(const struct check_facts *facts);

/* The rights for a vsockmon interface: with one that is up, fewer are needed. */
bool facts_vsockmon_rights(const struct check_facts *facts);
bool facts_bpf_rights(const struct check_facts *facts);

/* The status of a capture with this source. */
enum exit_status facts_vsockmon_status(const struct check_facts *facts);
enum exit_status facts_bpf_status(const struct check_facts *facts);

/* The same of one with -i hybrid, if a machine is found. */
enum exit_status facts_hybrid_status(const struct check_facts *facts);

/* The status of a capture without -i, which takes BPF where the kernel has no vsockmon. */
enum exit_status facts_capture_status(const struct check_facts *facts);

#endif
