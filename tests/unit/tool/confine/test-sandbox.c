/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/confine/sandbox*.c.
 *
 * What the sandbox allows and what it forbids. A child does each act: it confines itself first, and
 * ends with the act's errno, or by a signal.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <seccomp.h>

#include "tool/confine/sandbox.h"
#include "tool/mode/stream-files.h"
#include "tool/print/output.h"

#define UNHEARD_OF 250 /* not an errno: the fixture itself failed */

static char folder[] = "/tmp/vsockdump-sandbox-XXXXXX";
static int folder_fd;

static const struct system_call *const tables[] = {
    sandbox_base_system_calls,
    sandbox_thread_system_calls,
    output_system_calls,
    stream_files_system_calls,
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return folder_fd < 0 ? -1 : 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlinkat(folder_fd, "made", 0);
	close(folder_fd);
	return rmdir(folder);
}

enum fences { CALLS = 1, FILES = 2, NETLINK = 4 };

/* For a process that may make a socket of one kind, as the keeper of an interface may. */
static const struct system_call netlink_system_calls[] = {
    CALL_WITH("socket", 0, UINT32_MAX, AF_NETLINK),
    SYSTEM_CALLS_END,
};

static bool confined(unsigned fences)
{
	static const struct system_call *const netlink[] = {sandbox_base_system_calls,
							    netlink_system_calls};
	struct output_folders folders = {1, {{.fd = folder_fd, .path = folder, .file = -1}}};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	if ((fences & FILES) && sandbox_files(&folders) != 0)
		return false;
	if (fences & NETLINK)
		return sandbox_calls(netlink, 2, &folders) == 0;
	return !(fences & CALLS) || sandbox_calls(tables, TABLES, &folders) == 0;
}

/* Returns the act's errno (0: it succeeded), or minus the signal that ended it. */
static int outcome(unsigned fences, int (*act)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (!confined(fences))
			_exit(UNHEARD_OF);
		errno = 0;
		_exit(act() < 0 ? errno : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		return -WTERMSIG(status);
	assert_int_not_equal(WEXITSTATUS(status), UNHEARD_OF);
	return WEXITSTATUS(status);
}

static int open_passwd(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int open_passwd_from_folder(void)
{
	return openat(folder_fd, "/etc/passwd", O_RDONLY);
}

static int climb_out_of_folder(void)
{
	return openat(folder_fd, "../vsockdump-sandbox-climber", O_WRONLY | O_CREAT, 0600);
}

static int make_in_folder(void)
{
	int fd = openat(folder_fd, "made", O_WRONLY | O_CREAT, 0600);

	if (fd < 0 || write(fd, "x", 1) != 1 || ftruncate(fd, 0) < 0 || close(fd) < 0)
		return -1;
	return faccessat(folder_fd, "made", F_OK, AT_SYMLINK_NOFOLLOW);
}

static int read_folder(void)
{
	return openat(folder_fd, ".", O_RDONLY | O_DIRECTORY);
}

static int open_in_current(void)
{
	return openat(AT_FDCWD, "made", O_WRONLY | O_CREAT, 0600);
}

static int stat_passwd(void)
{
	struct stat status;

	return stat("/etc/passwd", &status);
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int make_vsock(void)
{
	return socket(AF_VSOCK, SOCK_STREAM, 0);
}

static int make_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static int run_shell(void)
{
	return execl("/bin/sh", "sh", "-c", ":", (char *)NULL);
}

static int make_process(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child;
}

static int kill_parent(void)
{
	return kill(getppid(), 0);
}

static int trace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int become_root(void)
{
	return (int)syscall(SYS_setresuid, 0, 0, 0);
}

static int signal_another_process(void)
{
	return (int)syscall(SYS_tgkill, getppid(), getppid(), SIGTERM);
}

static int map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
		       MAP_FAILED
		   ? -1
		   : 0;
}

static int make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? -1 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int leave_namespace(void)
{
	return unshare(CLONE_NEWUSER);
}

/* A harmless call that no table names, such as one that a later libc makes. */
static int unknown_to_tables(void)
{
	return (int)syscall(SYS_getpriority, 0, 0);
}

static int use_memory(void)
{
	for (size_t size = 1; size < (size_t)64 << 20; size *= 4) {
		char *memory = malloc(size);

		if (!memory)
			return -1;
		memory[size - 1] = 1;
		memory = realloc(memory, size * 2);
		if (!memory)
			return -1;
		free(memory);
	}
	return 0;
}

static int use_time(void)
{
	struct timespec pause = {.tv_nsec = 1};
	struct tm local;
	time_t now = time(NULL);

	if (nanosleep(&pause, NULL) < 0 || clock_gettime(CLOCK_MONOTONIC_COARSE, &pause) < 0)
		return -1;
	return localtime_r(&now, &local) ? 0 : -1;
}

static void *work(void *argument)
{
	free(malloc(1000));
	/* A thread may do no more than the thread that started it. */
	return open_passwd() < 0 ? argument : NULL;
}

static int use_thread(void)
{
	pthread_t thread;
	void *result = NULL;

	errno = pthread_create(&thread, NULL, work, &result);
	if (errno)
		return -1;
	pthread_join(thread, &result);
	return result ? 0 : -1;
}

static int end_by_abort(void)
{
	abort();
}

static int end_by_own_signal(void)
{
	signal(SIGTERM, SIG_DFL);
	return raise(SIGTERM);
}

static void every_name_is_a_system_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < TABLES; i++)
		for (const struct system_call *call = tables[i]; call->name; call++)
			if (seccomp_syscall_resolve_name(call->name) == __NR_SCMP_ERROR)
				fail_msg("%s", call->name);
	for (const struct system_call *call = sandbox_deadly_system_calls; call->name; call++)
		if (seccomp_syscall_resolve_name(call->name) == __NR_SCMP_ERROR &&
		    strcmp(call->name, "memfd_secret") != 0)
			fail_msg("%s", call->name);
}

static void what_a_run_needs_goes_on(void **state)
{
	(void)state;
	assert_int_equal(outcome(CALLS, use_memory), 0);
	assert_int_equal(outcome(CALLS, use_time), 0);
	assert_int_equal(outcome(CALLS, use_thread), 0);
	assert_int_equal(outcome(CALLS, make_in_folder), 0);
	assert_int_equal(outcome(CALLS, end_by_abort), -SIGABRT);
	assert_int_equal(outcome(CALLS, end_by_own_signal), -SIGTERM);
}

static void other_files_are_denied(void **state)
{
	(void)state;
	assert_int_equal(outcome(CALLS, open_passwd), EPERM);
	assert_int_equal(outcome(CALLS, open_in_current), EPERM);
	assert_int_equal(outcome(CALLS, stat_passwd), EPERM);
}

static void harmless_calls_fail(void **state)
{
	(void)state;
	assert_int_equal(outcome(CALLS, unknown_to_tables), EPERM);
	assert_int_equal(outcome(CALLS, make_process), EPERM);
	assert_int_equal(outcome(CALLS, signal_another_process), EPERM);
	assert_int_equal(outcome(CALLS, map_code), EPERM);
	assert_int_equal(outcome(CALLS, make_code), EPERM);
}

static void hostile_calls_kill(void **state)
{
	(void)state;
	assert_int_equal(outcome(CALLS, make_socket), -SIGSYS);
	assert_int_equal(outcome(CALLS, make_vsock), -SIGSYS);
	assert_int_equal(outcome(CALLS, run_shell), -SIGSYS);
	assert_int_equal(outcome(CALLS, kill_parent), -SIGSYS);
	assert_int_equal(outcome(CALLS, trace), -SIGSYS);
	assert_int_equal(outcome(CALLS, become_root), -SIGSYS);
	assert_int_equal(outcome(CALLS, leave_namespace), -SIGSYS);
}

static void a_table_allows_one_kind_of_socket(void **state)
{
	(void)state;
	assert_int_equal(outcome(CALLS, make_netlink), -SIGSYS);
	assert_int_equal(outcome(NETLINK, make_netlink), 0);
	assert_int_equal(outcome(NETLINK, run_shell), -SIGSYS);
	/* Where the family may be in memory, no filter sees it: i386, s390x. */
	if (seccomp_syscall_resolve_name("socketcall") >= 0)
		return;
	assert_int_equal(outcome(NETLINK, make_socket), EPERM);
	assert_int_equal(outcome(NETLINK, make_vsock), EPERM);
}

/* Where the kernel has Landlock: a path that leads out of the folder is no way out. */
static void the_folder_is_all_there_is(void **state)
{
	static const struct output_folders none;

	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1) < 0) {
		/* Then sandbox_files() says so, and tests/live has a kernel with it. */
		assert_true(errno == ENOSYS || errno == EOPNOTSUPP);
		assert_int_equal(sandbox_files(&none), errno);
		return;
	}
	assert_int_equal(outcome(FILES, make_in_folder), 0);
	assert_int_equal(outcome(FILES, open_passwd), EACCES);
	assert_int_equal(outcome(CALLS | FILES, make_in_folder), 0);
	assert_int_equal(outcome(CALLS | FILES, open_passwd_from_folder), EACCES);
	assert_int_equal(outcome(CALLS | FILES, climb_out_of_folder), EACCES);
	assert_int_equal(outcome(CALLS | FILES, read_folder), EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_name_is_a_system_call),
	    cmocka_unit_test(what_a_run_needs_goes_on),
	    cmocka_unit_test(other_files_are_denied),
	    cmocka_unit_test(harmless_calls_fail),
	    cmocka_unit_test(hostile_calls_kill),
	    cmocka_unit_test(a_table_allows_one_kind_of_socket),
	    cmocka_unit_test(the_folder_is_all_there_is),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
