/* SPDX-License-Identifier: BSD-3-Clause */
/* Processes and failed connections as comments of a pcapng file: see comment.h. */
#ifndef VSOCK_LIB_COMMON_PROCESS_COMMENT_H
#define VSOCK_LIB_COMMON_PROCESS_COMMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/common/comment.h"
#include "lib/common/process-table.h"

/* More than any of these comments takes: each byte of a name may become four. */
#define PROCESS_COMMENT_MAX 2560

/* Returns the length. */
size_t process_comment_write(char text[static PROCESS_COMMENT_MAX],
			     const struct process_entry *entry);

/* False if the comment is something else, or damaged. */
bool process_comment_read(struct process_entry *entry, const char *text, size_t length);

#endif
