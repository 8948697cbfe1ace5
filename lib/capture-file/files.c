/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/time-units.h"

/* 4294967295 */
#define NUMBER_MAX 10

/* Digits of the highest number of a ring; 0 without one. */
static int ring_digits(uint32_t ring)
{
	int digits = 0;

	for (uint32_t highest = ring ? ring - 1 : 0; highest > 0; highest /= 10)
		digits++;
	return digits;
}

/* False if the name becomes too long. */
static bool add_number(char name[static NAME_MAX + 1], const struct capture_naming *naming,
		       uint32_t number)
{
	int digits = naming->counted ? ring_digits(naming->ring) : 0;
	size_t length = strlen(name);

	if (number == 0 && digits == 0)
		return true;
	if (length + NUMBER_MAX > NAME_MAX)
		return false;
	snprintf(name + length, NUMBER_MAX + 1, "%0*" PRIu32, digits, number);
	return true;
}

static bool add_time(char name[static NAME_MAX + 1], const char *format, uint64_t ts)
{
	const time_t seconds = (time_t)(ts / NANOSECONDS_PER_SECOND);
	struct tm local;

	return localtime_r(&seconds, &local) && strftime(name, NAME_MAX + 1, format, &local) > 0 &&
	       !strchr(name, '/');
}

static bool make_name(const struct capture_files *files, char name[static NAME_MAX + 1],
		      uint32_t number, uint64_t ts)
{
	const char *base = files->path + files->folder_length;

	if (files->naming.timed) {
		if (!add_time(name, base, ts))
			return false;
	} else {
		/* "folder/" is the folder itself, as for open(2). */
		int length = snprintf(name, NAME_MAX + 1, "%s", *base ? base : ".");

		if (length < 0 || length > NAME_MAX)
			return false;
	}
	return add_number(name, &files->naming, number);
}

bool capture_files_names_are_good(const struct capture_files *files, uint64_t ts, uint64_t later)
{
	const uint32_t number = files->naming.counted ? UINT32_MAX : 0;
	char name[NAME_MAX + 1];
	char next[NAME_MAX + 1];

	if (files->directory < 0)
		return true;
	return make_name(files, name, number, ts) && make_name(files, next, number, later) &&
	       (!files->naming.timed || strcmp(name, next) != 0);
}

const struct system_call capture_files_system_calls[] = {
    CALL_LIMITED("openat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat", CALL_IN_FOLDER),
    CALL_LIMITED("faccessat2", CALL_IN_FOLDER),
    CALL_LIMITED("newfstatat", CALL_IN_FOLDER), /* faccessat() where the kernel is old */
    CALL_LIMITED("fstatat64", CALL_IN_FOLDER),
    CALL("ftruncate"),
    CALL("ftruncate64"),
    SYSTEM_CALLS_END,
};

static int open_folder(struct capture_files *files)
{
	const size_t length = (size_t)files->folder_length;

	files->folder = length ? strndup(files->path, length) : strdup(".");
	if (!files->folder)
		return ENOMEM;
	files->directory = open(files->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return files->directory < 0 ? errno : 0;
}

int capture_files_open(struct capture_files *files, const char *path, struct capture_naming naming)
{
	const char *slash = strrchr(path, '/');
	int error;

	*files = (struct capture_files){
	    .naming = naming,
	    .directory = -1,
	    /* root captures the data of all users. For other users the umask applies as usual. */
	    .mode = geteuid() == 0 ? 0600 : 0666,
	    .path = path,
	    .folder_length = slash ? (int)(slash + 1 - path) : 0,
	};
	tzset(); /* reads its file now: a sandbox may not allow it later */
	if (strcmp(path, "-") == 0)
		return 0;
	error = open_folder(files);
	if (error)
		capture_files_close(files);
	return error;
}

void capture_files_close(struct capture_files *files)
{
	if (files->directory >= 0)
		close(files->directory);
	files->directory = -1;
	free(files->folder);
	files->folder = NULL;
}

bool capture_files_is_input(const struct capture_files *files, const struct stat *status)
{
	for (size_t i = 0; i < files->input_count; i++)
		if (status->st_ino == files->inputs[i].inode &&
		    status->st_dev == files->inputs[i].device)
			return true;
	return false;
}

/* Empties a file that was just opened, unless it is the input file. Returns 0 or errno. */
static int make_empty(const struct capture_files *files, int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return errno;
	if (!S_ISREG(status.st_mode))
		return 0;
	if (capture_files_is_input(files, &status))
		return EBUSY;
	return status.st_size > 0 && ftruncate(fd, 0) < 0 ? errno : 0;
}

int capture_files_next(struct capture_files *files, uint32_t number, uint64_t ts,
		       enum capture_existing existing)
{
	static const int how[] = {
	    [CAPTURE_REPLACE] = 0, [CAPTURE_REUSE] = O_NOFOLLOW, [CAPTURE_KEEP] = O_EXCL};
	int fd;
	int error;

	/* A copy: when the writer closes it, close(2) reports errors but standard output stays
	 * open. */
	if (files->directory < 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (!make_name(files, files->name, number, ts)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = openat(files->directory, files->name,
		    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | how[existing], files->mode);
	if (fd < 0)
		return -1;
	error = make_empty(files, fd);
	if (!error)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

bool capture_files_exists(struct capture_files *files, uint32_t number, uint64_t ts)
{
	return files->directory >= 0 && make_name(files, files->name, number, ts) &&
	       faccessat(files->directory, files->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
