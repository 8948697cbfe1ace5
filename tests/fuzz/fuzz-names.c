/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/common/cid-file.c and core/cid-names.c.
 *
 * The input is used as a file of names for CIDs, as one assignment, and as one name. The names that
 * were read, written as a file again, must read back the same.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/common/cid-file.h"
#include "tests/fuzz/must.h"

static bool read_bytes(struct vsock_cid_names *names, const void *bytes, size_t size)
{
	static int file = -1;
	char error[CID_FILE_ERROR_MAX] = "";
	char path[64];
	bool good;

	if (file < 0)
		file = memfd_create("names", MFD_CLOEXEC);
	must(file >= 0 && ftruncate(file, 0) == 0);
	must(pwrite(file, bytes, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	good = cid_file_read(names, path, error);
	must(memchr(error, '\0', sizeof(error)) && good == (error[0] == '\0'));
	return good;
}

static bool good_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= VSOCK_CID_NAME_LEN &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
		   length;
}

static void check_name(const struct vsock_cid_names *names, uint32_t cid, const char *name)
{
	const char *of_found;
	uint32_t found;

	must(good_name(name));
	must(strcmp(vsock_cid_name(names, cid), name) == 0);
	/* Of CIDs with one name it may be another that is found. */
	must(vsock_cid_by_name(names, name, &found));
	of_found = vsock_cid_name(names, found);
	must(of_found && strcasecmp(of_found, name) == 0);
}

/* All names, checked, as a file; to be freed. */
static char *written(const struct vsock_cid_names *names, size_t *size)
{
	FILE *file;
	char *text = NULL;
	const char *name;
	uint32_t cid;

	file = open_memstream(&text, size);
	must(file);
	for (uint32_t i = 0; vsock_cid_names_get(names, i, &cid, &name); i++) {
		check_name(names, cid, name);
		fprintf(file, "%" PRIu32 "\t %s # %" PRIu32 "\n", cid, name, i);
	}
	must(fclose(file) == 0);
	return text;
}

static void check_file(const uint8_t *data, size_t size)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	struct vsock_cid_names *again = vsock_cid_names_new();
	size_t length, length_again;
	char *text, *text_again;

	must(names && again);
	read_bytes(names, data, size);
	text = written(names, &length);
	must(read_bytes(again, text, length));
	text_again = written(again, &length_again);
	must(length == length_again && memcmp(text, text_again, length) == 0);
	free(text);
	free(text_again);
	vsock_cid_names_free(names);
	vsock_cid_names_free(again);
}

static void check_words(const uint8_t *data, size_t size)
{
	struct vsock_cid_names *names = vsock_cid_names_new();
	char *text = malloc(size + 1);
	char error[CID_FILE_ERROR_MAX] = "";
	const char *name;
	uint32_t cid;
	bool good;

	must(names && text);
	memcpy(text, data, size);
	text[size] = '\0';
	good = cid_file_assign(names, text, error);
	must(good == (error[0] == '\0'));
	must(vsock_cid_names_get(names, 0, &cid, &name) == good);
	if (good)
		check_name(names, cid, name);
	vsock_cid_by_name(names, text, &cid);
	/* A name does not read as a number or an option. */
	if (vsock_cid_names_add(names, 77, text) == VSOCK_CID_NAMES_OK)
		check_name(names, 77, text);
	else
		must(!good_name(text) || isdigit((unsigned char)text[0]) || text[0] == '-');
	free(text);
	vsock_cid_names_free(names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_file(data, size);
	check_words(data, size);
	return 0;
}
