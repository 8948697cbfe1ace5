/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What processes.bpf.c and the process share. The compiler of BPF programs reads this header, too,
 * so it includes nothing of libc.
 */
#ifndef VSOCK_LIB_BPF_TAP_PROCESS_RECORD_H
#define VSOCK_LIB_BPF_TAP_PROCESS_RECORD_H

#include <stdint.h>

/* As in the kernel: TASK_COMM_LEN. */
#define PROCESS_RECORD_COMMAND 16

/*
 * Control groups that are copied, from the process's own upwards, and the bytes of each name. A
 * container of Kubernetes or Podman is never deeper, and no name of a container is longer.
 */
#define PROCESS_RECORD_GROUPS     6
#define PROCESS_RECORD_GROUP_NAME 160

/* Offsets in bytes, as in struct tap_layout. */
struct process_layout {
	uint32_t socket_sock; /* struct socket: `sk` */
	uint32_t family;      /* struct sock: u16 */
	uint32_t local;       /* struct vsock_sock: the local struct sockaddr_vm */
	uint32_t remote;      /* the same, of the peer */
	uint32_t leader;      /* struct task_struct: the first thread of the process */
	uint32_t command;     /* the same: `comm` */
	uint32_t groups;      /* the same: struct css_set */
	uint32_t group;       /* struct css_set: struct cgroup of version 2 */
	uint32_t group_node;  /* struct cgroup: struct kernfs_node */
	uint32_t node_name;   /* struct kernfs_node */
	uint32_t node_parent; /* the same */
};

enum process_record_kind {
	PROCESS_RECORD_CONNECT, /* the REQUEST is about to be sent */
	PROCESS_RECORD_ACCEPT,  /* accept() returns */
	PROCESS_RECORD_FAILED,  /* connect() returns an error */
};

struct process_record {
	uint64_t time; /* CLOCK_MONOTONIC */
	uint32_t kind;
	uint32_t pid;
	uint32_t tid;
	uint32_t error; /* errno, or one of the kernel's own numbers; 0 unless FAILED */
	uint32_t local_cid;
	uint32_t local_port;
	uint32_t remote_cid;
	uint32_t remote_port;
	uint32_t group_count;
	uint32_t more_groups; /* there are others above these */
	char command[PROCESS_RECORD_COMMAND];
	/* From the process's own group upwards, without the root. */
	char groups[PROCESS_RECORD_GROUPS][PROCESS_RECORD_GROUP_NAME];
};

/* In memory that both sides see. */
struct process_shared {
	uint64_t seen; /* events, with those that are lost */
	uint64_t lost; /* the ring had no room */
};

#endif
