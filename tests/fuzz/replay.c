/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay FILE-OR-FOLDER... [-]
 *
 * Runs a fuzz target on files, for builds without libFuzzer: what was found once is tested always.
 * "-" is an archive of files on standard input, as tar makes it: a corpus is hundreds of files.
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

/* Headers and data of an archive are in blocks of this size. */
#define TAR_BLOCK       512
#define TAR_SIZE_OFFSET 124
#define TAR_TYPE_OFFSET 156
#define TAR_TYPE_FILE   '0'

/* Of just its size, so that a sanitizer sees a read behind it. */
static bool replay_bytes(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		return false;
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return true;
}

/* How many inputs were run; -1 after an error. */
static long replay_file(const char *path)
{
	static uint8_t data[LARGEST_INPUT];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	return replay_bytes(data, size) ? 1 : -1;
}

static long replay_folder(DIR *folder, const char *path)
{
	struct dirent *entry;
	long count = 0;

	while (count >= 0 && (entry = readdir(folder))) {
		char file[4096];
		long more;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		more = replay_file(file);
		count = more < 0 ? more : count + more;
	}
	return count;
}

static bool read_blocks(uint8_t *data, size_t size)
{
	size_t blocks = (size + TAR_BLOCK - 1) / TAR_BLOCK;

	return size <= LARGEST_INPUT && fread(data, TAR_BLOCK, blocks, stdin) == blocks;
}

/* The end of an archive is a block of zeros. */
static long replay_archive(void)
{
	static uint8_t data[LARGEST_INPUT];
	uint8_t header[TAR_BLOCK + 1] = {0};
	long count = 0;

	while (fread(header, TAR_BLOCK, 1, stdin) == 1 && header[0]) {
		size_t size = strtoul((const char *)header + TAR_SIZE_OFFSET, NULL, 8);

		if (!read_blocks(data, size)) {
			fprintf(stderr, "an archive that is cut short\n");
			return -1;
		}
		if (header[TAR_TYPE_OFFSET] != TAR_TYPE_FILE)
			continue;
		if (!replay_bytes(data, size))
			return -1;
		count++;
	}
	return count;
}

static long replay(const char *path)
{
	DIR *folder;
	long count;

	if (strcmp(path, "-") == 0)
		return replay_archive();
	folder = opendir(path);
	if (!folder)
		return replay_file(path);
	count = replay_folder(folder, path);
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
