/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/vm-comment.h"

#include <string.h>

#include "lib/common/comment.h"

#define KIND "vm"

size_t vm_comment_write(char text[static VM_COMMENT_MAX], uint32_t cid, const char *name)
{
	struct comment_writer writer;

	comment_begin(&writer, text, VM_COMMENT_MAX, KIND);
	comment_put_number(&writer, "cid", cid);
	comment_put_text(&writer, "name", name);
	return writer.full ? 0 : writer.length;
}

bool vm_comment_read(uint32_t *cid, char name[static VSOCK_CID_NAME_LEN + 1], const char *text,
		     size_t length)
{
	enum comment_result result = COMMENT_BAD;
	char value[VSOCK_CID_NAME_LEN + 1];
	struct comment_reader reader;
	struct comment_text key;
	bool has_cid = false;
	size_t size;

	name[0] = '\0';
	if (!comment_open(&reader, text, length, &key) || !comment_is(key, KIND))
		return false;
	while ((result = comment_next(&reader, &key, value, sizeof(value), &size)) ==
	       COMMENT_FIELD) {
		uint64_t number;

		if (comment_is(key, "name"))
			memcpy(name, value, size + 1);
		if (!comment_is(key, "cid"))
			continue;
		has_cid = comment_number(value, UINT32_MAX, &number);
		*cid = has_cid ? (uint32_t)number : 0;
	}
	return result == COMMENT_END && has_cid && *name;
}
