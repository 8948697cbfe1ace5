/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/identity/machine-file.h"

#include <string.h>

#include "lib/common/number.h"

#define NUMBER_ROOM 16

/* Copies the number of the line "KEY=NUMBER". */
static bool line_number(const char *text, const char *key, uint64_t least, uint64_t most,
			uint64_t *number)
{
	size_t length = strlen(key);
	char digits[NUMBER_ROOM];
	size_t count;

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, length) != 0)
			continue;
		count = strcspn(text + length, "\n");
		if (count >= sizeof(digits))
			return false;
		memcpy(digits, text + length, count);
		digits[count] = '\0';
		return parse_number(digits, least, most, number);
	}
	return false;
}

bool machine_file_read(struct machine_file *machine, const char *text)
{
	uint64_t cid;
	uint64_t leader;

	/* A machine without a CID has 4294967295. */
	if (!line_number(text, "VSOCK_CID=", 3, UINT32_MAX - 1, &cid))
		return false;
	machine->cid = (uint32_t)cid;
	machine->leader =
	    line_number(text, "LEADER=", 1, INT32_MAX, &leader) ? (uint32_t)leader : 0;
	return true;
}
