/* SPDX-License-Identifier: BSD-3-Clause */
/* The name of a virtual machine as a comment of a pcapng file: see comment.h. */
#ifndef VSOCK_LIB_COMMON_VM_COMMENT_H
#define VSOCK_LIB_COMMON_VM_COMMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cid-names.h"

#define VM_COMMENT_MAX 128

/* Returns the length. */
size_t vm_comment_write(char text[static VM_COMMENT_MAX], uint32_t cid, const char *name);

/* False if the comment is something else, or damaged. */
bool vm_comment_read(uint32_t *cid, char name[static VSOCK_CID_NAME_LEN + 1], const char *text,
		     size_t length);

#endif
