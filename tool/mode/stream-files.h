/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory with one file for each side of each flow, perhaps millions. Only a limited number is
 * open at a time; a file that is needed again is opened again. Nothing is buffered: all that was
 * written is in the file, however the process ends.
 *
 * Only an export uses these names. Files with these names at the start are removed, so that an
 * export never mixes with an earlier one. Others may write in the directory, too: a file that
 * somebody puts there meanwhile is removed when its name is needed. It is never written to, and
 * opening it never waits.
 */
#ifndef VSOCKDUMP_MODE_STREAM_FILES_H
#define VSOCKDUMP_MODE_STREAM_FILES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/flow.h"
#include "tool/confine/sandbox.h"

enum stream_file_kind {
	STREAM_DATA,     /* "3.client": what the client of flow 3 sent */
	STREAM_MESSAGES, /* "3.client.messages" */
	STREAM_GAPS,     /* "3.client.gaps" */
	STREAM_FILE_KINDS
};

struct stream_file {
	uint64_t flow;
	enum vsock_side side;
	enum stream_file_kind kind;
};

#define STREAM_FILE_NAME_MAX 40

/* The file's name in the directory. */
void stream_file_name(const struct stream_file *file, char name[static STREAM_FILE_NAME_MAX]);

/* The name of a file that belongs to no stream. */
#define STREAM_FILES_INDEX "flows.jsonl"

struct stream_files;

extern const struct system_call stream_files_system_calls[];

/*
 * Makes the directory unless it exists, and removes what an earlier export left in it. NULL with
 * errno set on failure; `failed` is then the name of the file that the error is about, or "" if it
 * is about the directory.
 */
struct stream_files *stream_files_open(const char *directory, unsigned most_open,
				       char failed[static NAME_MAX + 1]);

/* The directory where files are created later; without its path. */
struct output_folder stream_files_folder(const struct stream_files *files);

/*
 * Functions that return int return 0 or errno, and stream_files_failed() names the file.
 *
 * An error of one file ends that file. Later bytes for it are dropped without another error. An
 * error that all files have, such as a full disk, ends all of them. Then stream_files_broken() is
 * true, and all functions return that error. Errors of too many files also end all.
 */
#define FILES_FAILED_MAX 1024

/*
 * Appends bytes and then zeros to a STREAM_DATA file. With `first`, it creates the file. Zeros take
 * no room on most file systems.
 */
int stream_files_put(struct stream_files *files, const struct stream_file *file, bool first,
		     const uint8_t *bytes, size_t length, uint32_t zeros);

/* Appends to a file of another kind, and creates it if it does not exist. */
int stream_files_append(struct stream_files *files, const struct stream_file *file,
			const char *text, size_t length);

bool stream_files_broken(const struct stream_files *files);

/* No more will be written to the files of this flow. */
int stream_files_close_flow(struct stream_files *files, uint64_t flow);

/* Whether the file exists. */
bool stream_files_have(const struct stream_files *files, const struct stream_file *file);

/*
 * Makes a file that is not for a stream. Returns a descriptor for the caller to close, or -1 with
 * errno.
 */
int stream_files_create(const struct stream_files *files, const char *name);

/* Name of the file that the last error was about; "" if there was no error. */
const char *stream_files_failed(const struct stream_files *files);

/* Frees. Errors of files that are still open are lost: close their flows first. */
void stream_files_close(struct stream_files *files);

#endif
