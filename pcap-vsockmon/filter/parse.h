/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "parse": from an expression to its syntax tree. */
#ifndef PCAP_VSOCKMON_FILTER_PARSE_H
#define PCAP_VSOCKMON_FILTER_PARSE_H

#include "pcap-vsockmon/filter/arena.h"
#include "pcap-vsockmon/filter/error.h"
#include "pcap-vsockmon/filter/tree.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

/* Longer expressions are refused: what they ask for would not fit in a program anyway. */
#define FILTER_MAX_TEXT 65536

/*
 * Reads error->expression. True with its tree, of the arena's memory, in *tree (NULL for an
 * expression of nothing but blanks); false with the error set. `names` may be NULL.
 */
bool filter_parse(struct filter_node **tree, struct filter_arena *arena,
		  const struct pcap_vsockmon_names *names, struct filter_error *error);

#endif
