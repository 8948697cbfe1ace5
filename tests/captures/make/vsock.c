/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/captures/make/vsock.h"

#include <sys/socket.h>
#include <unistd.h>

/* Some versions of this header need <sys/socket.h> first. */
#include <linux/vm_sockets.h>

static bool set(int socket, int option, uint64_t value)
{
	return setsockopt(socket, AF_VSOCK, option, &value, sizeof(value)) == 0;
}

bool vsock_set_buffer(int socket, uint64_t bytes)
{
	return set(socket, SO_VM_SOCKETS_BUFFER_MAX_SIZE, bytes > 262144 ? bytes : 262144) &&
	       set(socket, SO_VM_SOCKETS_BUFFER_SIZE, bytes);
}

static bool bind_port(int socket, uint32_t port)
{
	struct sockaddr_vm address = {
	    .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = port};

	return bind(socket, (struct sockaddr *)&address, sizeof(address)) == 0;
}

int vsock_socket(bool seqpacket, uint64_t buffer, uint32_t port)
{
	int made = socket(AF_VSOCK, (seqpacket ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC, 0);

	if (made < 0)
		return -1;
	if ((buffer && !vsock_set_buffer(made, buffer)) || (port && !bind_port(made, port))) {
		close(made);
		return -1;
	}
	return made;
}

bool vsock_connect(int socket, uint32_t cid, uint32_t port)
{
	struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port};

	return connect(socket, (struct sockaddr *)&address, sizeof(address)) == 0;
}

int vsock_accept(int socket, uint32_t *port)
{
	struct sockaddr_vm address = {0};
	socklen_t length = sizeof(address);
	int made = accept4(socket, (struct sockaddr *)&address, &length, SOCK_CLOEXEC);

	*port = address.svm_port;
	return made;
}

uint32_t vsock_port(int socket)
{
	struct sockaddr_vm address = {0};
	socklen_t length = sizeof(address);

	return getsockname(socket, (struct sockaddr *)&address, &length) == 0 ? address.svm_port
									      : 0;
}
