/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/options, and the choice of a mode in tool/mode/mode.c.
 *
 * The input is the arguments, each with a null byte at its end. An empty line of bytes, which is
 * two null bytes, ends them. The rest is the content of each file that the arguments name: the
 * linker puts functions of this file in the place of those that open one (--wrap). A command line
 * is understood, or it is refused with a message. Reading it again gives the same answer.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/common/cid-file.h"
#include "tests/fuzz/must.h"
#include "tool/mode/mode.h"
#include "tool/options/input-list.h"
#include "tool/options/options.h"

#define ARGUMENTS_MAX 40

static char file_path[64];

/* Made by the linker: __wrap_X stands for X, and __real_X is what X was. */
bool __real_cid_file_read(struct vsock_cid_names *names, const char *path, char *error);
bool __wrap_cid_file_read(struct vsock_cid_names *names, const char *path, char *error);
bool __wrap_cid_file_read_defaults(struct vsock_cid_names *names, char *error);
bool __real_input_list_read(struct settings *settings, const char *path, char *error);
bool __wrap_input_list_read(struct settings *settings, const char *path, char *error);

bool __wrap_cid_file_read(struct vsock_cid_names *names, const char *path, char *error)
{
	must(path);
	return __real_cid_file_read(names, file_path, error);
}

bool __wrap_cid_file_read_defaults(struct vsock_cid_names *names, char *error)
{
	return __real_cid_file_read(names, file_path, error);
}

bool __wrap_input_list_read(struct settings *settings, const char *path, char *error)
{
	must(path);
	return __real_input_list_read(settings, file_path, error);
}

static void make_file(const uint8_t *data, size_t size)
{
	static int file = -1;

	if (file < 0) {
		file = memfd_create("file", MFD_CLOEXEC);
		snprintf(file_path, sizeof(file_path), "/proc/self/fd/%d", file);
	}
	must(file >= 0 && ftruncate(file, 0) == 0);
	must(pwrite(file, data, size, 0) == (ssize_t)size);
}

/* What main() does with a command line before it acts. */
static bool understood(int argc, char **argv, char error[static OPTIONS_ERROR_MAX])
{
	struct settings settings;
	bool good;

	memset(error, 'x', OPTIONS_ERROR_MAX);
	good = options_parse(&settings, argc, argv, error) &&
	       (settings.action != ACTION_CAPTURE || mode_choose(&settings, error));
	must(memchr(error, '\0', OPTIONS_ERROR_MAX));
	must(good || *error);
	must(!good || settings.print.names);
	options_free(&settings);
	return good;
}

/* Splits the text, which ends with a null byte, and returns where the file begins. */
static size_t split(char *text, size_t size, char *argv[static ARGUMENTS_MAX], int *argc)
{
	size_t at = 0;

	argv[(*argc)++] = (char *)"vsockdump";
	while (at < size && text[at] && *argc < ARGUMENTS_MAX - 1) {
		argv[(*argc)++] = text + at;
		at += strlen(text + at) + 1;
	}
	argv[*argc] = NULL;
	return at < size ? at + 1 : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char first[OPTIONS_ERROR_MAX], second[OPTIONS_ERROR_MAX];
	char *text = malloc(size + 1);
	char *argv[ARGUMENTS_MAX], *again[ARGUMENTS_MAX];
	int argc = 0;
	size_t file;
	bool good;

	must(text);
	memcpy(text, data, size);
	text[size] = '\0';
	file = split(text, size, argv, &argc);
	make_file(data + file, size - file);
	/* getopt_long() changes the order of the arguments. */
	memcpy(again, argv, sizeof(argv));
	good = understood(argc, argv, first);
	must(understood(argc, again, second) == good);
	must(strcmp(first, second) == 0);
	free(text);
	return 0;
}
