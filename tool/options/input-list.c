/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/options/input-list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/capture-file/record.h"

/* The longest line: a path, its end, and a null byte. */
#define LINE_SIZE 4098

static bool input_fail(char error[static OPTIONS_ERROR_MAX], const char *what, const char *why)
{
	snprintf(error, OPTIONS_ERROR_MAX, "%.200s: %s", what, why);
	return false;
}

bool input_list_has_standard_input(const struct settings *settings)
{
	for (size_t i = 0; i < settings->source.file_count; i++)
		if (strcmp(settings->source.files[i], "-") == 0)
			return true;
	return false;
}

bool input_list_add(struct settings *settings, const char *path,
		    char error[static OPTIONS_ERROR_MAX])
{
	struct source_settings *source = &settings->source;
	char *copy;

	if (strcmp(path, "-") == 0 && input_list_has_standard_input(settings))
		return input_fail(error, "-r -", "standard input can be read only once");
	if (source->file_count == CAPTURE_INPUTS_MAX) {
		snprintf(error, OPTIONS_ERROR_MAX,
			 "more than %d capture files. Join some of them first with mergecap",
			 CAPTURE_INPUTS_MAX);
		return false;
	}
	if (!source->files)
		source->files = calloc(CAPTURE_INPUTS_MAX, sizeof(*source->files));
	copy = strdup(path);
	if (!source->files || !copy) {
		free(copy);
		return input_fail(error, path, strerror(ENOMEM));
	}
	source->files[source->file_count++] = copy;
	return true;
}

static bool read_lines(struct settings *settings, FILE *file, const char *path,
		       char error[static OPTIONS_ERROR_MAX])
{
	size_t before = settings->source.file_count;
	char line[LINE_SIZE];

	while (fgets(line, sizeof(line), file)) {
		size_t length = strcspn(line, "\r\n");

		if (length == sizeof(line) - 1)
			return input_fail(error, path, "has a line that is too long for a path");
		line[length] = '\0';
		if (length && !input_list_add(settings, line, error))
			return false;
	}
	if (ferror(file))
		return input_fail(error, path, strerror(errno));
	if (settings->source.file_count == before)
		return input_fail(error, path, "names no capture file");
	return true;
}

bool input_list_read(struct settings *settings, const char *path,
		     char error[static OPTIONS_ERROR_MAX])
{
	bool standard_input = strcmp(path, "-") == 0;
	FILE *file = standard_input ? stdin : fopen(path, "re");
	bool good;

	if (!file)
		return input_fail(error, path, strerror(errno));
	good = read_lines(settings, file, standard_input ? "standard input" : path, error);
	if (!standard_input)
		fclose(file);
	return good;
}

void input_list_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->source.file_count; i++)
		free((char *)settings->source.files[i]);
	free(settings->source.files);
	settings->source.files = NULL;
	settings->source.file_count = 0;
}
