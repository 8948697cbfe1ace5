/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All stages: the one error of a compilation. It says where in the expression the error is, and
 * what was expected there. The first error is kept, because it causes later ones.
 */
#ifndef PCAP_VSOCKMON_FILTER_ERROR_H
#define PCAP_VSOCKMON_FILTER_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct filter_error {
	const char *expression;
	char *errbuf;    /* PCAP_ERRBUF_SIZE */
	unsigned column; /* of the mistake, from 1, in characters; 0: no place in particular */
	bool set;
};

/* An error at a byte of the expression: "column N: ...". */
void filter_error_at(struct filter_error *error, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An error of the expression as a whole. */
void filter_error(struct filter_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for filter_quote() with any text. */
#define FILTER_QUOTE_MAX 48

/* Text of the expression for a message: in quotes, printable, and not too long. */
const char *filter_quote(char quoted[static FILTER_QUOTE_MAX], const char *text, size_t length);

#endif
