/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vsock protocol in Wireshark, which plugin.c registers. */
#ifndef VSOCK_DISSECTOR_VSOCK_H
#define VSOCK_DISSECTOR_VSOCK_H

void vsock_register_protocol(void);
void vsock_register_handoff(void);

#endif
