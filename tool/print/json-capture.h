/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of the capture as a whole, in JSON: a line with the one key "capture". */
#ifndef VSOCKDUMP_PRINT_JSON_CAPTURE_H
#define VSOCKDUMP_PRINT_JSON_CAPTURE_H

#include "lib/capture-file/origin.h"
#include "tool/print/output.h"

/* `packets` were seen, and `not_written` of them could not be written to -w's file. */
void json_capture(struct output *out, const struct capture_origin *origin,
		  const struct capture_statistics *statistics, uint64_t packets,
		  uint64_t not_written);

#endif
