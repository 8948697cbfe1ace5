/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capture as a whole, in JSON: a line of kind "capture". */
#ifndef VSOCKDUMP_PRINT_JSON_CAPTURE_H
#define VSOCKDUMP_PRINT_JSON_CAPTURE_H

#include "lib/capture-file/origin.h"
#include "tool/print/json-context.h"
#include "tool/print/output.h"

struct json_capture_facts {
	const struct capture_origin *origin;
	const struct capture_statistics *statistics;
	uint64_t packets;     /* that were seen */
	uint64_t not_written; /* that could not be written to -w's file */
	uint64_t first_ts;    /* the lowest and the highest time of a packet */
	uint64_t last_ts;
};

void json_capture(struct output *out, struct json_context *context,
		  const struct json_capture_facts *facts);

#endif
