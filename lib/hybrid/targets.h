/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The UNIX sockets that are watched: those of the VMMs that run, and those that the user names.
 *
 * A VMM writes its path as its root folder and its working folder have it. So the path is looked up
 * there, and the socket is then known by its folder and its name in it. The folder must exist; the
 * socket may come later, as those of ports do.
 */
#ifndef VSOCK_LIB_HYBRID_TARGETS_H
#define VSOCK_LIB_HYBRID_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/hybrid/record.h"
#include "lib/identity/identity.h"

/* The CID of a machine that is not known: VMADDR_CID_ANY, which no machine can have. */
#define HYBRID_CID_UNKNOWN UINT32_MAX

/* The longest path of a UNIX socket. */
#define HYBRID_PATH_MAX 108

struct hybrid_target {
	char path[VM_PATH_MAX]; /* as its VMM writes it; of an unknown VMM from the root on */
	uint32_t cid;           /* HYBRID_CID_UNKNOWN */
	uint32_t pid;           /* of the VMM; 0: not known */
	/* The socket belongs to one port and has no handshake, as in libkrun. */
	bool fixed;
	uint32_t port; /* if it does */
	/* What a socket is found by. Without `found` the folder did not exist. */
	bool found;
	struct hybrid_name name;
};

struct hybrid_targets {
	struct hybrid_target *list;
	size_t count;
	size_t left_out; /* HYBRID_TARGETS_MAX were there already, or there was no memory */
	size_t no_path;  /* hybrid machines whose socket is not known */
};

/*
 * Adds the machines of `vms` that are hybrid. `root` is "", or a folder that has an invented /proc.
 */
void hybrid_targets_add_machines(struct hybrid_targets *targets, const struct vm_list *vms,
				 const char *root);

/*
 * Adds a socket: "PATH", "@NAME" for one without a file, or "PORT:PATH" for one of a single port
 * without a handshake. What is known of its VMM comes from `vms`. False if the text is none of
 * these, or too long.
 */
bool hybrid_targets_add(struct hybrid_targets *targets, const char *text, const struct vm_list *vms,
			const char *root);

void hybrid_targets_free(struct hybrid_targets *targets);

#endif
