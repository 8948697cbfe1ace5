/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of an interface can be read only in its network namespace. So a thread enters the
 * namespace, opens the file and ends. The open file still shows that namespace.
 *
 * System calls: ioctl, setns (CAP_SYS_ADMIN), clone3, openat.
 */
#include "tool/run/passed.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Since Linux 4.10; older headers lack it. */
#ifndef SIOCGSKNS
#define SIOCGSKNS 0x894C
#endif

/* Some hundred interfaces: a line has about 130 bytes. */
#define TEXT_MAX ((size_t)32 * 1024)

const struct system_call passed_system_calls[] = {
    CALL("pread64"),
    SYSTEM_CALLS_END,
};

struct opening {
	int namespace;
	int fd;
};

static void *open_there(void *argument)
{
	struct opening *opening = argument;

	if (setns(opening->namespace, CLONE_NEWNET) == 0)
		opening->fd = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
	return NULL;
}

static int open_in_namespace(int namespace)
{
	struct opening opening = {.namespace = namespace, .fd = -1};
	sigset_t all, before;
	pthread_t thread;
	int error;

	/* The main thread handles signals. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, open_there, &opening);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error)
		pthread_join(thread, NULL);
	return opening.fd;
}

/* The counter of received packets: the second number of the interface's line. */
static bool read_counter(const struct passed *passed, uint64_t *packets)
{
	char text[TEXT_MAX];
	size_t name = strlen(passed->interface);
	ssize_t length = passed->fd < 0 ? -1 : pread(passed->fd, text, sizeof(text) - 1, 0);
	char *line = text;
	char *number;

	if (length <= 0)
		return false;
	text[length] = '\0';
	for (; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		line += strspn(line, " ");
		if (strncmp(line, passed->interface, name) != 0 || line[name] != ':')
			continue;
		strtoull(line + name + 1, &number, 10);
		*packets = strtoull(number, NULL, 10);
		return true;
	}
	return false;
}

void passed_open(struct passed *passed, int packet_fd, const char *interface)
{
	int namespace = ioctl(packet_fd, SIOCGSKNS);

	*passed = (struct passed){.fd = -1, .interface = interface};
	if (namespace >= 0) {
		passed->fd = open_in_namespace(namespace);
		close(namespace);
	}
	/* Without the right to enter it, the current namespace may be the right one. */
	if (passed->fd < 0)
		passed->fd = open("/proc/self/net/dev", O_RDONLY | O_CLOEXEC);
	if (!read_counter(passed, &passed->before))
		passed_close(passed);
}

bool passed_count(const struct passed *passed, uint64_t *packets)
{
	uint64_t now;

	if (!read_counter(passed, &now) || now < passed->before)
		return false;
	*packets = now - passed->before;
	return true;
}

void passed_close(struct passed *passed)
{
	if (passed->fd >= 0)
		close(passed->fd);
	passed->fd = -1;
}
