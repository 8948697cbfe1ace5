/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/confine/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/confine/privileges.h"

const struct system_call keeper_system_calls[] = {
    CALL("shutdown"),
    CALL("read"),
    CALL("wait4"),
    SYSTEM_CALLS_END,
};

/* Reads up to the end; returns how much there was, at most `room` bytes of it in `text`. */
static size_t read_all(int fd, char *text, size_t room)
{
	size_t length = 0;

	for (;;) {
		char rest[64];
		bool full = length >= room;
		ssize_t n =
		    full ? read(fd, rest, sizeof(rest)) : read(fd, text + length, room - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return length;
		length += full ? 0 : (size_t)n;
	}
}

/* Nothing of the capture stays open in the child: not its socket, and no pipe of a reader's. */
static void close_others(int link)
{
	(void)dup2(link, STDIN_FILENO);
	closefrom(STDOUT_FILENO);
	/* The numbers are used up, so that no socket gets that of standard error. */
	(void)open("/dev/null", O_WRONLY);
	(void)open("/dev/null", O_WRONLY);
}

/* All signals are blocked: the terminal's, and a supervisor's to all, are for the capture. */
__attribute__((noreturn)) static void keep(int link, const struct pcap_vsockmon_opened *opened)
{
	char error[PCAP_ERRBUF_SIZE] = "";

	(void)prctl(PR_SET_NAME, "vsockdump-keep", 0, 0, 0);
	close_others(link);
	(void)!chdir("/");
	(void)privileges_limit(UINT64_C(1) << CAP_NET_ADMIN);
	read_all(STDIN_FILENO, error, 0);
	if (pcap_vsockmon_close(NULL, opened, error) != PCAP_VSOCKMON_OK)
		(void)!write(STDIN_FILENO, error, strlen(error));
	_exit(0);
}

bool keeper_start(struct keeper *keeper, const struct pcap_vsockmon_opened *opened)
{
	int ends[2];
	sigset_t all;
	sigset_t before;
	pid_t pid;
	int error;

	*keeper = (struct keeper){.link = -1};
	if (opened->origin != PCAP_VSOCKMON_SHARED)
		return true;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	error = errno;
	if (pid == 0)
		keep(ends[1], opened);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		errno = error;
		return false;
	}
	*keeper = (struct keeper){.pid = pid, .link = ends[0]};
	return true;
}

bool keeper_end(struct keeper *keeper, char error[static PCAP_ERRBUF_SIZE])
{
	size_t length;
	int status = 0;

	shutdown(keeper->link, SHUT_WR);
	length = read_all(keeper->link, error, PCAP_ERRBUF_SIZE - 1);
	error[length] = '\0';
	close(keeper->link);
	while (waitpid(keeper->pid, &status, 0) < 0 && errno == EINTR)
		;
	keeper->pid = 0;
	if (length == 0 && status != 0)
		snprintf(error, PCAP_ERRBUF_SIZE,
			 "the process that removes the interface was killed; as root: ip link del");
	return length == 0 && status == 0;
}
