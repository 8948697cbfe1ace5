/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gvproxy, the network of the guests of podman machine and CRC: Ethernet over vsock. */
#ifndef DISSECTOR_GVPROXY_H
#define DISSECTOR_GVPROXY_H

void gvproxy_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void gvproxy_register_handoff(void);

#endif
