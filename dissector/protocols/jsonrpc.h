/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON-RPC 2.0 over vsock streams: calls, notifications, and the replies that belong to them. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_JSONRPC_H
#define VSOCK_DISSECTOR_PROTOCOLS_JSONRPC_H

void jsonrpc_register_protocol(void);

/* The table "vsock.port" and the list "vsock" must exist. */
void jsonrpc_register_handoff(void);

#endif
