/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/metrics-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/records/output-path.h"

#define ENDING ".tmp"

int metrics_file_open(struct metrics_file *file, const char *path)
{
	const char *name = output_path_name(path);
	int error;

	if (!*name)
		return EISDIR;
	if (strlen(name) + sizeof(ENDING) > sizeof(file->temporary))
		return ENAMETOOLONG;
	memcpy(file->name, name, strlen(name) + 1);
	snprintf(file->temporary, sizeof(file->temporary), "%s" ENDING, name);
	file->folder = output_path_folder(path);
	if (!file->folder)
		return ENOMEM;
	file->directory = open(file->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (file->directory >= 0)
		return 0;
	error = errno;
	free(file->folder);
	file->folder = NULL;
	return error;
}

struct output_folder metrics_file_folder(const struct metrics_file *file)
{
	return (struct output_folder){.fd = file->directory, .path = file->folder, .file = -1};
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

/*
 * Always a new file: another process may have put something else there. All may read it, because
 * the exporter is another user. It has only numbers, and names that the host's owner chose.
 */
static int make(const struct metrics_file *file)
{
	const int flags =
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = openat(file->directory, file->temporary, flags, 0644);

	if (fd < 0 && errno == EEXIST && unlinkat(file->directory, file->temporary, 0) == 0)
		fd = openat(file->directory, file->temporary, flags, 0644);
	if (fd >= 0)
		(void)fchmod(fd, 0644);
	return fd;
}

int metrics_file_write(const struct metrics_file *file, const char *text, size_t length)
{
	int fd = make(file);
	int error;

	if (fd < 0)
		return errno;
	error = write_all(fd, text, length);
	if (close(fd) < 0 && !error && errno != EINTR)
		error = errno;
	if (!error && renameat(file->directory, file->temporary, file->directory, file->name) < 0)
		error = errno;
	if (error)
		(void)unlinkat(file->directory, file->temporary, 0);
	return error;
}

void metrics_file_close(struct metrics_file *file)
{
	close(file->directory);
	free(file->folder);
	file->folder = NULL;
}
