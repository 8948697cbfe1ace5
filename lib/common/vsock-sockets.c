/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/vsock-sockets.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/vm_sockets_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (32 * 1024)

struct listing {
	unsigned state;
	void (*take)(void *context, const struct vsock_socket *socket);
	void *context;
	bool complete;
};

static bool ask(int fd, unsigned state)
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
	    .request = {.sdiag_family = AF_VSOCK, .vdiag_states = 1U << state},
	};

	return send(fd, &message, sizeof(message), 0) == (ssize_t)sizeof(message);
}

static void take_socket(const struct listing *listing, const struct nlmsghdr *header)
{
	struct vsock_diag_msg socket;

	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(socket)))
		return;
	memcpy(&socket, NLMSG_DATA(header), sizeof(socket));
	if (socket.vdiag_family != AF_VSOCK || socket.vdiag_state != listing->state)
		return;
	listing->take(listing->context, &(struct vsock_socket){
					    .local_cid = socket.vdiag_src_cid,
					    .local_port = socket.vdiag_src_port,
					    .remote_cid = socket.vdiag_dst_cid,
					    .remote_port = socket.vdiag_dst_port,
					    .type = socket.vdiag_type,
					    .inode = socket.vdiag_ino,
					});
}

/* False when nothing follows. */
static bool take_messages(struct listing *listing, const struct nlmsghdr *header, size_t length)
{
	for (; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
		if (header->nlmsg_type == NLMSG_DONE)
			listing->complete = true;
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
			return false;
		if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY)
			take_socket(listing, header);
	}
	return true;
}

bool vsock_sockets_list(unsigned state, void (*take)(void *context, const struct vsock_socket *),
			void *context)
{
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	struct listing listing = {.state = state, .take = take, .context = context};
	_Alignas(struct nlmsghdr) char buffer[BUFFER_BYTES];
	bool more = fd >= 0 && ask(fd, state);

	while (more) {
		const ssize_t length = recv(fd, buffer, sizeof(buffer), 0);

		more = length > 0 &&
		       take_messages(&listing, (const struct nlmsghdr *)buffer, (size_t)length);
	}
	if (fd >= 0)
		close(fd);
	return listing.complete;
}
