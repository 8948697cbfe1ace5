/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocols that are recognized by their first bytes: http_vsock, tls_vsock and so on. */
#ifndef VSOCK_DISSECTOR_PAYLOAD_GUESS_H
#define VSOCK_DISSECTOR_PAYLOAD_GUESS_H

/* Registers them with the list "vsock", where each can be disabled. */
void payload_guess_handoff(void);

#endif
