/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vsockmon interfaces of the command line. */
#ifndef VSOCKDUMP_RUN_INTERFACES_H
#define VSOCKDUMP_RUN_INTERFACES_H

#include <stdbool.h>

#include "lib/common/bpf-interface.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/exit-status.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* Room for a name. A name above the kernel's limit still fits, and the library refuses it. */
#define INTERFACE_NAME_SIZE 64

/* What -i calls the BPF program in the kernel. */
#define INTERFACE_BPF BPF_INTERFACE_NAME

/* What -i calls the UNIX sockets of VMMs. */
#define INTERFACE_HYBRID "hybrid"

/*
 * What -i means: a name, or a number of the list that -D prints. Copies the name; empty for a NULL
 * text. EXIT_OK; or another status, such as EXIT_NO_DEVICE, after printing a message. The name of a
 * new interface must look like that of a vsockmon interface, so that a typing mistake creates none.
 */
enum exit_status interface_resolve(const char *text, char name[static INTERFACE_NAME_SIZE]);

/* Whether this is -i's name of the BPF program in the kernel, or its number in the list of -D. */
bool interface_is_bpf(const char *text);

/* The same for the UNIX sockets of VMMs. */
bool interface_is_hybrid(const char *text);

/* -D: prints the numbered list. On failure this and the next two functions print a message. */
enum exit_status interfaces_list(struct output *out);
enum exit_status interface_create(const char *name);
enum exit_status interface_delete(const char *name);

/* The exit status for a failure of the library. */
enum exit_status interface_exit_status(enum pcap_vsockmon_result result);

enum interface_state { INTERFACE_UP, INTERFACE_DOWN, INTERFACE_GONE };

/* The state of an interface in the network namespace of a socket, which may differ from ours. */
enum interface_state interface_state(int fd, const char *name);

#endif
