/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What --check finds out about the system. gather.c fills this, and judge.c says what it means, so
 * that a test can invent the facts.
 */
#ifndef VSOCKDUMP_CHECK_FACTS_H
#define VSOCKDUMP_CHECK_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/common/program-path.h"
#include "lib/identity/identity.h"
#include "tool/check/modules.h"
#include "tool/run/vsock-namespace.h"

#define LISTENERS_MAX 256

/* /proc/PID/comm has at most 15 bytes. */
#define COMMAND_MAX 16

struct listener {
	uint32_t cid; /* UINT32_MAX: any */
	uint32_t port;
	uint32_t type;  /* SOCK_STREAM, SOCK_SEQPACKET or SOCK_DGRAM */
	uint32_t inode; /* of the socket */
	uint32_t pid;   /* the first process that has it; 0: not known */
	char command[COMMAND_MAX];
};

struct listeners {
	struct listener list[LISTENERS_MAX];
	size_t count;
	bool known; /* false: the kernel did not say */
	bool more;  /* than fit in the list */
};

enum check_interface { CHECK_INTERFACE_NONE, CHECK_INTERFACE_UP, CHECK_INTERFACE_DOWN };

struct check_facts {
	char os[256]; /* "Linux 6.1.0-31-amd64", as in a capture file */
	char machine[72];
	char program[PROGRAM_PATH_MAX]; /* path of this program */
	enum module_state modules[CHECK_MODULES];
	bool modules_disabled; /* the kernel loads no more modules */
	uint64_t capabilities; /* effective, as bits */
	bool root;
	bool file_capabilities; /* they come from the program's file */
	bool user_namespace;    /* not the first one: capabilities are worth less */
	enum bpf_tap_result bpf;
	char bpf_error[BPF_TAP_ERROR_MAX];
	enum bpf_tap_result hybrid; /* -i hybrid, rights left out */
	int paranoid;               /* kernel.perf_event_paranoid */
	enum check_interface interface;
	char interface_name[16];
	bool cid_known;
	uint32_t cid;  /* UINT32_MAX: none */
	int cid_error; /* why it is not known: errno, or 0 if vsock is not loaded */
	bool guest;    /* it has a virtio device of vsock */
	bool vmci;     /* it has a device of VMCI */
	bool ns_known; /* the kernel has modes of namespaces */
	struct vsock_namespace vsock_namespace;
	unsigned vhost_users; /* processes that have /dev/vhost-vsock open */
	struct vm_list vms;
	struct listeners listeners;
};

#endif
