/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A process at one end of a connection: what is known of it, and the id of its container. Names of
 * processes and of control groups are chosen by strangers, and may contain any bytes but null.
 */
#ifndef VSOCK_LIB_COMMON_PROCESS_H
#define VSOCK_LIB_COMMON_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As in the kernel, with the terminating null. */
#define PROCESS_COMMAND_MAX 16

/* Of a longer path only the end is kept. */
#define PROCESS_CGROUP_MAX 512

/* 64 hexadecimal digits, and the terminating null. */
#define PROCESS_CONTAINER_MAX 65

/* VMADDR_CID_ANY, VMADDR_PORT_ANY. */
#define PROCESS_ANY UINT32_MAX

/* The socket's own address, and that of its peer. A local CID may be PROCESS_ANY. */
struct process_addresses {
	uint32_t local_cid;
	uint32_t local_port;
	uint32_t remote_cid;
	uint32_t remote_port;
};

struct process {
	uint32_t pid; /* as the host numbers it */
	uint32_t tid; /* of the thread; 0: not known */
	char command[PROCESS_COMMAND_MAX];
	/*
	 * The path of the control group. It begins with a slash, unless its beginning is missing.
	 * "": not known.
	 */
	char cgroup[PROCESS_CGROUP_MAX];
};

/* Keeps as many of the last groups as there is room for. */
void process_set_cgroup(struct process *process, const char *path);

/*
 * The id of the innermost container that the path of a control group names, as containerd, CRI-O,
 * Docker, Podman and Kata name their groups. False if it names no container. The monitor of a
 * container (conmon) is not in it.
 */
bool process_container(char id[static PROCESS_CONTAINER_MAX], const char *cgroup);

/* Room for "socat (pid 351)" where each byte of the name has to be escaped. */
#define PROCESS_TEXT_MAX 96

/*
 * "socat (pid 351)": printable ASCII. Other bytes of the name, and backslashes, are written as
 * \xHH. Returns the length.
 */
size_t process_text(char text[static PROCESS_TEXT_MAX], const struct process *process);

#endif
