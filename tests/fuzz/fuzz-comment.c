/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/common/comment.c, process-comment.c, process.c.
 *
 * The input is a comment of a file. A process that it names, written again, reads back the same,
 * and its text is printable. Then the input is the name of a process and its control group.
 */
#include <string.h>

#include "lib/common/process-comment.h"
#include "lib/common/vm-comment.h"
#include "tests/fuzz/must.h"

static void check_printable(const char *text, size_t length)
{
	must(strlen(text) == length);
	for (size_t i = 0; i < length; i++)
		must(text[i] >= ' ' && text[i] <= '~');
}

/* What is written reads back the same. */
static void check_entry(const struct process_entry *entry)
{
	char text[PROCESS_COMMENT_MAX], name[PROCESS_TEXT_MAX], id[PROCESS_CONTAINER_MAX];
	const size_t length = process_comment_write(text, entry);
	struct process_entry again;

	must(length < sizeof(text) - 1);
	check_printable(text, length);
	check_printable(name, process_text(name, &entry->process));
	must(process_comment_read(&again, text, length));
	must(again.ts == entry->ts && again.error == entry->error &&
	     again.source == (entry->error ? 0 : entry->source) &&
	     again.process.pid == entry->process.pid && again.process.tid == entry->process.tid);
	must(memcmp(&again.addresses, &entry->addresses, sizeof(again.addresses)) == 0);
	must(strcmp(again.process.command, entry->process.command) == 0);
	must(strcmp(again.process.cgroup, entry->process.cgroup) == 0);
	if (process_container(id, entry->process.cgroup))
		must(strlen(id) == sizeof(id) - 1 && strstr(entry->process.cgroup, id));
}

/* A reader that knows no kind sees fields up to the end, or up to a mistake. */
static void check_fields(const char *text, size_t size)
{
	struct comment_reader reader;
	struct comment_text kind, key;
	enum comment_result result;
	char value[64];
	size_t length;

	if (!comment_open(&reader, text, size, &kind))
		return;
	must(kind.length > 0 && kind.start > text && kind.start + kind.length <= text + size);
	while ((result = comment_next(&reader, &key, value, sizeof(value), &length)) ==
	       COMMENT_FIELD) {
		must(key.length > 0 && key.start + key.length < text + size);
		must(length < sizeof(value) && value[length] == '\0');
	}
	must(result != COMMENT_END || reader.at == text + size);
}

/* The bytes of the input as the kernel would give them: up to a null. */
static void check_names(const uint8_t *data, size_t size)
{
	struct process_entry entry = {.source = PROCESS_FOUND};
	char *path = calloc(1, size + 1);

	must(path);
	memcpy(path, data, size);
	memcpy(entry.process.command, path, strnlen(path, PROCESS_COMMAND_MAX - 1));
	process_set_cgroup(&entry.process, path);
	must(strlen(entry.process.cgroup) < PROCESS_CGROUP_MAX);
	check_entry(&entry);
	free(path);
}

/* A name that is good comes back as it was. */
static void check_machine(const char *text, size_t size)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	char name[VSOCK_CID_NAME_LEN + 1];
	char again[VSOCK_CID_NAME_LEN + 1];
	char written[VM_COMMENT_MAX];
	uint32_t cid, cid_again;

	must(names);
	if (vm_comment_read(&cid, name, text, size) &&
	    vsock_cid_names_add_found(names, cid, name) == VSOCK_CID_NAMES_OK) {
		must(vm_comment_read(&cid_again, again, written,
				     vm_comment_write(written, cid, name)));
		must(cid == cid_again && strcmp(name, again) == 0);
	}
	vsock_cid_names_free(names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process_entry entry;

	check_fields((const char *)data, size);
	if (process_comment_read(&entry, (const char *)data, size))
		check_entry(&entry);
	check_names(data, size);
	check_machine((const char *)data, size);
	return 0;
}
