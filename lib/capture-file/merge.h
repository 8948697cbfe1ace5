/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads several capture files as one: their packets in the order of their times. The result is a
 * struct capture_reader, so code that reads one file can read several.
 *
 * Each interface of each file is a capture point. But an interface continues the point of an
 * earlier file that ended before, if both files describe it in the same way, as those of a rotating
 * capture do.
 *
 * Packets are numbered from 1 in their common order. If one file is cut or damaged, the others are
 * read to their ends; capture_reader_error() has the first such message, and the others are
 * warnings.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_MERGE_H
#define VSOCK_LIB_CAPTURE_FILE_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/capture-file/record.h"

struct capture_reader;

/*
 * Opens all of 1 to CAPTURE_INPUTS_MAX files, as capture_reader_open() does. One file is read
 * without any merging. The paths must stay valid.
 */
struct capture_reader *capture_merge_open(const char *const *paths, size_t count,
					  char error[static CAPTURE_ERROR_MAX]);

/*
 * Calls `take` while records are read, when no more packets come from a point. `end` is when its
 * file's capture ended, as far as that is known. If another file continues the point, calls `take`
 * again with an end of 0.
 */
void capture_merge_on_end(struct capture_reader *reader,
			  void (*take)(void *context, uint16_t point, uint64_t end), void *context);

/*
 * Calls `take` for each comment of a packet, right before the packet is returned, and for each
 * comment of statistics. Those of packets of another link type are skipped. If there are several
 * files, comments may come earlier than their packets. The text is not null-terminated.
 */
void capture_merge_on_comment(struct capture_reader *reader,
			      void (*take)(void *context, const char *text, size_t length),
			      void *context);

#endif
