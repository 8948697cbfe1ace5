/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * peak MIB COMMAND...: runs the command, and prints its largest resident memory on standard error.
 * The exit status is the command's, or 99 if the memory was more than MIB.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOO_MUCH 99

int main(int argc, char **argv)
{
	struct rusage usage;
	long limit;
	pid_t child;
	int status;

	if (argc < 3)
		return 2;
	limit = strtol(argv[1], NULL, 10);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	while (wait4(child, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return 2;
	/* ru_maxrss is in KiB. */
	fprintf(stderr, "peak %ld MiB of %ld\n", usage.ru_maxrss / 1024, limit);
	if (usage.ru_maxrss > limit * 1024)
		return TOO_MUCH;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
