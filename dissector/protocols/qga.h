/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP, the protocol of the QEMU guest agent and monitor. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_QGA_H
#define VSOCK_DISSECTOR_PROTOCOLS_QGA_H

void qga_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void qga_register_handoff(void);

#endif
