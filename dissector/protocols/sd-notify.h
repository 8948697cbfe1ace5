/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of sd_notify(3). */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_SD_NOTIFY_H
#define VSOCK_DISSECTOR_PROTOCOLS_SD_NOTIFY_H

void sd_notify_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void sd_notify_register_handoff(void);

#endif
