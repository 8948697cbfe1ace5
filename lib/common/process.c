/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ID_DIGITS (PROCESS_CONTAINER_MAX - 1)

void process_set_cgroup(struct process *process, const char *path)
{
	const size_t length = strlen(path);
	const char *from = path;

	if (length >= PROCESS_CGROUP_MAX) {
		from = path + length - (PROCESS_CGROUP_MAX - 1);
		from += strcspn(from, "/");
		from += *from == '/';
	}
	snprintf(process->cgroup, sizeof(process->cgroup), "%s", from);
}

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether `at` begins a word of exactly 64 hexadecimal digits. */
static bool is_id(const char *path, const char *at)
{
	size_t count = 0;

	if (at > path && is_word(at[-1]))
		return false;
	while (is_digit(at[count]))
		count++;
	return count == ID_DIGITS && !is_word(at[count]);
}

/* "libpod-conmon-HEX64.scope", "crio-conmon-HEX64.scope" */
static bool is_monitor(const char *path, const char *at)
{
	static const char before[] = "conmon-";
	const size_t length = sizeof(before) - 1;

	return (size_t)(at - path) >= length && memcmp(at - length, before, length) == 0;
}

bool process_container(char id[static PROCESS_CONTAINER_MAX], const char *cgroup)
{
	const char *found = NULL;

	for (const char *at = cgroup; *at; at++) {
		if (!is_id(cgroup, at))
			continue;
		found = at;
		at += ID_DIGITS - 1;
	}
	if (!found || is_monitor(cgroup, found))
		return false;
	memcpy(id, found, ID_DIGITS);
	id[ID_DIGITS] = '\0';
	return true;
}

static size_t put_byte(char *text, unsigned char byte)
{
	if (byte >= ' ' && byte <= '~' && byte != '\\') {
		*text = (char)byte;
		return 1;
	}
	return (size_t)sprintf(text, "\\x%02x", byte);
}

size_t process_text(char text[static PROCESS_TEXT_MAX], const struct process *process)
{
	size_t length = 0;

	for (size_t i = 0; i < PROCESS_COMMAND_MAX && process->command[i]; i++)
		length += put_byte(text + length, (unsigned char)process->command[i]);
	return length + (size_t)snprintf(text + length, PROCESS_TEXT_MAX - length,
					 "%s(pid %" PRIu32 ")", length ? " " : "", process->pid);
}
