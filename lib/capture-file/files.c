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
#include "lib/common/calendar.h"

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

/* The same for a name that is taken. */
static bool add_again(char name[static NAME_MAX + 1], uint32_t again)
{
	size_t length = strlen(name);

	if (again == 0)
		return true;
	if (length + 1 + NUMBER_MAX > NAME_MAX)
		return false;
	snprintf(name + length, NUMBER_MAX + 2, "-%" PRIu32, again);
	return true;
}

/* calendar_utc() or calendar_local() */
typedef bool (*to_calendar)(struct tm *date, int64_t second);

static bool add_time(char name[static NAME_MAX + 1], const char *format, uint64_t ts,
		     to_calendar calendar)
{
	struct tm date;

	return calendar(&date, (int64_t)(ts / NANOSECONDS_PER_SECOND)) &&
	       strftime(name, NAME_MAX + 1, format, &date) > 0 && !strchr(name, '/');
}

static bool make_name(const struct capture_files *files, char name[static NAME_MAX + 1],
		      uint32_t number, uint64_t ts, to_calendar calendar)
{
	const char *base = files->path + files->folder_length;

	if (files->naming.timed) {
		if (!add_time(name, base, ts, calendar))
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
	/* Not in local time: when summer time ends, good names are the same an hour later. */
	return make_name(files, name, number, ts, calendar_utc) &&
	       make_name(files, next, number, later, calendar_utc) &&
	       (!files->naming.timed || strcmp(name, next) != 0);
}

const struct system_call capture_files_system_calls[] = {
    CALL_LIMITED("openat", CALL_IN_FOLDER),
    CALL_LIMITED("unlinkat", CALL_IN_FOLDER),
    /* fstatat() */
    CALL_LIMITED("newfstatat", CALL_IN_FOLDER),
    CALL_LIMITED("fstatat64", CALL_IN_FOLDER),
    CALL_LIMITED("statx", CALL_IN_FOLDER),
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
	    .user = geteuid(),
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

/* Permissions of a file that a new file of ours would not have. */
static mode_t surplus(const struct capture_files *files, const struct stat *file)
{
	return file->st_mode & 0666 & ~files->mode;
}

static int open_file(const struct capture_files *files, int how)
{
	return openat(files->directory, files->name, how | O_WRONLY | O_CLOEXEC | O_NOCTTY,
		      files->mode);
}

static int open_new(struct capture_files *files)
{
	int fd = open_file(files, O_CREAT | O_EXCL);

	files->made = fd >= 0;
	return fd;
}

/* Empties an existing file that was just opened. Returns 0 or errno. */
static int make_empty(const struct capture_files *files, int fd)
{
	struct stat file;

	if (fstat(fd, &file) < 0)
		return errno;
	if (!S_ISREG(file.st_mode))
		return 0;
	if (capture_files_is_input(files, &file))
		return EBUSY;
	if (surplus(files, &file) && fchmod(fd, file.st_mode & 07777 & ~surplus(files, &file)) < 0)
		return errno;
	return file.st_size > 0 && ftruncate(fd, 0) < 0 ? errno : 0;
}

static int open_existing(const struct capture_files *files, int how)
{
	int fd = open_file(files, how);
	int error = fd < 0 ? errno : make_empty(files, fd);

	if (!error)
		return fd;
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

/* A file that was replaced by a FIFO meanwhile fails (ENXIO). Regular files ignore O_NONBLOCK. */
#define IN_PLACE (O_NOFOLLOW | O_NONBLOCK)

/* Another user's file is never written to. Somebody may read one that was public, even if it is
 * made private now: it may be open. */
static int replace_regular(struct capture_files *files, const struct stat *old)
{
	if (old->st_uid == files->user && !surplus(files, old))
		return open_existing(files, IN_PLACE);
	if (unlinkat(files->directory, files->name, 0) == 0)
		return open_new(files);
	/* A container's file may be a mount, which only an administrator can make. */
	return errno == EBUSY ? open_existing(files, IN_PLACE) : -1;
}

/* Nobody but root can make devices, and nobody wants /dev/null to be removed. */
static bool removable(const struct stat *file)
{
	return S_ISREG(file->st_mode) || S_ISLNK(file->st_mode) || S_ISFIFO(file->st_mode) ||
	       S_ISSOCK(file->st_mode);
}

/* The name is taken. EEXIST: it stays so. */
static int take_over(struct capture_files *files, enum capture_existing existing)
{
	struct stat old;
	int fd = -1;

	errno = EEXIST;
	if (existing == CAPTURE_KEEP ||
	    fstatat(files->directory, files->name, &old, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	errno = EEXIST; /* success may change it, too */
	if (existing == CAPTURE_SINGLE && !S_ISREG(old.st_mode))
		return open_existing(files, O_CREAT);
	if (capture_files_is_input(files, &old))
		errno = EBUSY;
	else if (S_ISREG(old.st_mode) && existing != CAPTURE_REMOVE)
		fd = replace_regular(files, &old);
	else if (existing == CAPTURE_REMOVE && removable(&old) &&
		 unlinkat(files->directory, files->name, 0) == 0)
		fd = open_new(files);
	if (fd < 0 && errno != EBUSY && existing != CAPTURE_SINGLE)
		errno = EEXIST;
	return fd;
}

/* A path that ends in '/' has no other name. */
static bool has_no_name(const struct capture_files *files)
{
	return strcmp(files->name, ".") == 0;
}

int capture_files_next(struct capture_files *files, uint32_t number, uint32_t again, uint64_t ts,
		       enum capture_existing existing)
{
	int fd = -1;

	/* A copy: when the writer closes it, close(2) reports errors but standard output stays
	 * open. */
	if (files->directory < 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	for (errno = EEXIST; fd < 0 && errno == EEXIST && again <= CAPTURE_AGAIN_MAX; again++) {
		if (!make_name(files, files->name, number, ts, calendar_local) ||
		    !add_again(files->name, again)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		files->again = again;
		fd = open_new(files);
		if (fd < 0 && errno == EEXIST)
			fd = take_over(files, has_no_name(files) ? CAPTURE_SINGLE : existing);
		if (existing == CAPTURE_SINGLE)
			return fd;
	}
	return fd;
}
