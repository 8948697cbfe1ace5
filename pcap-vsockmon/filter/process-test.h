/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words "pid" and "command" of an expression. No byte of a frame says which process sent it, so
 * BPF cannot test them. The caller knows the processes: it compiles one program for each
 * combination of their outcomes, finds the outcomes for a frame, and runs the program for them.
 */
#ifndef PCAP_VSOCKMON_FILTER_PROCESS_TEST_H
#define PCAP_VSOCKMON_FILTER_PROCESS_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "pcap-vsockmon/pcap-vsockmon.h"

/* As in the kernel, with the terminating null. */
#define FILTER_COMMAND_MAX 16

struct filter_process_test {
	bool by_pid;
	uint32_t pid;                     /* by_pid */
	char command[FILTER_COMMAND_MAX]; /* otherwise */
};

struct filter_process_tests {
	/*
	 * The outcome of the test in the program that is compiled: 0 or 1. -1: there are too many
	 * tests. The same test may be asked several times.
	 */
	int (*outcome)(void *context, const struct filter_process_test *test);
	void *context;
};

/*
 * Like pcap_vsockmon_compile(). Without `tests`, which may be NULL, the two words are errors that
 * say what to do.
 */
int filter_compile(struct bpf_program *program, const char *expression, int optimise,
		   const struct pcap_vsockmon_names *names,
		   const struct filter_process_tests *tests, unsigned *column, char *errbuf);

#endif
