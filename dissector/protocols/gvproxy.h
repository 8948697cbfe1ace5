/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gvproxy, the network of the guests of podman machine and CRC: Ethernet over vsock. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_GVPROXY_H
#define VSOCK_DISSECTOR_PROTOCOLS_GVPROXY_H

void gvproxy_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void gvproxy_register_handoff(void);

#endif
