/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/listeners.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/vm_sockets_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of the kernel's states of sockets. */
#define STATE_LISTEN 10

#define BUFFER_BYTES (32 * 1024)

static bool ask(int fd)
{
	const struct {
		struct nlmsghdr header;
		struct vsock_diag_req request;
	} message = {
	    .header =
		{
		    .nlmsg_len = sizeof(message),
		    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
	    .request = {.sdiag_family = AF_VSOCK, .vdiag_states = 1U << STATE_LISTEN},
	};

	return send(fd, &message, sizeof(message), 0) == (ssize_t)sizeof(message);
}

static void take_socket(struct listeners *listeners, const struct nlmsghdr *header)
{
	struct vsock_diag_msg socket;

	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(socket)))
		return;
	memcpy(&socket, NLMSG_DATA(header), sizeof(socket));
	if (socket.vdiag_family != AF_VSOCK || socket.vdiag_state != STATE_LISTEN)
		return;
	if (listeners->count == LISTENERS_MAX) {
		listeners->more = true;
		return;
	}
	listeners->list[listeners->count++] = (struct listener){
	    .cid = socket.vdiag_src_cid,
	    .port = socket.vdiag_src_port,
	    .type = socket.vdiag_type,
	    .inode = socket.vdiag_ino,
	};
}

/* False when nothing follows. */
static bool take_messages(struct listeners *listeners, const struct nlmsghdr *header, size_t length)
{
	for (; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
		if (header->nlmsg_type == NLMSG_DONE)
			listeners->known = true;
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
			return false;
		if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY)
			take_socket(listeners, header);
	}
	return true;
}

void listeners_read(struct listeners *listeners)
{
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	_Alignas(struct nlmsghdr) char buffer[BUFFER_BYTES];
	bool more = fd >= 0 && ask(fd);

	while (more) {
		const ssize_t length = recv(fd, buffer, sizeof(buffer), 0);

		more = length > 0 &&
		       take_messages(listeners, (const struct nlmsghdr *)buffer, (size_t)length);
	}
	if (fd >= 0)
		close(fd);
}
