/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open files stand in a small array that is searched from end to end: a system call follows each
 * search and costs more.
 *
 * The first bytes of a stream make its file anew (O_EXCL); later ones open it as it is. Thus
 * nothing need be remembered of files that are closed, and a file that vanished is an error.
 */
#include "tool/mode/stream-files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct system_call stream_files_system_calls[] = {
    CALL_LIMITED("openat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat2", CALL_IN_FOLDER),
    CALL_LIMITED("newfstatat", CALL_IN_FOLDER), /* faccessat() where the kernel is old */
    CALL_LIMITED("fstatat64", CALL_IN_FOLDER),
    CALL("pwrite64"),
    CALL("ftruncate"),
    CALL("ftruncate64"),
    SYSTEM_CALLS_END,
};

struct open_file {
	struct stream_file file;
	int fd;
	uint64_t used; /* the use that was the last */
};

struct stream_files {
	int directory;
	bool made;
	/* What root captures is everybody's data, whoever it is written as. */
	mode_t mode;
	int error;
	char failed[STREAM_FILE_NAME_MAX];
	uint64_t uses;
	unsigned open;
	unsigned most_open;
	struct open_file files[];
};

static const char *const side_names[] = {[VSOCK_CLIENT] = "client", [VSOCK_SERVER] = "server"};

static const char *const kind_suffixes[] = {
    [STREAM_DATA] = "", [STREAM_MESSAGES] = ".messages", [STREAM_GAPS] = ".gaps"};
_Static_assert(sizeof(kind_suffixes) / sizeof(kind_suffixes[0]) == STREAM_FILE_KINDS,
	       "each kind has a suffix");

void stream_file_name(const struct stream_file *file, char name[static STREAM_FILE_NAME_MAX])
{
	snprintf(name, STREAM_FILE_NAME_MAX, "%" PRIu64 ".%s%s", file->flow, side_names[file->side],
		 kind_suffixes[file->kind]);
}

static bool is_ours(const char *name)
{
	if (strcmp(name, STREAM_FILES_INDEX) == 0)
		return true;
	if (!isdigit((unsigned char)*name))
		return false;
	name += strspn(name, "0123456789");
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		size_t length = strlen(side_names[side]);

		if (*name != '.' || strncmp(name + 1, side_names[side], length) != 0)
			continue;
		for (int kind = 0; kind < STREAM_FILE_KINDS; kind++)
			if (strcmp(name + 1 + length, kind_suffixes[kind]) == 0)
				return true;
	}
	return false;
}

/* Returns 0 or errno. */
static int remove_earlier(int directory)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	int error;

	if (!listing) {
		error = errno;
		if (copy >= 0)
			close(copy);
		return error;
	}
	errno = 0;
	while ((entry = readdir(listing)))
		if (is_ours(entry->d_name) && unlinkat(directory, entry->d_name, 0) < 0)
			break;
	error = errno;
	closedir(listing);
	return error;
}

static int open_directory(const char *path, bool *made)
{
	int directory;
	int error;

	*made = mkdir(path, 0700) == 0;
	if (!*made && errno != EEXIST)
		return -1;
	/* What was made may have been replaced since, and is to be given to another user. */
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (*made ? O_NOFOLLOW : 0));
	if (directory < 0)
		return -1;
	error = remove_earlier(directory);
	if (error == 0)
		return directory;
	close(directory);
	errno = error;
	return -1;
}

struct stream_files *stream_files_open(const char *directory, unsigned most_open)
{
	struct stream_files *files = malloc(sizeof(*files) + most_open * sizeof(struct open_file));

	if (!files)
		return NULL;
	/* The umask applies to others as usual. */
	*files =
	    (struct stream_files){.most_open = most_open, .mode = geteuid() == 0 ? 0600 : 0666};
	files->directory = open_directory(directory, &files->made);
	if (files->directory >= 0)
		return files;
	free(files);
	return NULL;
}

struct output_folder stream_files_folder(const struct stream_files *files)
{
	return (struct output_folder){.fd = files->directory, .made = files->made, .file = -1};
}

static int note_failure(struct stream_files *files, const struct stream_file *file, int error)
{
	if (files->error == 0) {
		files->error = error;
		stream_file_name(file, files->failed);
	}
	return files->error;
}

/* The last one takes its place. */
static int close_one(struct stream_files *files, struct open_file *open)
{
	struct stream_file file = open->file;
	int error = close(open->fd) < 0 && errno != EINTR ? errno : 0;

	*open = files->files[--files->open];
	return error ? note_failure(files, &file, error) : 0;
}

/* Closes the file that was not used for longest. */
static int close_oldest(struct stream_files *files)
{
	struct open_file *oldest = files->files;

	for (unsigned i = 1; i < files->open; i++)
		if (files->files[i].used < oldest->used)
			oldest = &files->files[i];
	return close_one(files, oldest);
}

/* Other users of descriptors may leave fewer than we want: one less then. */
static int open_sparingly(struct stream_files *files, const char *name, int flags)
{
	for (;;) {
		int fd = openat(files->directory, name,
				flags | O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, files->mode);

		if (fd >= 0 || (errno != EMFILE && errno != ENFILE) || files->open == 0)
			return fd;
		if (close_oldest(files) != 0) {
			errno = files->error;
			return -1;
		}
	}
}

static int open_one(struct stream_files *files, const struct stream_file *file, int flags)
{
	char name[STREAM_FILE_NAME_MAX];
	int fd;

	if (files->open == files->most_open && close_oldest(files) != 0)
		return -1;
	stream_file_name(file, name);
	fd = open_sparingly(files, name, flags);
	if (fd < 0) {
		note_failure(files, file, errno);
		return -1;
	}
	files->files[files->open++] =
	    (struct open_file){.file = *file, .fd = fd, .used = ++files->uses};
	return fd;
}

static struct open_file *find(struct stream_files *files, const struct stream_file *file)
{
	for (unsigned i = 0; i < files->open; i++) {
		const struct stream_file *is = &files->files[i].file;

		if (is->flow == file->flow && is->side == file->side && is->kind == file->kind)
			return &files->files[i];
	}
	return NULL;
}

/* The file's descriptor, or -1. `flags` are for opening it where it is not open. */
static int use(struct stream_files *files, const struct stream_file *file, int flags)
{
	struct open_file *open;

	if (files->error)
		return -1;
	open = find(files, file);
	if (!open)
		return open_one(files, file, flags);
	open->used = ++files->uses;
	return open->fd;
}

/* Writes at `offset`, or where that is negative at the end. Returns 0 or errno. */
static int write_all(int fd, const void *bytes, size_t length, off_t offset)
{
	const char *from = bytes;

	while (length > 0) {
		ssize_t n = offset < 0 ? write(fd, from, length) : pwrite(fd, from, length, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		from += n;
		length -= (size_t)n;
		offset += offset < 0 ? 0 : n;
	}
	return 0;
}

int stream_files_put(struct stream_files *files, const struct stream_file *file, uint64_t offset,
		     const uint8_t *bytes, size_t length, uint64_t size)
{
	int fd = use(files, file, offset == 0 ? O_CREAT | O_EXCL : 0);
	int error;

	if (fd < 0)
		return files->error;
	if (size > INT64_MAX)
		return note_failure(files, file, EFBIG);
	error = write_all(fd, bytes, length, (off_t)offset);
	if (error == 0 && offset + length < size && ftruncate(fd, (off_t)size) < 0)
		error = errno;
	return error ? note_failure(files, file, error) : 0;
}

int stream_files_append(struct stream_files *files, const struct stream_file *file,
			const char *text, size_t length)
{
	int fd = use(files, file, O_CREAT | O_APPEND);
	int error;

	if (fd < 0)
		return files->error;
	error = write_all(fd, text, length, -1);
	return error ? note_failure(files, file, error) : 0;
}

int stream_files_close_flow(struct stream_files *files, uint64_t flow)
{
	for (unsigned i = 0; i < files->open;) {
		if (files->files[i].file.flow == flow)
			close_one(files, &files->files[i]);
		else
			i++;
	}
	return files->error;
}

bool stream_files_have(const struct stream_files *files, const struct stream_file *file)
{
	char name[STREAM_FILE_NAME_MAX];

	stream_file_name(file, name);
	return faccessat(files->directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int stream_files_create(const struct stream_files *files, const char *name)
{
	return openat(files->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, files->mode);
}

const char *stream_files_failed(const struct stream_files *files)
{
	return files->failed;
}

void stream_files_close(struct stream_files *files)
{
	while (files->open > 0)
		close_one(files, files->files);
	close(files->directory);
	free(files);
}
