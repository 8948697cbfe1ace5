/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of --metrics: each time, a new file FILE.tmp is written and renamed to FILE. A reader
 * sees the old text or the new one, never a part.
 *
 * Functions that return int return 0 or errno.
 */
#ifndef VSOCKDUMP_RECORDS_METRICS_FILE_H
#define VSOCKDUMP_RECORDS_METRICS_FILE_H

#include <limits.h>
#include <stddef.h>

#include "tool/confine/sandbox.h"

struct metrics_file {
	int directory;
	char *folder; /* its path */
	char name[NAME_MAX + 1];
	char temporary[NAME_MAX + 1];
};

int metrics_file_open(struct metrics_file *file, const char *path);
struct output_folder metrics_file_folder(const struct metrics_file *file);
int metrics_file_write(const struct metrics_file *file, const char *text, size_t length);
void metrics_file_close(struct metrics_file *file);

#endif
