/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ttRPC, the calls of Kata's agent and of firecracker-containerd. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_TTRPC_H
#define VSOCK_DISSECTOR_PROTOCOLS_TTRPC_H

void ttrpc_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void ttrpc_register_handoff(void);

#endif
