/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vsock protocol in Wireshark: what its parts share. */
#ifndef VSOCK_DISSECTOR_VSOCK_H
#define VSOCK_DISSECTOR_VSOCK_H

/* For the plugin interface. */
void vsock_register_protocol(void);
void vsock_register_handoff(void);

/* Wireshark's number for the protocol "vsock". */
int vsock_protocol(void);

#endif
