/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/listeners.h"

#include "lib/common/vsock-sockets.h"

static void take_socket(void *context, const struct vsock_socket *socket)
{
	struct listeners *listeners = context;

	if (listeners->count == LISTENERS_MAX) {
		listeners->more = true;
		return;
	}
	listeners->list[listeners->count++] = (struct listener){
	    .cid = socket->local_cid,
	    .port = socket->local_port,
	    .type = socket->type,
	    .inode = socket->inode,
	};
}

void listeners_read(struct listeners *listeners)
{
	listeners->known = vsock_sockets_list(VSOCK_SOCKET_LISTEN, take_socket, listeners);
}
