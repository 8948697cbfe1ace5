/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage "parse": the fields that an expression can name, and the names of their values. */
#ifndef PCAP_VSOCKMON_FILTER_PARSE_FIELD_H
#define PCAP_VSOCKMON_FILTER_PARSE_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "pcap-vsockmon/filter/lex.h"
#include "pcap-vsockmon/filter/tree.h"

/* The fields that other words of the language test. The others are found only by keyword. */
enum filter_field_id {
	FILTER_FIELD_CID,
	FILTER_FIELD_PORT,
	FILTER_FIELD_OP,
	FILTER_FIELD_TYPE,
	FILTER_FIELD_FLAGS,
	FILTER_FIELD_MONITOR_OP, /* without a keyword: the groups of ops test it */
};

struct filter_field {
	const char *keyword;
	const char *values; /* of a listed field without names, for messages: "a port number" */
	/*
	 * They return the number of a name, or -1; the name of a number, or NULL. Both NULL: no
	 * names.
	 */
	int (*by_name)(const char *name);
	const char *(*name_of)(uint16_t number);
	struct filter_place place;
	bool pair;   /* the place is the sender's; the receiver's follows */
	bool listed; /* takes a value or a list of them: "port 22 or 80" */
	bool words;  /* a name of a value is a test without the keyword: "rst" is "op rst" */
};

/* The fields that have an id come first. */
extern const struct filter_field filter_fields[];

/* The field whose keyword this token is, or NULL. */
const struct filter_field *filter_field_of(const struct filter_token *token);

/* The field at this place, or NULL. A pair is at the place of the receiver, too. */
const struct filter_field *filter_field_at(const struct filter_place *place);

/* Room for filter_field_values(). */
#define FILTER_FIELD_VALUES_MAX 192

/* What may be written after the keyword of a listed field, in words: "stream or a number". */
const char *filter_field_values(const struct filter_field *field,
				char text[static FILTER_FIELD_VALUES_MAX]);

/* Room for a name of a value. No name is longer. */
#define FILTER_FIELD_NAME_MAX 64

/* The value that this name has in the field, or -1. A hyphen is as good as an underscore. */
int filter_field_by_name(const struct filter_field *field, const struct filter_token *token);

/* The field with a value of this name, if that name alone is a word; or NULL. */
const struct filter_field *filter_field_of_name(const struct filter_token *token);

/* The value of the monitor header's op for a group of ops, or -1. */
int filter_op_group(const struct filter_token *token);

#endif
