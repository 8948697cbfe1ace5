/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Open files are in a small array. A linear search is enough, because the system call after it
 * costs more.
 *
 * The first bytes of a stream create its file (O_EXCL). Later ones open the existing file and
 * continue at its end. So closed files need no memory, and a file that vanished is an error. Only
 * files with an error are remembered, because later bytes would be at the wrong place.
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
    CALL_LIMITED("unlinkat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat2", CALL_IN_FOLDER),
    CALL_LIMITED("newfstatat", CALL_IN_FOLDER), /* faccessat() on old kernels */
    CALL_LIMITED("fstatat64", CALL_IN_FOLDER),
    CALL("write"),
    CALL("fstat"),
    CALL("fstat64"),
    CALL("ftruncate"),
    CALL("ftruncate64"),
    SYSTEM_CALLS_END,
};

struct open_file {
	struct stream_file file;
	int fd;
	uint64_t size;
	uint64_t used; /* the use that was the last */
};

struct stream_files {
	int directory;
	bool made;
	/* root captures everybody's data, even if another user writes the files. */
	mode_t mode;
	uid_t owner; /* of the last file that we created, ... */
	bool owned;  /* ... if there is a last file */
	int error;   /* of all files */
	char failed[STREAM_FILE_NAME_MAX];
	struct stream_file ended[FILES_FAILED_MAX]; /* by errors */
	unsigned ended_count;
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
static int remove_earlier(int directory, char failed[static NAME_MAX + 1])
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
		if (is_ours(entry->d_name) && unlinkat(directory, entry->d_name, 0) < 0) {
			error = errno;
			snprintf(failed, NAME_MAX + 1, "%s", entry->d_name);
			errno = error;
			break;
		}
	error = errno;
	closedir(listing);
	return error;
}

static int open_directory(const char *path, bool *made, char failed[static NAME_MAX + 1])
{
	int directory;
	int error;

	*made = mkdir(path, 0700) == 0;
	if (!*made && errno != EEXIST)
		return -1;
	/* The file goes to another user, and somebody may have replaced it since it was created. */
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (*made ? O_NOFOLLOW : 0));
	if (directory < 0)
		return -1;
	error = remove_earlier(directory, failed);
	if (error == 0)
		return directory;
	close(directory);
	errno = error;
	return -1;
}

struct stream_files *stream_files_open(const char *directory, unsigned most_open,
				       char failed[static NAME_MAX + 1])
{
	struct stream_files *files = malloc(sizeof(*files) + most_open * sizeof(struct open_file));

	*failed = '\0';
	if (!files)
		return NULL;
	/* The umask applies to others as usual. */
	*files =
	    (struct stream_files){.most_open = most_open, .mode = geteuid() == 0 ? 0600 : 0666};
	files->directory = open_directory(directory, &files->made, failed);
	if (files->directory >= 0)
		return files;
	free(files);
	return NULL;
}

struct output_folder stream_files_folder(const struct stream_files *files)
{
	return (struct output_folder){.fd = files->directory, .made = files->made, .file = -1};
}

static bool same_file(const struct stream_file *a, const struct stream_file *b)
{
	return a->flow == b->flow && a->side == b->side && a->kind == b->kind;
}

static bool has_ended(const struct stream_files *files, const struct stream_file *file)
{
	for (unsigned i = 0; i < files->ended_count; i++)
		if (same_file(&files->ended[i], file))
			return true;
	return false;
}

/* Whether other files would have this error, too. */
static bool concerns_all(int error)
{
	switch (error) {
	case EDQUOT:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENODEV:
	case ENOMEM:
	case ENOSPC:
	case EROFS:
		return true;
	default:
		return false;
	}
}

static int end_all(struct stream_files *files, const struct stream_file *file, int error)
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
	return error ? end_all(files, &file, error) : 0;
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

static int end_one(struct stream_files *files, const struct stream_file *file, int error)
{
	if (concerns_all(error) || files->ended_count == FILES_FAILED_MAX)
		return end_all(files, file, error);
	for (unsigned i = 0; i < files->open; i++)
		if (same_file(&files->files[i].file, file) &&
		    close_one(files, &files->files[i]) != 0)
			return files->error;
	files->ended[files->ended_count++] = *file;
	stream_file_name(file, files->failed);
	return error;
}

/* Other parts of the process may leave too few descriptors. Then use one less. */
static int open_sparingly(struct stream_files *files, const char *name, int flags)
{
	for (;;) {
		/* O_NONBLOCK: a FIFO that somebody put there is an error. Files ignore it. */
		int fd = openat(files->directory, name,
				flags | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
				files->mode);

		if (fd >= 0 || (errno != EMFILE && errno != ENFILE) || files->open == 0)
			return fd;
		if (close_oldest(files) != 0) {
			errno = files->error;
			return -1;
		}
	}
}

/* Returns a descriptor, or -1 with errno. */
static int make_file(struct stream_files *files, const char *name, struct stat *status)
{
	int fd = open_sparingly(files, name, O_CREAT | O_EXCL | O_APPEND);

	/* Somebody else's. */
	if (fd < 0 && errno == EEXIST) {
		if (unlinkat(files->directory, name, 0) == 0)
			fd = open_sparingly(files, name, O_CREAT | O_EXCL | O_APPEND);
		else
			errno = EEXIST;
	}
	if (fd < 0)
		return -1;
	if (fstat(fd, status) < 0) {
		close(fd);
		return -1;
	}
	files->owner = status->st_uid;
	files->owned = true;
	return fd;
}

/* The same, for a file that we made. ESTALE: somebody replaced it. */
static int reopen_file(struct stream_files *files, const char *name, struct stat *status)
{
	int fd = open_sparingly(files, name, O_APPEND);

	if (fd < 0) {
		if (errno != ENOENT && !concerns_all(errno))
			errno = ESTALE;
		return -1;
	}
	if (fstat(fd, status) == 0 && S_ISREG(status->st_mode) && status->st_nlink == 1 &&
	    files->owned && status->st_uid == files->owner)
		return fd;
	close(fd);
	errno = ESTALE;
	return -1;
}

enum how { HOW_NEW, HOW_EXISTING, HOW_EITHER };

static int open_as(struct stream_files *files, const char *name, enum how how, struct stat *status)
{
	int fd;

	if (how == HOW_NEW)
		return make_file(files, name, status);
	fd = reopen_file(files, name, status);
	if (fd < 0 && how == HOW_EITHER && (errno == ENOENT || errno == ESTALE))
		return make_file(files, name, status);
	return fd;
}

static struct open_file *open_one(struct stream_files *files, const struct stream_file *file,
				  enum how how)
{
	char name[STREAM_FILE_NAME_MAX];
	struct stat status;
	struct open_file *open;
	int fd;

	if (files->open == files->most_open && close_oldest(files) != 0) {
		errno = files->error;
		return NULL;
	}
	stream_file_name(file, name);
	fd = open_as(files, name, how, &status);
	if (fd < 0)
		return NULL;
	open = &files->files[files->open++];
	*open = (struct open_file){.file = *file, .fd = fd, .size = (uint64_t)status.st_size};
	return open;
}

/* NULL with errno. */
static struct open_file *use(struct stream_files *files, const struct stream_file *file,
			     enum how how)
{
	struct open_file *open = NULL;

	for (unsigned i = 0; i < files->open && !open; i++)
		if (same_file(&files->files[i].file, file))
			open = &files->files[i];
	if (!open)
		open = open_one(files, file, how);
	if (open)
		open->used = ++files->uses;
	return open;
}

/* Returns 0 or errno. */
static int write_all(struct open_file *open, const void *bytes, size_t length)
{
	const char *from = bytes;

	while (length > 0) {
		ssize_t n = write(open->fd, from, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		from += n;
		length -= (size_t)n;
		open->size += (uint64_t)n;
	}
	return 0;
}

static int write_zeros(struct open_file *open, uint32_t count)
{
	if (count == 0)
		return 0;
	if (open->size > (uint64_t)INT64_MAX - count)
		return EFBIG;
	if (ftruncate(open->fd, (off_t)(open->size + count)) < 0)
		return errno;
	open->size += count;
	return 0;
}

static int add(struct stream_files *files, const struct stream_file *file, enum how how,
	       const void *bytes, size_t length, uint32_t zeros)
{
	struct open_file *open;
	int error;

	if (files->error || (files->ended_count > 0 && has_ended(files, file)))
		return files->error;
	open = use(files, file, how);
	if (!open)
		return end_one(files, file, errno);
	error = write_all(open, bytes, length);
	if (!error)
		error = write_zeros(open, zeros);
	return error ? end_one(files, file, error) : 0;
}

int stream_files_put(struct stream_files *files, const struct stream_file *file, bool first,
		     const uint8_t *bytes, size_t length, uint32_t zeros)
{
	return add(files, file, first ? HOW_NEW : HOW_EXISTING, bytes, length, zeros);
}

int stream_files_append(struct stream_files *files, const struct stream_file *file,
			const char *text, size_t length)
{
	return add(files, file, HOW_EITHER, text, length, 0);
}

bool stream_files_broken(const struct stream_files *files)
{
	return files->error != 0;
}

int stream_files_close_flow(struct stream_files *files, uint64_t flow)
{
	for (unsigned i = 0; i < files->ended_count;) {
		if (files->ended[i].flow == flow)
			files->ended[i] = files->ended[--files->ended_count];
		else
			i++;
	}
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
	int how = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = openat(files->directory, name, how, files->mode);

	/* Somebody created it after the directory was cleaned. */
	if (fd < 0 && errno == EEXIST && unlinkat(files->directory, name, 0) == 0)
		fd = openat(files->directory, name, how, files->mode);
	return fd;
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
