/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "parse": from an expression to its syntax tree. */
#ifndef PCAP_VSOCKMON_FILTER_PARSE_H
#define PCAP_VSOCKMON_FILTER_PARSE_H

#include "pcap-vsockmon/filter/arena.h"
#include "pcap-vsockmon/filter/error.h"
#include "pcap-vsockmon/filter/process-test.h"
#include "pcap-vsockmon/filter/tree.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

/* Longer expressions are refused. Their programs would be too long anyway. */
#define FILTER_MAX_TEXT 65536

/*
 * Reads error->expression. Returns true with its tree in *tree, or NULL for an expression of blanks
 * only. The tree is in the arena. Returns false with the error set. `names` and `tests` may be
 * NULL.
 */
bool filter_parse(struct filter_node **tree, struct filter_arena *arena,
		  const struct pcap_vsockmon_names *names, const struct filter_process_tests *tests,
		  struct filter_error *error);

#endif
