/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure COMMAND ARGUMENT...: runs a command with its output thrown away and prints the seconds of
 * processor time and of wall time that it took, its largest memory in KiB, and its exit status.
 *
 * It is a small program, because a child's largest memory counts from its parent's. A script's
 * interpreter would hide smaller values.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(char **command)
{
	int fd = open("/dev/null", O_RDWR);

	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	double start = now();
	int status;
	pid_t child;

	if (argc < 2) {
		fprintf(stderr, "usage: measure COMMAND ARGUMENT...\n");
		return 2;
	}
	child = fork();
	if (child == 0)
		run(argv + 1);
	if (child < 0 || wait4(child, &status, 0, &usage) != child) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	printf("%.6f %.6f %ld %d\n", seconds(usage.ru_utime) + seconds(usage.ru_stime),
	       now() - start, usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return EXIT_SUCCESS;
}
