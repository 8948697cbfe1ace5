/* SPDX-License-Identifier: BSD-3-Clause */
/* The fields that an expression can name, and what their values are called. */
#ifndef PCAP_VSOCKMON_FILTER_PARSE_FIELD_H
#define PCAP_VSOCKMON_FILTER_PARSE_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "pcap-vsockmon/filter/lex.h"
#include "pcap-vsockmon/filter/tree.h"

enum filter_field_id {
	FILTER_FIELD_CID,
	FILTER_FIELD_PORT,
	FILTER_FIELD_TRANSPORT,
	FILTER_FIELD_OP,
	FILTER_FIELD_TYPE,
	FILTER_FIELD_LEN,
	FILTER_FIELD_FLAGS,
	FILTER_FIELD_BUF_ALLOC,
	FILTER_FIELD_FWD_CNT,
	FILTER_FIELD_MONITOR_OP, /* has no keyword of its own: the groups of ops test it */
	FILTER_FIELDS
};

struct filter_field {
	const char *keyword;
	const char *value; /* what stands behind the keyword, in words: "expected ..." */
	bool pair;         /* the place is the sender's; the receiver's follows */
	bool listed;       /* may stand before a value or a list of them: "port 22 or 80" */
	struct filter_place place;
	int (*by_name)(const char *name); /* the number for a name, or -1; NULL: no names */
};

extern const struct filter_field filter_fields[FILTER_FIELDS];

/* The field whose keyword this token is, or NULL. */
const struct filter_field *filter_field_of(const struct filter_token *token);

/* The value of the monitor header's op for a group of ops, or -1. */
int filter_op_group(const struct filter_token *token);

#endif
