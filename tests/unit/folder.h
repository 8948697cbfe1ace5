/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An invented system: files below a folder of its own, which stands in for "/". */
#ifndef VSOCKDUMP_TESTS_UNIT_FOLDER_H
#define VSOCKDUMP_TESTS_UNIT_FOLDER_H

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test-system-XXXXXX";

/* Creates the folders above it as well. */
static void folder_path(const char *name, char path[static 256])
{
	snprintf(path, 256, "%s/%s", folder, name);
	for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static void folder_write(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	folder_path(name, path);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void folder_link(const char *name, const char *target)
{
	char path[256];

	folder_path(name, path);
	assert_int_equal(symlink(target, path), 0);
}

static int folder_remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

static int folder_make(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test-system-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int folder_remove(void **state)
{
	(void)state;
	return nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
