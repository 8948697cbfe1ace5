/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header of a ttRPC message, see PROTOCOL.md of containerd/ttrpc. All is big endian. */
#ifndef VSOCK_DISSECTOR_PROTOCOLS_TTRPC_HEADER_H
#define VSOCK_DISSECTOR_PROTOCOLS_TTRPC_HEADER_H

#include "dissector/wireshark.h"

#define TTRPC_HEADER_SIZE 10
#define TTRPC_LENGTH_MAX  (4u << 20) /* receivers refuse longer ones */

enum ttrpc_type { TTRPC_REQUEST = 1, TTRPC_RESPONSE = 2, TTRPC_DATA = 3 };

enum ttrpc_flag {
	TTRPC_REMOTE_CLOSED = 1, /* the sender sends no more data on this stream */
	TTRPC_REMOTE_OPEN = 2,   /* it will send data */
	TTRPC_NO_DATA = 4,       /* not even an empty object */
};

struct ttrpc_header {
	guint32 length; /* bytes after the header */
	guint32 stream; /* odd: a client began it; servers begin no streams */
	guint8 type;
	guint8 flags;
};

#endif
