/* SPDX-License-Identifier: GPL-2.0-or-later */
/* varlink, the calls of systemd's services. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_VARLINK_H
#define VSOCK_DISSECTOR_PROTOCOLS_VARLINK_H

void varlink_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void varlink_register_handoff(void);

#endif
