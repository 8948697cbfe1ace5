/* SPDX-License-Identifier: GPL-2.0-or-later */
/* D-Bus over a stream: its authentication, and its messages for Wireshark's dissector. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_DBUS_H
#define VSOCK_DISSECTOR_PROTOCOLS_DBUS_H

void dbus_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void dbus_register_handoff(void);

#endif
