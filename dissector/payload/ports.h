/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dissectors by stream and by port: the tables vsock.stream and vsock.port, Decode As, and the
 * well-known ports.
 */
#ifndef VSOCK_DISSECTOR_PAYLOAD_PORTS_H
#define VSOCK_DISSECTOR_PAYLOAD_PORTS_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "dissector/record.h"

void payload_ports_register(int protocol);
void payload_ports_handoff(void);

/* What the user chose for the stream, or NULL. */
dissector_handle_t payload_ports_of_stream(uint32_t stream);

/* The table's entry for the port, or NULL. */
dissector_handle_t payload_ports_find(uint32_t port);

/* The usual protocol of the port, or NULL. */
dissector_handle_t payload_ports_well_known(uint32_t port);

/*
 * Wireshark's dissector of that name. Some have no name there, and are found by their default port
 * of TCP; 0: the protocol has no such port. NULL if it does not exist.
 */
dissector_handle_t payload_ports_dissector(const char *name, uint32_t tcp_port);

/*
 * The stream and the ports of the packet, for Decode As, because a tunnel's dissector may change
 * them in pinfo. `stream` may be NULL.
 */
void payload_ports_remember(packet_info *pinfo, const struct stream_record *stream);

#endif
