/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/cid-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/common/number.h"

/* More than a valid line needs. A longer line is an error, and is never stored completely. */
#define LINE_SIZE 1024

static const char blanks[] = " \t\r";

/* A CID in decimal or 0x-hexadecimal. Names are not allowed, because this file defines them. */
static bool parse_cid(const char *text, uint32_t *cid)
{
	uint64_t value;

	if (!parse_number_any_base(text, 0, UINT32_MAX, &value))
		return false;
	*cid = (uint32_t)value;
	return true;
}

static enum vsock_cid_names_result add(struct vsock_cid_names *names, const char *cid_text,
				       const char *name)
{
	uint32_t cid;

	if (!parse_cid(cid_text, &cid))
		return VSOCK_CID_NAMES_BAD_CID;
	return vsock_cid_names_add(names, cid, name);
}

bool cid_file_assign(struct vsock_cid_names *names, const char *assignment,
		     char error[static CID_FILE_ERROR_MAX])
{
	const char *equals = strchr(assignment, '=');
	enum vsock_cid_names_result result = VSOCK_CID_NAMES_BAD_CID;
	size_t length;
	char cid[32];

	if (!equals) {
		snprintf(error, CID_FILE_ERROR_MAX, "'%.64s' is not of the form CID=NAME",
			 assignment);
		return false;
	}

	length = (size_t)(equals - assignment);
	if (length < sizeof(cid)) {
		memcpy(cid, assignment, length);
		cid[length] = '\0';
		result = add(names, cid, equals + 1);
	}
	if (result == VSOCK_CID_NAMES_OK)
		return true;
	snprintf(error, CID_FILE_ERROR_MAX, "'%.128s': %s", assignment,
		 vsock_cid_names_error(result));
	return false;
}

/* Adds the name of one line. NULL, or what is wrong with the line. */
static const char *add_line(struct vsock_cid_names *names, char *line)
{
	enum vsock_cid_names_result result;
	char *rest = NULL;
	const char *cid;
	const char *name;

	line[strcspn(line, "#")] = '\0';
	cid = strtok_r(line, blanks, &rest);
	if (!cid)
		return NULL;
	name = strtok_r(NULL, blanks, &rest);
	if (!name)
		return "a name is missing after the CID";
	if (strtok_r(NULL, blanks, &rest))
		return "more than a CID and a name";
	result = add(names, cid, name);
	return result == VSOCK_CID_NAMES_OK ? NULL : vsock_cid_names_error(result);
}

enum line_result { LINE_READ, LINE_END, LINE_TOO_LONG, LINE_NULL_BYTE, LINE_ERROR };

/* Reads a line without its newline, which the last line may lack. */
static enum line_result read_line(FILE *file, char line[static LINE_SIZE])
{
	size_t length = 0;
	int c;

	while ((c = getc(file)) != EOF && c != '\n') {
		if (c == '\0')
			return LINE_NULL_BYTE;
		if (length == LINE_SIZE - 1)
			return LINE_TOO_LONG;
		line[length++] = (char)c;
	}
	line[length] = '\0';
	if (ferror(file))
		return LINE_ERROR;
	return c == EOF && length == 0 ? LINE_END : LINE_READ;
}

static bool read_lines(struct vsock_cid_names *names, FILE *file, const char *path,
		       char error[static CID_FILE_ERROR_MAX])
{
	char line[LINE_SIZE];

	for (unsigned long number = 1;; number++) {
		const char *wrong = NULL;

		switch (read_line(file, line)) {
		case LINE_READ:
			wrong = add_line(names, line);
			break;
		case LINE_END:
			return true;
		case LINE_TOO_LONG:
			wrong = "line too long";
			break;
		case LINE_NULL_BYTE:
			wrong = "a null byte: not a text file";
			break;
		case LINE_ERROR:
			wrong = strerror(errno);
			break;
		}
		if (wrong) {
			snprintf(error, CID_FILE_ERROR_MAX, "%.256s:%lu: %s", path, number, wrong);
			return false;
		}
	}
}

bool cid_file_read(struct vsock_cid_names *names, const char *path,
		   char error[static CID_FILE_ERROR_MAX])
{
	FILE *file = fopen(path, "re");
	bool ok;

	if (!file) {
		snprintf(error, CID_FILE_ERROR_MAX, "%.256s: %s", path, strerror(errno));
		return false;
	}
	ok = read_lines(names, file, path, error);
	fclose(file);
	return ok;
}

/* The path of the user's own file; false if the environment has no folder for it. */
static bool user_file(char path[static PATH_MAX])
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	int length = 0;

	/* The XDG specification says that a relative XDG_CONFIG_HOME is invalid and ignored. */
	if (config && config[0] == '/')
		length = snprintf(path, PATH_MAX, "%s/vsockdump/cids", config);
	else if (home && home[0] == '/')
		length = snprintf(path, PATH_MAX, "%s/.config/vsockdump/cids", home);
	return length > 0 && length < PATH_MAX;
}

/* A default file that does not exist, or that this user may not read, is no error. */
static bool read_if_readable(struct vsock_cid_names *names, const char *path,
			     char error[static CID_FILE_ERROR_MAX])
{
	return access(path, R_OK) != 0 || cid_file_read(names, path, error);
}

bool cid_file_read_defaults(struct vsock_cid_names *names, char error[static CID_FILE_ERROR_MAX])
{
	char path[PATH_MAX];
	bool ok = read_if_readable(names, CID_FILE_SYSTEM, error);

	if (user_file(path))
		ok = read_if_readable(names, path, error) && ok;
	return ok;
}
