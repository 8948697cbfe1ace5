/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Either side of vsock connections that behave, or misbehave, exactly as its arguments say. socat
 * can only carry bytes. A capture often needs an exact moment when a program stops reading, shuts
 * one direction down, or dies.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/captures/make/amount.h"
#include "tests/captures/make/conversation.h"
#include "tests/captures/make/vsock.h"

#define USAGE                                                                                      \
	"Usage: traffic [OPTION]... listen PORT [STEP]...\n"                                       \
	"       traffic [OPTION]... connect CID PORT [STEP]...\n"                                  \
	"Goes through the steps on a vsock connection, then closes it. A server says\n"            \
	"\"listening\" when it is; bytes received are checked to be those sent.\n\n"               \
	"  -m         messages: SOCK_SEQPACKET\n"                                                  \
	"  -n COUNT   that many connections at once (1); a server with 0 never accepts\n"          \
	"  -b BYTES   SO_VM_SOCKETS_BUFFER_SIZE from the start\n"                                  \
	"  -l LENGTH  of the backlog (128)\n"                                                      \
	"  -p PORT    of the client; with -n, the first of several\n"                              \
	"  -o DIR     keep what is received, and the lengths of messages, in files there\n\n"      \
	"Steps:\n%s"

struct options {
	bool seqpacket;
	uint64_t buffer, count;
	int backlog;
	uint32_t client_port, server_port, cid;
	const char *folder;
	char *const *steps;
};

/* A process that serves one connection reports only success or failure. */
static int run(const struct options *o, int socket, enum side side, uint32_t client_port)
{
	struct conversation c = {
	    .socket = socket,
	    .seqpacket = o->seqpacket,
	    .side = side,
	    .client_port = client_port,
	    .server_port = o->server_port,
	    .folder = o->folder,
	};

	return conversation_run(&c, o->steps) ? 0 : 1;
}

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int wait_for_all(void)
{
	int failed = 0, status;

	while (wait(&status) > 0)
		failed |= status != 0;
	return failed;
}

static int serve(const struct options *o)
{
	int listener = vsock_socket(o->seqpacket, o->buffer, o->server_port);

	if (listener < 0 || listen(listener, o->backlog))
		return fail("listen");
	puts("listening");
	fflush(stdout);
	if (o->count == 0)
		pause();
	for (uint64_t i = 0; i < o->count; i++) {
		uint32_t port;
		int socket = vsock_accept(listener, &port);
		pid_t child;

		if (socket < 0)
			return fail("accept");
		/* Without a child, the process that was started is the one to kill. */
		if (o->count == 1)
			return run(o, socket, SERVER, port);
		child = fork();
		if (child < 0)
			return fail("fork");
		if (child == 0) {
			close(listener);
			_exit(run(o, socket, SERVER, port));
		}
		close(socket);
	}
	return wait_for_all();
}

static int ask(const struct options *o, uint32_t client_port)
{
	int socket = vsock_socket(o->seqpacket, o->buffer, client_port);

	if (socket < 0)
		return fail("socket");
	if (!vsock_connect(socket, o->cid, o->server_port)) {
		close(socket);
		return fail("connect");
	}
	return run(o, socket, CLIENT, vsock_port(socket));
}

static int ask_all(const struct options *o)
{
	if (o->count == 1)
		return ask(o, o->client_port);
	for (uint32_t i = 0; i < o->count; i++) {
		pid_t child = fork();

		if (child < 0)
			return fail("fork");
		if (child == 0)
			_exit(ask(o, o->client_port ? o->client_port + i : 0));
	}
	return wait_for_all();
}

static void usage(void)
{
	fprintf(stderr, USAGE, conversation_steps);
	exit(2);
}

static uint64_t number(const char *text)
{
	if (!text || !amount_is_valid(text))
		usage();
	return amount_parse(text).bytes;
}

int main(int argc, char **argv)
{
	struct options o = {.count = 1, .backlog = 128};
	int option;
	const char *side;
	bool connects;

	while ((option = getopt(argc, argv, "+mn:b:l:p:o:")) != -1) {
		switch (option) {
		case 'm':
			o.seqpacket = true;
			break;
		case 'n':
			o.count = number(optarg);
			break;
		case 'b':
			o.buffer = number(optarg);
			break;
		case 'l':
			o.backlog = (int)number(optarg);
			break;
		case 'p':
			o.client_port = (uint32_t)number(optarg);
			break;
		case 'o':
			o.folder = optarg;
			break;
		default:
			usage();
		}
	}
	argv += optind;
	if (!*argv)
		usage();
	side = *argv++;
	connects = strcmp(side, "connect") == 0;
	if (!connects && strcmp(side, "listen") != 0)
		usage();
	if (connects)
		o.cid = (uint32_t)number(*argv++);
	o.server_port = (uint32_t)number(*argv++);
	for (o.steps = argv; *argv; argv++) {
		if (!conversation_step_is_valid(*argv)) {
			fprintf(stderr, "no such step: %s\n", *argv);
			usage();
		}
	}
	return connects ? ask_all(&o) : serve(&o);
}
