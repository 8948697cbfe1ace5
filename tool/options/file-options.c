/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/options/file-options.h"

#include <stdio.h>
#include <string.h>

#include "lib/common/number.h"

/* Digits of the largest number, and a letter. */
#define SIZE_TEXT_MAX 24

static uint64_t unit_of(char suffix)
{
	switch (suffix) {
	case 'k':
	case 'K':
		return UINT64_C(1) << 10;
	case 'm':
	case 'M':
		return UINT64_C(1) << 20;
	case 'g':
	case 'G':
		return UINT64_C(1) << 30;
	default:
		return 0;
	}
}

bool file_size_parse(const char *text, uint64_t *bytes)
{
	char digits[SIZE_TEXT_MAX];
	size_t length = strlen(text);
	uint64_t value;
	uint64_t unit;

	if (length == 0 || length >= sizeof(digits))
		return false;
	memcpy(digits, text, length + 1);
	unit = unit_of(digits[length - 1]);
	if (unit)
		digits[length - 1] = '\0';
	else
		unit = 1000000;
	if (!parse_number(digits, 1, INT64_MAX / unit, &value))
		return false;
	*bytes = value * unit;
	return true;
}

static const char *rotation_option(const struct file_settings *file)
{
	return file->bytes     ? "-C"
	       : file->seconds ? "-G"
	       : file->packets ? "--packets-per-file"
	       : file->count   ? "-W"
			       : NULL;
}

/* What is wrong with these options, in words that follow the name of *option; or NULL. */
static const char *rotation_mistake(const struct file_settings *file, const char **option)
{
	const bool by_size = file->bytes || file->packets;
	const char *name = file->name;
	const char *slash = name ? strrchr(name, '/') : NULL;

	*option = rotation_option(file);
	if (!*option)
		return NULL;
	if (!name)
		return " is for use with -w";
	if (strcmp(name, "-") == 0)
		return " makes several files, and -w - is one";
	if (!by_size && !file->seconds)
		return " is for use with -C, -G or --packets-per-file";
	if (file->seconds && slash && memchr(name, '%', (size_t)(slash - name))) {
		*option = "-G";
		return ": the time must be in the file's name, not in its folder's";
	}
	if (by_size && file->count == 1) {
		*option = "-W 1";
		return ": a ring needs at least two files";
	}
	return NULL;
}

static const char *annotation_mistake(const struct settings *settings)
{
	if (!settings->file.name)
		return "--annotate is for use with -w";
	if (!file_is_pcapng(&settings->file))
		return "--annotate needs a pcapng file, as pcap has no comments: give -w a name "
		       "that ends in .pcapng, or add --file-format pcapng";
	if (settings->flow.no_findings)
		return "--annotate and --no-findings: only one at a time";
	return NULL;
}

bool file_options_check(const struct settings *settings, char error[static OPTIONS_ERROR_MAX])
{
	const struct file_settings *file = &settings->file;
	const char *option = "";
	const char *mistake = rotation_mistake(file, &option);

	if (!mistake) {
		option = "";
		if (file->annotate)
			mistake = annotation_mistake(settings);
		else if (file->format != FILE_FORMAT_BY_NAME && !file->name)
			mistake = "--file-format is for use with -w";
	}
	if (mistake)
		snprintf(error, OPTIONS_ERROR_MAX, "%s%s", option, mistake);
	return !mistake;
}
