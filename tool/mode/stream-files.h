/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory of files of which each belongs to one side of one flow, of which there may be
 * millions. At most so many are open at a time; one that is needed again is opened again. Nothing
 * is buffered: what was written is in the file, however the process ends.
 *
 * The names are ours alone. Files of such names that exist at the start are removed, so that an
 * export never mixes with an earlier one. Others may write in the directory, too: what somebody
 * puts there meanwhile is removed when its name is needed. It is never written to, and opening it
 * never waits.
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

/* Of files that are no stream's. */
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

/* The directory as a place where files are made later; without its path. */
struct output_folder stream_files_folder(const struct stream_files *files);

/*
 * Functions that return int return 0 or errno, and stream_files_failed() names the file.
 *
 * An error of one file ends that file: what is put there later is dropped without another error.
 * An error that all files have, such as a full disk, ends all: stream_files_broken() is true, and
 * all functions return that error. Errors of too many files end all, too.
 */
#define FILES_FAILED_MAX 1024

/*
 * Puts bytes, and then so many zeros, at the end of a STREAM_DATA file. `first` makes the file.
 * The zeros take no room on most file systems.
 */
int stream_files_put(struct stream_files *files, const struct stream_file *file, bool first,
		     const uint8_t *bytes, size_t length, uint32_t zeros);

/* Appends to a file of another kind, which is made if it does not exist. */
int stream_files_append(struct stream_files *files, const struct stream_file *file,
			const char *text, size_t length);

bool stream_files_broken(const struct stream_files *files);

/* No more will be written to the files of this flow. */
int stream_files_close_flow(struct stream_files *files, uint64_t flow);

/* Whether the file exists. */
bool stream_files_have(const struct stream_files *files, const struct stream_file *file);

/* A new file that is no stream's: returns its descriptor, the caller's, or -1 with errno. */
int stream_files_create(const struct stream_files *files, const char *name);

/* Name of the file that the last error was about; "" while there was none. */
const char *stream_files_failed(const struct stream_files *files);

/* Frees. Errors of files that are open still are lost: close their flows first. */
void stream_files_close(struct stream_files *files);

#endif
