/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/record-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/time-units.h"
#include "lib/common/calendar.h"
#include "tool/message.h"
#include "tool/records/output-path.h"
#include "tool/records/record.h"
#include "tool/signals.h"

const struct system_call record_files_system_calls[] = {
    CALL_LIMITED("openat", CALL_IN_FOLDER),
    CALL_LIMITED("unlinkat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat2", CALL_IN_FOLDER),
    CALL_LIMITED("newfstatat", CALL_IN_FOLDER), /* faccessat() on old kernels */
    CALL_LIMITED("fstatat64", CALL_IN_FOLDER),
    CALL_LIMITED("renameat", CALL_WITHIN_FOLDER),
    CALL_LIMITED("renameat2", CALL_WITHIN_FOLDER),
    CALL("fchmod"),
    CALL("flock"),
    CALL("ftruncate"),
    CALL("ftruncate64"),
    CALL("poll"),
    CALL("ppoll"),
    CALL("ppoll_time64"),
    CALL("write"),
    /* The first block starts a thread. */
    CALL_WITH("clone", 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM),
    CALL("rseq"),
    CALL("sched_getaffinity"),
    CALL("sched_yield"),
    CALL("set_robust_list"),
    SYSTEM_CALLS_END,
};

#define PREFIX "flows-"
#define SUFFIX ".ndjson"
#define PART   ".part"

/* O_NONBLOCK: nobody can make us wait with a FIFO. Files ignore it. */
#define OPEN_FLAGS (O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static bool is_part(const char *name)
{
	static const char ending[] = SUFFIX PART;
	size_t length = strlen(name);

	return strncmp(name, PREFIX, sizeof(PREFIX) - 1) == 0 && length >= sizeof(ending) &&
	       strcmp(name + length - (sizeof(ending) - 1), ending) == 0;
}

/* The length of the file without a line that was cut; or -1. */
static off_t whole_lines(int fd, off_t size)
{
	char tail[RECORD_SIZE_MAX];
	off_t from = size > (off_t)sizeof(tail) ? size - (off_t)sizeof(tail) : 0;
	ssize_t n = pread(fd, tail, sizeof(tail), from);

	while (n > 0 && tail[n - 1] != '\n')
		n--;
	return n < 0 ? -1 : from + n;
}

/* Whether a file has records, so that nothing else is cut or continued. */
static bool has_records(int fd)
{
	static const char start[] = "{\"kind\":\"";
	char begin[sizeof(start) - 1];

	return pread(fd, begin, sizeof(begin), 0) == (ssize_t)sizeof(begin) &&
	       memcmp(begin, start, sizeof(begin)) == 0;
}

/* Cuts a broken last line off. Returns 0 or errno. */
static int mend(int fd, off_t *size)
{
	struct stat status;
	off_t whole;

	if (fstat(fd, &status) < 0)
		return errno;
	*size = status.st_size;
	if (!S_ISREG(status.st_mode))
		return 0;
	whole = whole_lines(fd, status.st_size);
	if (whole < 0 || (whole < status.st_size && ftruncate(fd, whole) < 0))
		return errno;
	*size = whole;
	return 0;
}

static void complete_name(char complete[static NAME_MAX + 1], const char *part)
{
	snprintf(complete, NAME_MAX + 1, "%.*s", (int)(strlen(part) - (sizeof(PART) - 1)), part);
}

/* Completes a file of a process that is gone. Returns 0 or errno. */
static int recover(int directory, const char *part)
{
	int fd = openat(directory, part, O_RDWR | O_NOFOLLOW | OPEN_FLAGS);
	char complete[NAME_MAX + 1];
	struct stat status;
	off_t size = 0;
	int error;

	if (fd < 0)
		return errno;
	/* Another user may have put a link to somebody's file there. */
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1 ||
	    flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return 0;
	}
	complete_name(complete, part);
	error = mend(fd, &size);
	if (!error && size == 0)
		error = unlinkat(directory, part, 0) < 0 ? errno : 0;
	else if (!error)
		error = renameat(directory, part, directory, complete) < 0 ? errno : 0;
	close(fd);
	return error;
}

static void recover_all(const struct record_files *files)
{
	int copy = openat(files->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	int error;

	if (!listing) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(listing))) {
		error = is_part(entry->d_name) ? recover(files->directory, entry->d_name) : 0;
		if (error)
			notice("%s/%s: an earlier run left it, and it cannot be completed: %s",
			       files->folder, entry->d_name, strerror(error));
	}
	closedir(listing);
}

/* Whether it is a folder, or becomes one: a path that does not exist, and whose name has no dot. */
static bool is_folder(const char *path, bool *exists)
{
	struct stat status;

	*exists = stat(path, &status) == 0;
	if (*exists)
		return S_ISDIR(status.st_mode);
	return !strchr(output_path_name(path), '.');
}

/* Splits the path of the only file. Returns 0 or errno. */
static int split(struct record_files *files, const char *path)
{
	const char *name = output_path_name(path);

	if (strlen(name) > NAME_MAX)
		return ENAMETOOLONG;
	memcpy(files->name, name, strlen(name) + 1);
	files->folder = output_path_folder(path);
	return files->folder ? 0 : ENOMEM;
}

static void release_folder(struct record_files *files)
{
	if (files->directory >= 0)
		close(files->directory);
	files->directory = -1;
	free(files->folder);
	files->folder = NULL;
}

static int open_folder(struct record_files *files, const char *path)
{
	int error = 0;
	bool exists;

	files->rotated = is_folder(path, &exists);
	files->made = files->rotated && !exists && mkdir(path, 0700) == 0;
	if (files->rotated)
		files->folder = strdup(path);
	else
		error = split(files, path);
	if (!error && !files->folder)
		error = ENOMEM;
	if (error)
		return error;
	/* A new one goes to another user, and somebody may have replaced it since it was made. */
	files->directory = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
						   (files->made ? O_NOFOLLOW : 0));
	if (files->directory >= 0)
		return 0;
	error = errno;
	release_folder(files);
	return error;
}

/* Standard output stays open when the files are closed. */
static int open_standard_output(struct record_files *files)
{
	struct stat status;

	files->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	files->patient = true;
	if (files->fd < 0 || fstat(files->fd, &status) < 0)
		return errno;
	files->blocking = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || isatty(files->fd);
	return 0;
}

static int open_only(struct record_files *files)
{
	off_t size = 0;
	int error;

	/* To mend a file, it must be read. But O_RDWR would hide that a FIFO has no reader. */
	files->fd = openat(files->directory, files->name,
			   O_WRONLY | O_CREAT | O_APPEND | OPEN_FLAGS, files->mode);
	if (files->fd < 0)
		return errno;
	error = 0;
	size = lseek(files->fd, 0, SEEK_END);
	files->regular = size >= 0;
	if (size > 0) {
		int reader = openat(files->directory, files->name, O_RDWR | OPEN_FLAGS);

		error = reader < 0 ? errno : has_records(reader) ? mend(reader, &size) : EEXIST;
		if (reader >= 0)
			close(reader);
	}
	files->size = size > 0 ? (uint64_t)size : 0;
	if (!error)
		return 0;
	close(files->fd);
	files->fd = -1;
	return error;
}

int record_files_open(struct record_files *files, const char *path)
{
	int error;

	files->directory = files->fd = -1;
	files->folder = NULL;
	/* root captures everybody's data. The umask applies to others as usual. */
	files->mode = geteuid() == 0 ? 0600 : 0666;
	if (strcmp(path, "-") == 0)
		return open_standard_output(files);
	error = *path ? open_folder(files, path) : ENOENT;
	if (error)
		return error;
	if (files->rotated) {
		recover_all(files);
		return 0;
	}
	error = open_only(files);
	if (error == ENXIO) {
		notice("%s: nobody reads it yet; records are lost until somebody does", path);
		return 0;
	}
	if (error)
		release_folder(files);
	return error;
}

bool record_files_folder(const struct record_files *files, struct output_folder *folder)
{
	*folder = (struct output_folder){
	    .fd = files->directory,
	    .path = files->folder,
	    .made = files->made,
	    .file = files->fd,
	};
	return files->directory >= 0;
}

static bool is_taken(const struct record_files *files, const char *name)
{
	return faccessat(files->directory, name, F_OK, 0) == 0;
}

/* Makes the .part file with the first free number. Returns 0 or errno. */
static int make_part(struct record_files *files, const struct tm *date)
{
	char part[sizeof(files->name) + sizeof(PART)];

	for (unsigned i = 1; i <= RECORD_FILES_SAME; i++) {
		snprintf(files->name, sizeof(files->name),
			 PREFIX "%04d%02d%02dT%02d%02d%02dZ-%u" SUFFIX, date->tm_year + 1900,
			 date->tm_mon + 1, date->tm_mday, date->tm_hour, date->tm_min, date->tm_sec,
			 i);
		if (is_taken(files, files->name))
			continue;
		snprintf(part, sizeof(part), "%s" PART, files->name);
		files->fd =
		    openat(files->directory, part,
			   O_WRONLY | O_CREAT | O_EXCL | O_APPEND | OPEN_FLAGS, files->mode);
		if (files->fd >= 0 || errno != EEXIST)
			break;
	}
	if (files->fd < 0)
		return errno;
	(void)flock(files->fd, LOCK_EX | LOCK_NB);
	return 0;
}

static int begin_file(struct record_files *files, uint64_t ts)
{
	struct tm date;
	int error;

	if (!files->rotated)
		return files->directory < 0 ? EPIPE : open_only(files);
	calendar_utc(&date, (int64_t)(ts / NANOSECONDS_PER_SECOND));
	error = make_part(files, &date);
	files->regular = true;
	files->size = 0;
	files->began = ts;
	return error;
}

static int complete_file(struct record_files *files)
{
	char part[sizeof(files->name) + sizeof(PART)];
	int error = 0;

	if (files->fd < 0)
		return 0;
	snprintf(part, sizeof(part), "%s" PART, files->name);
	if (files->rotated && files->size == 0)
		error = unlinkat(files->directory, part, 0) < 0 ? errno : 0;
	else if (files->rotated &&
		 renameat(files->directory, part, files->directory, files->name) < 0)
		error = errno;
	if (close(files->fd) < 0 && errno != EINTR && !error)
		error = errno;
	files->fd = -1;
	return error;
}

static bool is_old(const struct record_files *files, uint64_t now)
{
	return files->rotated && files->fd >= 0 && files->limit_time && now > files->began &&
	       now - files->began >= files->limit_time;
}

int record_files_tick(struct record_files *files, uint64_t now)
{
	return is_old(files, now) ? complete_file(files) : 0;
}

/* Waits for room in a FIFO or pipe. Returns 0 or errno. */
static int await_room(const struct record_files *files)
{
	struct pollfd wait = {.fd = files->fd, .events = POLLOUT};
	int n;

	do
		n = poll(&wait, 1, 1000);
	while (n == 0 && files->patient && !signals_patience);
	if (n == 0)
		return EAGAIN;
	return n < 0 && errno != EINTR ? errno : 0;
}

/*
 * Returns 0 or errno; *written bytes are written in any case. If poll(2) says that a pipe has room,
 * PIPE_BUF bytes fit.
 */
static int write_all(const struct record_files *files, const char *data, size_t length,
		     size_t *written)
{
	const size_t most = files->blocking ? PIPE_BUF : SIZE_MAX;
	int error = 0;

	*written = 0;
	while (*written < length && (!error || error == EINTR)) {
		size_t size = length - *written < most ? length - *written : most;
		ssize_t n;

		error = files->blocking ? await_room(files) : 0;
		if (error)
			break;
		n = write(files->fd, data + *written, size);
		error = n < 0 ? errno : 0;
		if (n > 0)
			*written += (size_t)n;
		else if (error == EAGAIN)
			error = await_room(files);
	}
	return *written < length ? error : 0;
}

/* After a failure: whole lines stay. What remains of a cut line in a file goes. */
static size_t keep_lines(struct record_files *files, const char *lines, size_t written)
{
	size_t whole = written;

	while (whole > 0 && lines[whole - 1] != '\n')
		whole--;
	files->cut = whole < written &&
		     !(files->regular && ftruncate(files->fd, (off_t)(files->size + whole)) == 0);
	return whole;
}

/* A reader sees where the next line begins. Returns 0 or errno. */
static int end_cut_line(struct record_files *files)
{
	size_t written;
	int error = files->cut ? write_all(files, "\n", 1, &written) : 0;

	if (!error)
		files->cut = false;
	return error;
}

/* The whole lines that the present file has room for; at least one if it is empty. */
static size_t fitting(const struct record_files *files, const char *lines, size_t length)
{
	const uint64_t room =
	    files->size < files->limit_bytes ? files->limit_bytes - files->size : 0;
	const char *feed;

	if (!files->rotated || length <= room)
		return length;
	feed = memrchr(lines, '\n', (size_t)room);
	if (!feed && files->size == 0)
		feed = memchr(lines, '\n', length);
	return feed ? (size_t)(feed - lines) + 1 : 0;
}

/* Whole lines that fit into the present file. Returns 0 or errno. */
static int write_lines(struct record_files *files, const char *lines, size_t length,
		       size_t *written)
{
	int error = end_cut_line(files);

	*written = 0;
	if (error)
		return error;
	error = write_all(files, lines, length, written);
	if (error)
		*written = keep_lines(files, lines, *written);
	files->size += *written;
	/* Another reader may come. */
	if (error == EPIPE) {
		close(files->fd);
		files->fd = -1;
		files->cut = false;
	}
	return error;
}

int record_files_write(struct record_files *files, const char *lines, size_t length, uint64_t ts,
		       size_t *written)
{
	int error = is_old(files, ts) ? complete_file(files) : 0;

	*written = 0;
	while (!error && *written < length) {
		size_t part = 0;
		size_t fits;

		if (files->fd < 0)
			error = begin_file(files, ts);
		if (error)
			break;
		fits = fitting(files, lines + *written, length - *written);
		error =
		    fits ? write_lines(files, lines + *written, fits, &part) : complete_file(files);
		*written += part;
	}
	return error;
}

int record_files_close(struct record_files *files)
{
	int error = complete_file(files);

	release_folder(files);
	return error;
}
