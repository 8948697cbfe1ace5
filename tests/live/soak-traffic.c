/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes connections of all kinds (see soak-plan.c) for some time, several at once. Each side is a
 * separate process, which may die. At the end it prints one line for each connection:
 *
 *	CLIENTPORT SERVERPORT TYPE PLAN OUTCOME VICTIM CLIENT-SENT CLIENT-RECEIVED
 *	SERVER-SENT SERVER-RECEIVED
 *
 * OUTCOME is "refused", "established", or an errno that connect() should not return. VICTIM is the
 * side that was killed from outside, or "none". Numbers are bytes. They are in shared memory, so
 * that they outlive a killed process.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#include "tests/captures/make/conversation.h"
#include "tests/captures/make/vsock.h"
#include "tests/live/soak-plan.h"

/* More than an emulated machine can make. */
#define PER_SECOND 500

#define MILLISECONDS UINT64_C(1000000)

/* One connection. Each field has one process that writes it. */
struct account {
	struct conversation client, server;
	volatile pid_t server_pid;
	volatile bool established;
	volatile bool killed;
	volatile int error; /* of connect(), or 0 */
};

struct shared {
	volatile bool stop; /* for the listeners */
	struct account accounts[];
};

/* A client that runs. */
struct slot {
	pid_t pid; /* 0: free */
	uint32_t connection;
	uint64_t kill_at; /* 0: not yet known */
};

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 * MILLISECONDS + (uint64_t)time.tv_nsec;
}

static void pause_for(uint64_t milliseconds)
{
	struct timespec time = {.tv_nsec = (long)(milliseconds * MILLISECONDS)};

	nanosleep(&time, NULL);
}

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

static void converse(struct conversation *c, uint32_t connection, int socket, enum side side)
{
	const struct soak_plan *plan = soak_plan_of(connection);
	struct soak_steps steps;

	c->socket = socket;
	c->seqpacket = plan->seqpacket;
	c->side = side;
	c->client_port = SOAK_FIRST_PORT + connection;
	c->server_port = soak_server_port(plan->listener);
	soak_steps_of(&steps, connection, side);
	/* Many plans fail on purpose; the numbers show any other failure. */
	conversation_run(c, steps.steps);
}

/* On a busy machine, the two seconds that connect() has by default are too short. */
static bool be_patient(int socket)
{
	struct timeval limit = {.tv_sec = 60};

	return setsockopt(socket, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &limit, sizeof(limit)) ==
	       0;
}

static void be_client(struct account *account, uint32_t connection)
{
	const struct soak_plan *plan = soak_plan_of(connection);
	int socket = vsock_socket(plan->seqpacket, 0, SOAK_FIRST_PORT + connection);

	if (socket < 0 || !be_patient(socket) ||
	    !vsock_connect(socket, 1, soak_server_port(plan->listener))) {
		account->error = errno;
		return;
	}
	account->established = true;
	converse(&account->client, connection, socket, CLIENT);
}

static void accept_one(struct shared *shared, int listener)
{
	uint32_t port;
	int socket = vsock_accept(listener, &port);
	struct account *account;

	if (socket < 0)
		die("accept");
	account = &shared->accounts[port - SOAK_FIRST_PORT];
	if (fork_or_die() == 0) {
		close(listener);
		account->server_pid = getpid();
		converse(&account->server, port - SOAK_FIRST_PORT, socket, SERVER);
		_exit(0);
	}
	close(socket);
}

static void be_listener(struct shared *shared, enum soak_listener kind, int socket)
{
	struct pollfd listener = {.fd = socket, .events = POLLIN};

	while (!shared->stop) {
		if (kind == SOAK_SLOW)
			pause_for(50);
		if (poll(&listener, 1, 20) > 0)
			accept_one(shared, socket);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	while (wait(NULL) > 0)
		;
}

static void start_listener(struct shared *shared, enum soak_listener kind)
{
	uint64_t buffer = kind == SOAK_SMALL ? 8192 : 0;
	int socket = vsock_socket(kind == SOAK_SEQPACKET, buffer, soak_server_port(kind));

	if (socket < 0 || listen(socket, kind == SOAK_SLOW ? 1 : 128))
		die("listen");
	if (fork_or_die() == 0) {
		be_listener(shared, kind, socket);
		_exit(0);
	}
	close(socket);
}

static void start_client(struct shared *shared, struct slot *slot, uint32_t connection)
{
	*slot = (struct slot){.connection = connection, .pid = fork_or_die()};
	if (slot->pid == 0) {
		be_client(&shared->accounts[connection], connection);
		_exit(0);
	}
}

/* Kills the victim at a random moment after both sides have begun. */
static void kill_in_time(struct shared *shared, struct slot *slot)
{
	struct account *account = &shared->accounts[slot->connection];
	enum soak_victim victim = soak_plan_of(slot->connection)->victim;

	if (victim == SOAK_NO_VICTIM || account->killed || !account->established ||
	    !account->server_pid)
		return;
	if (!slot->kill_at)
		slot->kill_at = now() + soak_random(slot->connection, 'k', 150) * MILLISECONDS;
	if (now() < slot->kill_at)
		return;
	account->killed = true;
	kill(victim == SOAK_KILL_CLIENT ? slot->pid : account->server_pid, SIGKILL);
}

/* Looks after a client. True when the slot is free. */
static bool tend(struct shared *shared, struct slot *slot)
{
	if (slot->pid) {
		kill_in_time(shared, slot);
		if (waitpid(slot->pid, NULL, WNOHANG) == slot->pid)
			slot->pid = 0;
	}
	return !slot->pid;
}

static bool tend_all(struct shared *shared, struct slot *slots, size_t count)
{
	bool all = true;

	for (size_t i = 0; i < count; i++)
		all &= tend(shared, &slots[i]);
	return all;
}

/* Returns the number of connections. */
static uint32_t make_traffic(struct shared *shared, unsigned seconds, size_t at_once)
{
	struct slot *slots = calloc(at_once, sizeof(*slots));
	uint64_t end = now() + (uint64_t)seconds * 1000 * MILLISECONDS;
	uint32_t made = 0;

	if (!slots)
		die("memory");
	while (now() < end && made < seconds * PER_SECOND) {
		for (size_t i = 0; i < at_once; i++) {
			if (tend(shared, &slots[i]))
				start_client(shared, &slots[i], made++);
		}
		pause_for(2);
	}
	while (!tend_all(shared, slots, at_once))
		pause_for(2);
	free(slots);
	return made;
}

static void report(const struct account *account, uint32_t connection)
{
	static const char *const victims[] = {"none", "client", "server"};
	const struct soak_plan *plan = soak_plan_of(connection);
	char outcome[16] = "established";

	if (account->error == ECONNRESET)
		strcpy(outcome, "refused");
	else if (!account->established)
		snprintf(outcome, sizeof(outcome), "%d", account->error);
	printf("%u %u %s %s %s %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	       SOAK_FIRST_PORT + connection, soak_server_port(plan->listener),
	       plan->seqpacket ? "seqpacket" : "stream", plan->name, outcome,
	       victims[account->killed ? plan->victim : SOAK_NO_VICTIM], account->client.sent,
	       account->client.received, account->server.sent, account->server.received);
}

int main(int argc, char **argv)
{
	struct shared *shared;
	unsigned seconds;
	size_t at_once, size;
	uint32_t made;

	if (argc != 3) {
		fprintf(stderr, "Usage: soak-traffic SECONDS CONNECTIONS-AT-ONCE\n");
		return 2;
	}
	seconds = (unsigned)atoi(argv[1]);
	at_once = (size_t)atoi(argv[2]);
	size = sizeof(struct shared) +
	       ((size_t)seconds * PER_SECOND + at_once) * sizeof(struct account);
	shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	for (enum soak_listener kind = 0; kind < SOAK_NOBODY; kind++)
		start_listener(shared, kind);
	made = make_traffic(shared, seconds, at_once);
	shared->stop = true;
	while (wait(NULL) > 0)
		;
	for (uint32_t i = 0; i < made; i++)
		report(&shared->accounts[i], i);
	return fflush(stdout) ? 1 : 0;
}
