/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes a network namespace that exists as long as the sockets that were made in it.
 *
 * unshare(CLONE_NEWNET) moves the calling thread only. A separate thread has nothing to restore: it
 * ends, and its sockets stay where they were made. When the last of them is closed, the kernel
 * removes the namespace and its interfaces. The caller's thread would need setns() to come back.
 * That can fail, and would strand the caller.
 *
 * System calls: clone3, unshare (CAP_SYS_ADMIN), and those of the work.
 */
#include "pcap-vsockmon/namespace.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

struct task {
	void (*work)(void *context);
	void *context;
	int error;
};

static void *run(void *argument)
{
	struct task *task = argument;

	if (unshare(CLONE_NEWNET) != 0)
		task->error = errno;
	else
		task->work(task->context);
	return NULL;
}

int vsockmon_in_new_namespace(void (*work)(void *context), void *context)
{
	struct task task = {.work = work, .context = context};
	sigset_t all, before;
	int cancel_state, error;
	pthread_t thread;

	/*
	 * The thread inherits a mask that keeps the program's signal handlers off it. The caller
	 * must not be cancelled, because the thread uses a task on the caller's stack.
	 */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, run, &task);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error) {
		pthread_join(thread, NULL);
		error = task.error;
	}
	pthread_setcancelstate(cancel_state, NULL);
	return error;
}
