/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_CHECK_SCREEN_H
#define VSOCKDUMP_CHECK_SCREEN_H

#include "tool/check/facts.h"
#include "tool/check/report.h"
#include "tool/print/output.h"

/* 80 columns for a person. `quiet`: only problems and the result. */
void check_print_text(struct output *out, const struct check_report *report,
		      const struct check_facts *facts, bool quiet);

/* A line of JSON for each row and each listener, and one for the result. */
void check_print_json(struct output *out, const struct check_report *report,
		      const struct check_facts *facts);

/* "stream"; NULL for an unknown type. */
const char *check_socket_type(uint32_t type);

#endif
