/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lib/common/patience.h"

/* timeout(1) and terminals send a signal twice at once, so only a later one is a second request. */
#define SECOND_WISH_SECONDS 1

volatile sig_atomic_t signals_flag_stop;
volatile sig_atomic_t signals_flag_snapshot;
volatile sig_atomic_t signals_flag_flush;
volatile sig_atomic_t signals_patience;

/* For the pipe. The sandbox always allows the other calls of handlers. */
const struct system_call signals_system_calls[] = {
    CALL("read"),
    CALL("write"),
    CALL("setitimer"),
    SYSTEM_CALLS_END,
};

/* Globals, because a handler can reach nothing else. */
static int wake_pipe[2] = {-1, -1};
static struct timespec first_stop;
static bool on_terminal;
static void (*restore_screen)(void);
static volatile sig_atomic_t came_for_screen[NSIG];

/* These kill a process that does not handle them, and a fault makes some of them. */
static const int deadly[] = {SIGQUIT, SIGILL,  SIGABRT,   SIGBUS,  SIGFPE, SIGSEGV, SIGSYS,
			     SIGXCPU, SIGTRAP, SIGVTALRM, SIGPROF, SIGIO,  SIGPWR};
static const int of_screen[] = {SIGWINCH, SIGTSTP, SIGCONT};

static void wake(void)
{
	int saved = errno;

	/* If the pipe is full, it is readable anyway. */
	if (write(wake_pipe[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

/* Delivered when the handler returns. */
static void die_of(int signal_number)
{
	if (restore_screen)
		restore_screen();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void begin_patience(void)
{
	const struct timeval interval = {.tv_usec = PATIENCE_INTERVAL_MS * 1000L};

	setitimer(ITIMER_REAL, &(struct itimerval){interval, interval}, NULL);
}

static void on_interval(int signal_number)
{
	(void)signal_number;
	signals_patience++;
}

static void on_stop(int signal_number)
{
	int saved = errno;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!signals_flag_stop) {
		first_stop = now;
		signals_flag_stop = signal_number;
		if (signal_number != SIGINT || !on_terminal)
			begin_patience();
	} else if (now.tv_sec - first_stop.tv_sec > SECOND_WISH_SECONDS) {
		die_of(signal_number);
	}
	wake();
	errno = saved;
}

static void on_snapshot(int signal_number)
{
	(void)signal_number;
	signals_flag_snapshot = 1;
	wake();
}

static void on_flush(int signal_number)
{
	(void)signal_number;
	signals_flag_flush = 1;
	wake();
}

static void on_screen_signal(int signal_number)
{
	came_for_screen[signal_number] = 1;
	wake();
}

/* Blocking calls are interrupted (no SA_RESTART). Their callers repeat them. */
static void install(int signal_number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigfillset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

void signals_ignore_write_failures(void)
{
	install(SIGPIPE, SIG_IGN);
	install(SIGXFSZ, SIG_IGN);
}

bool signals_install(void)
{
	struct sigaction hangup;

	if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	/* Also if they are ignored: a shell ignores them for programs in the background. */
	install(SIGINT, on_stop);
	install(SIGTERM, on_stop);
	install(SIGUSR1, on_snapshot);
	install(SIGUSR2, on_flush);
	install(SIGALRM, on_interval);
	on_terminal = isatty(STDERR_FILENO);

	/* But SIGHUP stays ignored, for nohup(1). */
	sigaction(SIGHUP, NULL, &hangup);
	if (hangup.sa_handler != SIG_IGN)
		install(SIGHUP, on_stop);
	return true;
}

void signals_install_screen(void (*restore)(void))
{
	restore_screen = restore;
	for (size_t i = 0; i < sizeof(of_screen) / sizeof(of_screen[0]); i++)
		install(of_screen[i], on_screen_signal);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
		struct sigaction action;

		/* A sanitizer has its own. */
		if (sigaction(deadly[i], NULL, &action) == 0 && action.sa_handler == SIG_DFL)
			install(deadly[i], die_of);
	}
}

bool signals_read_screen(int signal_number)
{
	bool came = came_for_screen[signal_number];

	came_for_screen[signal_number] = 0;
	return came;
}

void signals_ask_to_stop(void)
{
	if (!signals_flag_stop)
		signals_flag_stop = SIGTERM;
	wake();
}

int signals_fd(void)
{
	return wake_pipe[0];
}

void signals_acknowledge(void)
{
	char bytes[64];

	while (read(wake_pipe[0], bytes, sizeof(bytes)) > 0)
		;
}

bool signals_interrupted(void)
{
	return signals_flag_stop == SIGINT;
}

bool signals_read_snapshot(void)
{
	if (!signals_flag_snapshot)
		return false;
	signals_flag_snapshot = 0;
	return true;
}

bool signals_read_flush(void)
{
	if (!signals_flag_flush)
		return false;
	signals_flag_flush = 0;
	return true;
}
