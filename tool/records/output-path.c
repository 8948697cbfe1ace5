/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/output-path.h"

#include <string.h>

char *output_path_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

const char *output_path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
