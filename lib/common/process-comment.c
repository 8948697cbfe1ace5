/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/common/process-comment.h"

#include <string.h>

#include "core/names.h"

static const char *const sources[PROCESS_SOURCES] = {
    [PROCESS_CONNECTED] = "connect",
    [PROCESS_ACCEPTED] = "accept",
    [PROCESS_FOUND] = "found",
};

#define KIND_PROCESS "process"
#define KIND_FAILURE "connect-failed"

/* Bits of the keys that a comment must have. */
enum {
	HAS_LOCAL = 1,
	HAS_PEER = 2,
	HAS_PID = 4,
	HAS_HOW = 8,
	HAS_ERRNO = 16,
	PROCESS_NEEDS = HAS_LOCAL | HAS_PEER | HAS_PID | HAS_HOW,
	FAILURE_NEEDS = HAS_LOCAL | HAS_PEER | HAS_PID | HAS_ERRNO,
};

static void put_process(struct comment_writer *writer, const struct process_entry *entry)
{
	const struct process *process = &entry->process;
	char container[PROCESS_CONTAINER_MAX];

	comment_put_number(writer, "pid", process->pid);
	if (process->tid)
		comment_put_number(writer, "tid", process->tid);
	comment_put(writer, "command", process->command,
		    strnlen(process->command, PROCESS_COMMAND_MAX));
	if (*process->cgroup)
		comment_put_text(writer, "cgroup", process->cgroup);
	if (process_container(container, process->cgroup))
		comment_put_text(writer, "container", container);
	if (entry->ts)
		comment_put_time(writer, "at", entry->ts);
}

static void put_addresses(struct comment_writer *writer, const struct process_addresses *a)
{
	comment_put_address(writer, "local", a->local_cid, a->local_port);
	comment_put_address(writer, "peer", a->remote_cid, a->remote_port);
}

static void put_error(struct comment_writer *writer, uint32_t error)
{
	const char *name = vsock_errno_name(error);

	comment_put_number(writer, "errno", error);
	if (name)
		comment_put_text(writer, "error", name);
}

size_t process_comment_write(char text[static PROCESS_COMMENT_MAX],
			     const struct process_entry *entry)
{
	struct comment_writer writer;

	comment_begin(&writer, text, PROCESS_COMMENT_MAX,
		      entry->error ? KIND_FAILURE : KIND_PROCESS);
	put_addresses(&writer, &entry->addresses);
	if (entry->error)
		put_error(&writer, entry->error);
	else
		comment_put_text(&writer, "how", sources[entry->source]);
	put_process(&writer, entry);
	return writer.length;
}

static bool read_number(const char *value, uint32_t *number)
{
	uint64_t wide;

	if (!comment_number(value, UINT32_MAX, &wide))
		return false;
	*number = (uint32_t)wide;
	return true;
}

static bool read_source(const char *value, uint8_t *source)
{
	for (unsigned i = 0; i < PROCESS_SOURCES; i++) {
		if (strcmp(value, sources[i]) == 0) {
			*source = (uint8_t)i;
			return true;
		}
	}
	return false;
}

/* A key that was found; 0 for one that is optional or not known. -1: its value is bad. */
static int take_field(struct process_entry *entry, struct comment_text key, const char *value)
{
	struct process_addresses *a = &entry->addresses;

	if (comment_is(key, "local"))
		return comment_address(value, &a->local_cid, &a->local_port) ? HAS_LOCAL : -1;
	if (comment_is(key, "peer"))
		return comment_address(value, &a->remote_cid, &a->remote_port) ? HAS_PEER : -1;
	if (comment_is(key, "pid"))
		return read_number(value, &entry->process.pid) ? HAS_PID : -1;
	if (comment_is(key, "how"))
		return read_source(value, &entry->source) ? HAS_HOW : -1;
	if (comment_is(key, "errno"))
		return read_number(value, &entry->error) ? HAS_ERRNO : -1;
	if (comment_is(key, "tid"))
		return read_number(value, &entry->process.tid) ? 0 : -1;
	if (comment_is(key, "at"))
		return comment_time(value, &entry->ts) ? 0 : -1;
	if (comment_is(key, "command"))
		memcpy(entry->process.command, value, strnlen(value, PROCESS_COMMAND_MAX - 1));
	else if (comment_is(key, "cgroup"))
		process_set_cgroup(&entry->process, value);
	return 0;
}

/* The bits of the keys; -1 if the comment is damaged. */
static int read_fields(struct process_entry *entry, struct comment_reader *reader)
{
	char value[COMMENT_MAX];
	struct comment_text key;
	size_t length;
	int found = 0;

	for (;;) {
		const enum comment_result result =
		    comment_next(reader, &key, value, sizeof(value), &length);
		int bit;

		if (result == COMMENT_END)
			return found;
		bit = result == COMMENT_FIELD ? take_field(entry, key, value) : -1;
		if (bit < 0)
			return -1;
		found |= bit;
	}
}

bool process_comment_read(struct process_entry *entry, const char *text, size_t length)
{
	struct comment_reader reader;
	struct comment_text kind;
	int found, needed;

	if (!comment_open(&reader, text, length, &kind))
		return false;
	if (comment_is(kind, KIND_FAILURE))
		needed = FAILURE_NEEDS;
	else if (comment_is(kind, KIND_PROCESS))
		needed = PROCESS_NEEDS;
	else
		return false;
	*entry = (struct process_entry){0};
	found = read_fields(entry, &reader);
	if (found < 0 || (found & needed) != needed)
		return false;
	/* Only one of both keys belongs to each kind. */
	if (needed == PROCESS_NEEDS)
		entry->error = 0;
	return needed == PROCESS_NEEDS || entry->error != 0;
}
