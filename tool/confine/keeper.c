/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/confine/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/confine/sandbox.h"

const struct system_call keeper_system_calls[] = {
    CALL("shutdown"),
    CALL("read"),
    CALL("wait4"),
    SYSTEM_CALLS_END,
};

/*
 * The keeper asks for these to remove the interface by libnl. Every other one fails or kills it. On
 * i386 and s390x socketcall(2) has the family in memory, so libseccomp allows every one there.
 */
static const struct system_call keeper_process_system_calls[] = {
    CALL("read"),     CALL("write"),       CALL_WITH("socket", 0, UINT32_MAX, AF_NETLINK),
    CALL("bind"),     CALL("getsockname"), CALL("setsockopt"),
    CALL("sendmsg"),  CALL("recvmsg"),     CALL("capget"), /* to say which capability is missing */
    SYSTEM_CALLS_END,
};

/* The keeper's first byte: it has given up its other rights, and waits. No message begins so. */
static const char ready = '\0';

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

/* closefrom(3), which musl lacks. */
static void close_from(int first)
{
	struct rlimit files = {.rlim_cur = 1024};

	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
	/* Linux before 5.9. */
	(void)getrlimit(RLIMIT_NOFILE, &files);
	for (int fd = first; (rlim_t)fd < files.rlim_cur; fd++)
		(void)close(fd);
}

/* Nothing of the capture stays open in the child: no file, and no pipe of a reader's. */
static void close_others(int link)
{
	(void)dup2(link, STDIN_FILENO);
	close_from(STDOUT_FILENO);
	/* The numbers are used up, so that no socket gets that of standard error. */
	(void)open("/dev/null", O_WRONLY);
	(void)open("/dev/null", O_WRONLY);
}

/* Landlock and seccomp are a second fence, as in confine.c: a kernel may lack them. */
static void keeper_enter_sandbox(void)
{
	static const struct system_call *const tables[] = {sandbox_base_system_calls,
							   keeper_process_system_calls};
	static const struct output_folders none;

	(void)sandbox_files(&none);
	(void)sandbox_calls(tables, sizeof(tables) / sizeof(tables[0]), &none);
}

/* False at the end of the link: there is nothing to be removed. */
static bool read_order(struct pcap_vsockmon_opened *opened)
{
	ssize_t n;

	do
		n = read(STDIN_FILENO, opened, sizeof(*opened));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*opened);
}

static void answer(const char *text, size_t length)
{
	(void)!write(STDIN_FILENO, text, length);
}

/* All signals are blocked: the terminal's, and a supervisor's to all, are for the capture. */
__attribute__((noreturn)) static void keep(int link, const struct unprivileged *user, bool sandbox)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	struct pcap_vsockmon_opened opened;
	int failed;

	(void)prctl(PR_SET_NAME, "vsockdump-keep", 0, 0, 0);
	close_others(link);
	(void)!chdir("/");
	failed = privileges_keep(user, UINT64_C(1) << CAP_NET_ADMIN);
	if (failed) {
		snprintf(error, sizeof(error), "cannot give up privileges: %s", strerror(failed));
		answer(error, strlen(error));
		_exit(1);
	}
	if (sandbox)
		keeper_enter_sandbox();
	if (!read_order(&opened))
		_exit(0);
	answer(&ready, 1);
	read_all(STDIN_FILENO, error, 0);
	if (pcap_vsockmon_close(NULL, &opened, error) != PCAP_VSOCKMON_OK)
		answer(error, strlen(error));
	_exit(0);
}

bool keeper_start(struct keeper *keeper, const struct unprivileged *user, bool sandbox)
{
	int ends[2];
	sigset_t all;
	sigset_t before;
	pid_t pid;
	int error;

	*keeper = (struct keeper){.link = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	error = errno;
	if (pid == 0)
		keep(ends[1], user, sandbox);
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

static int keeper_wait(struct keeper *keeper)
{
	int status = 0;

	close(keeper->link);
	while (waitpid(keeper->pid, &status, 0) < 0 && errno == EINTR)
		;
	*keeper = (struct keeper){.link = -1};
	return status;
}

void keeper_dismiss(struct keeper *keeper)
{
	(void)keeper_wait(keeper);
}

bool keeper_watch(struct keeper *keeper, const struct pcap_vsockmon_opened *opened,
		  char error[static PCAP_ERRBUF_SIZE])
{
	size_t length = 0;
	ssize_t n;
	char first;

	error[0] = '\0';
	if (send(keeper->link, opened, sizeof(*opened), MSG_NOSIGNAL) == (ssize_t)sizeof(*opened)) {
		do
			n = read(keeper->link, &first, 1);
		while (n < 0 && errno == EINTR);
		if (n == 1 && first == ready)
			return true;
		if (n == 1)
			error[length++] = first;
	}
	length += read_all(keeper->link, error + length, PCAP_ERRBUF_SIZE - 1 - length);
	error[length] = '\0';
	if (length == 0)
		snprintf(error, PCAP_ERRBUF_SIZE, "it ended at once");
	keeper_dismiss(keeper);
	return false;
}

bool keeper_end(struct keeper *keeper, char error[static PCAP_ERRBUF_SIZE])
{
	size_t length;
	int status;

	shutdown(keeper->link, SHUT_WR);
	length = read_all(keeper->link, error, PCAP_ERRBUF_SIZE - 1);
	error[length] = '\0';
	status = keeper_wait(keeper);
	if (length == 0 && status != 0)
		snprintf(error, PCAP_ERRBUF_SIZE,
			 "the process that removes the interface was killed; as root: ip link del");
	return length == 0 && status == 0;
}
