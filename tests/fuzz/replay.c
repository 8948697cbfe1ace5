/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay FILE-OR-FOLDER...
 *
 * Runs a fuzz target on files, for builds without libFuzzer: what was found once is tested always.
 * Fails when there was nothing to run.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LARGEST_INPUT (1 << 20)

/* How many inputs were run; -1 after an error. */
static long replay_file(const char *path)
{
	static uint8_t data[LARGEST_INPUT];
	FILE *file = fopen(path, "rb");
	uint8_t *exact;
	size_t size;

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	/* Of just its size, so that a sanitizer sees a read behind it. */
	exact = malloc(size ? size : 1);
	if (!exact)
		return -1;
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 1;
}

static long replay(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	long count = 0;

	if (!folder)
		return replay_file(path);
	while (count >= 0 && (entry = readdir(folder))) {
		char file[4096];
		long more;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		more = replay_file(file);
		count = more < 0 ? more : count + more;
	}
	closedir(folder);
	return count;
}

int main(int argc, char **argv)
{
	long count = 0;

	for (int i = 1; i < argc; i++) {
		long more = replay(argv[i]);

		if (more < 0)
			return EXIT_FAILURE;
		count += more;
	}
	printf("%ld inputs\n", count);
	return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
