/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traffic for measurements of live captures, always the same and cheap to make:
 *
 *	live-load streams CONNECTIONS SENDS BYTES MICROSECONDS
 *	live-load opens CONNECTIONS
 *	live-load exchanges COUNT BYTES
 *
 * "streams" has so many connections at once. On each, a client sends SENDS times BYTES, with a
 * pause after each. "opens" makes one connection after the other, with an echo of 100 bytes.
 * "exchanges" has one connection, where each side sends so many bytes in turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/captures/make/vsock.h"

#define PORT        7000
#define BUFFER_SIZE 262144

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static pid_t fork_or_die(void)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	return child;
}

static int connect_or_die(void)
{
	int socket = vsock_socket(false, 0, 0);

	if (socket < 0 || !vsock_connect(socket, 1, PORT))
		die("connect");
	return socket;
}

static void send_or_die(int socket, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
		if (sent <= 0)
			die("send");
		bytes += sent;
		count -= (size_t)sent;
	}
}

static void receive_all(int socket, char *buffer)
{
	while (recv(socket, buffer, BUFFER_SIZE, 0) > 0)
		;
}

static void serve_streams(int listener, unsigned connections, char *buffer)
{
	uint32_t port;

	for (unsigned i = 0; i < connections; i++) {
		int socket = vsock_accept(listener, &port);
		if (socket < 0)
			die("accept");
		if (fork_or_die() == 0) {
			receive_all(socket, buffer);
			_exit(0);
		}
		close(socket);
	}
}

static void send_stream(char *const *arguments, char *buffer)
{
	unsigned sends = (unsigned)atoi(arguments[0]);
	size_t bytes = (size_t)atoi(arguments[1]);
	struct timespec pause = {.tv_nsec = atol(arguments[2]) * 1000};
	int socket = connect_or_die();

	for (unsigned i = 0; i < sends; i++) {
		send_or_die(socket, buffer, bytes);
		if (pause.tv_nsec)
			nanosleep(&pause, NULL);
	}
	close(socket);
}

static void streams(int listener, unsigned connections, char *const *arguments, char *buffer)
{
	if (fork_or_die() == 0) {
		serve_streams(listener, connections, buffer);
		while (wait(NULL) > 0)
			;
		_exit(0);
	}
	for (unsigned i = 0; i < connections; i++) {
		if (fork_or_die() == 0) {
			send_stream(arguments, buffer);
			_exit(0);
		}
	}
}

static void opens(int listener, unsigned connections, char *buffer)
{
	uint32_t port;

	if (fork_or_die() == 0) {
		for (unsigned i = 0; i < connections; i++) {
			int socket = connect_or_die();
			send_or_die(socket, buffer, 100);
			shutdown(socket, SHUT_WR);
			receive_all(socket, buffer);
			close(socket);
		}
		_exit(0);
	}
	for (unsigned i = 0; i < connections; i++) {
		int socket = vsock_accept(listener, &port);
		if (socket < 0)
			die("accept");
		receive_all(socket, buffer);
		send_or_die(socket, buffer, 100);
		close(socket);
	}
}

static void receive_or_die(int socket, char *buffer, size_t count)
{
	if (recv(socket, buffer, count, MSG_WAITALL) != (ssize_t)count)
		die("recv");
}

static void exchanges(int listener, unsigned count, size_t bytes, char *buffer)
{
	uint32_t port;
	int socket;

	if (fork_or_die() == 0) {
		socket = connect_or_die();
		for (unsigned i = 0; i < count; i++) {
			send_or_die(socket, buffer, bytes);
			receive_or_die(socket, buffer, bytes);
		}
		_exit(0);
	}
	socket = vsock_accept(listener, &port);
	if (socket < 0)
		die("accept");
	for (unsigned i = 0; i < count; i++) {
		receive_or_die(socket, buffer, bytes);
		send_or_die(socket, buffer, bytes);
	}
	close(socket);
}

int main(int argc, char **argv)
{
	static char buffer[BUFFER_SIZE];
	int listener = vsock_socket(false, 0, PORT);

	if (listener < 0 || listen(listener, 128))
		die("listen");
	if (argc == 6 && strcmp(argv[1], "streams") == 0)
		streams(listener, (unsigned)atoi(argv[2]), argv + 3, buffer);
	else if (argc == 3 && strcmp(argv[1], "opens") == 0)
		opens(listener, (unsigned)atoi(argv[2]), buffer);
	else if (argc == 4 && strcmp(argv[1], "exchanges") == 0)
		exchanges(listener, (unsigned)atoi(argv[2]), (size_t)atoi(argv[3]), buffer);
	else
		return 2;
	while (wait(NULL) > 0)
		;
	return 0;
}
