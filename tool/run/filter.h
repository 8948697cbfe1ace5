/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter of a run: the expression of the command line or of -F's file, compiled to BPF. */
#ifndef VSOCKDUMP_RUN_FILTER_H
#define VSOCKDUMP_RUN_FILTER_H

#include <stdbool.h>

#include <pcap/pcap.h>

#include "lib/capture-file/record.h"
#include "lib/common/process-table.h"
#include "pcap-vsockmon/filter/process-test.h"
#include "tool/exit-status.h"
#include "tool/settings.h"

/* A file of -F with this many bytes or more is no expression. */
#define FILTER_FILE_MAX ((size_t)1024 * 1024)

/* Different tests of processes that an expression may have. */
#define FILTER_PROCESS_TESTS_MAX 4

struct filter_variant {
	struct bpf_program program;
	/*
	 * For filters in user space: the same filter without optimization. It decides on frames
	 * that were cut, where the optimized program may leave out a test whose bytes are missing.
	 * Empty if the filter does not need it.
	 */
	struct bpf_program exact;
	uint32_t reach; /* a frame with at least so many bytes has all that `exact` may read */
};

struct filter {
	/*
	 * One for each combination of outcomes of the tests of processes; bit i of the index is the
	 * outcome of test i. Without such tests, the first one is the filter.
	 */
	struct filter_variant variants[1 << FILTER_PROCESS_TESTS_MAX];
	struct filter_process_test tests[FILTER_PROCESS_TESTS_MAX];
	unsigned test_count;
	const struct process_table *processes;
};

/* Whether the filter asks for processes, which only user space knows. */
static inline bool filter_asks_for_processes(const struct filter *filter)
{
	return filter && filter->test_count > 0;
}

/*
 * Compiles the filter of the settings. Without a filter, the program accepts everything. Returns
 * EXIT_OK, or another exit status after a message. After EXIT_OK, call filter_close() later.
 */
enum exit_status filter_open(struct filter *filter, const struct settings *settings);
void filter_close(struct filter *filter);

/* Whether the kernel would have let the packet through, if it knew the processes. */
bool filter_passes(const struct filter *filter, const struct capture_record *record);

/* How many bytes of a frame the filter may look at; UINT32_MAX: all. */
uint32_t filter_reach(const struct filter *filter);

/* -d, -dd, -ddd: the program on standard output, in libpcap's three forms. */
enum exit_status filter_print(const struct filter *filter, unsigned form);

#endif
