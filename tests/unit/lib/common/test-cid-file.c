/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers files of CID names, good ones and hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/common/cid-file.h"

/* A folder for the test, and files in it. */
static char folder[] = "/tmp/vsockdump-test-XXXXXX";
static char path[sizeof(folder) + 32];

static struct vsock_cid_names *new_names(void)
{
	struct vsock_cid_names *names = vsock_cid_names_new();

	assert_non_null(names);
	return names;
}

static void write_file(const char *bytes, size_t length)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

/* Reads a file of these bytes. Returns the names, the error in `error`. */
static struct vsock_cid_names *read_bytes(const char *bytes, size_t length,
					  char error[static CID_FILE_ERROR_MAX], bool *ok)
{
	struct vsock_cid_names *names = new_names();

	write_file(bytes, length);
	error[0] = '\0';
	*ok = cid_file_read(names, path, error);
	return names;
}

/* The message after the file's name. */
static const char *behind_path(const char *error)
{
	size_t length = strlen(path);

	return strncmp(error, path, length) == 0 ? error + length : error;
}

static void files_are_read_as_hosts_is(void **state)
{
	static const char text[] = "# comment\n"
				   "\n"
				   "3 web\n"
				   "\t 4 \t db # the database\n"
				   "5 crlf\r\n"
				   "0x10 hexadecimal#close\n"
				   "   \t\n"
				   "2 my-host\n"
				   "3 web2\n"
				   "4294967295 last.without_newline";
	char error[CID_FILE_ERROR_MAX];
	bool ok;
	struct vsock_cid_names *names = read_bytes(text, sizeof(text) - 1, error, &ok);

	(void)state;
	assert_true(ok);
	assert_string_equal(error, "");
	assert_string_equal(vsock_cid_name(names, 3), "web2");
	assert_string_equal(vsock_cid_name(names, 4), "db");
	assert_string_equal(vsock_cid_name(names, 5), "crlf");
	assert_string_equal(vsock_cid_name(names, 16), "hexadecimal");
	assert_string_equal(vsock_cid_name(names, 2), "my-host");
	assert_string_equal(vsock_cid_name(names, UINT32_MAX), "last.without_newline");
	vsock_cid_names_free(names);
}

static void an_empty_file_is_fine(void **state)
{
	char error[CID_FILE_ERROR_MAX];
	bool ok;

	(void)state;
	vsock_cid_names_free(read_bytes("", 0, error, &ok));
	assert_true(ok);
}

static void bad_lines_are_told_by_number(void **state)
{
#define BAD_CID "a CID is a number from 0 to 4294967295"
	static const struct {
		const char *text;
		const char *error; /* behind the path */
	} files[] = {
	    {"3 ok\nweb 3\n", ":2: " BAD_CID},
	    {"-1 minus\n", ":1: " BAD_CID},
	    {"4294967296 large\n", ":1: " BAD_CID},
	    {"99999999999999999999999 larger\n", ":1: " BAD_CID},
	    {"0x long\n", ":1: " BAD_CID},
	    {"1.5 half\n", ":1: " BAD_CID},
	    {"\n\n\n7\n", ":4: a name is missing after the CID"},
	    {"7 # name\n", ":1: a name is missing after the CID"},
	    {"7 one two\n", ":1: more than a CID and a name"},
	    {"3=web\n", ":1: a name is missing after the CID"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char error[CID_FILE_ERROR_MAX];
		bool ok;

		vsock_cid_names_free(read_bytes(files[i].text, strlen(files[i].text), error, &ok));
		assert_false(ok);
		assert_string_equal(behind_path(error), files[i].error);
	}
}

/* Control characters are no name, and the message does not repeat them. */
static void control_characters_are_refused(void **state)
{
	static const char text[] = "3 \033[2Jowned\n";
	char error[CID_FILE_ERROR_MAX];
	bool ok;

	(void)state;
	vsock_cid_names_free(read_bytes(text, sizeof(text) - 1, error, &ok));
	assert_false(ok);
	assert_null(strchr(error, '\033'));
	assert_ptr_equal(strstr(behind_path(error), ":1: "), behind_path(error));
}

static void binary_files_are_refused(void **state)
{
	char error[CID_FILE_ERROR_MAX];
	bool ok;
	struct vsock_cid_names *names = read_bytes("3 web\n4 a\0b\n", 12, error, &ok);

	(void)state;
	assert_false(ok);
	assert_string_equal(behind_path(error), ":2: a null byte: not a text file");
	assert_string_equal(vsock_cid_name(names, 3), "web");
	vsock_cid_names_free(names);
}

/* A line may be 1023 bytes, comment included, and not one more; nothing is stored beyond it. */
static void long_lines_are_refused(void **state)
{
	static const struct {
		size_t length;
		bool ok;
	} lines[] = {{1023, true}, {1024, false}, {1025, false}, {3000000, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *text = malloc(lines[i].length + 1);
		char error[CID_FILE_ERROR_MAX];
		bool ok;

		assert_non_null(text);
		memset(text, '#', lines[i].length);
		memcpy(text, "3 web ", 6);
		text[lines[i].length] = '\n';
		vsock_cid_names_free(read_bytes(text, lines[i].length + 1, error, &ok));
		free(text);
		assert_int_equal(ok, lines[i].ok);
		if (!ok)
			assert_string_equal(behind_path(error), ":1: line too long");
	}
}

/* `count` lines of different CIDs. */
static char *many_lines(size_t count, size_t *length)
{
	char *text = malloc(count * 32 + 1);
	char *end = text;

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		end += sprintf(end, "%zu vm-%zu\n", i + 3, i);
	*length = (size_t)(end - text);
	return text;
}

static void many_names_have_a_limit(void **state)
{
	char error[CID_FILE_ERROR_MAX];
	size_t length;
	bool ok;
	char *text = many_lines(VSOCK_CID_NAMES_MAX, &length);
	struct vsock_cid_names *names = read_bytes(text, length, error, &ok);

	(void)state;
	assert_true(ok);
	assert_string_equal(vsock_cid_name(names, 3), "vm-0");
	assert_string_equal(vsock_cid_name(names, VSOCK_CID_NAMES_MAX + 2), "vm-65535");
	vsock_cid_names_free(names);
	free(text);

	text = many_lines(VSOCK_CID_NAMES_MAX + 1, &length);
	vsock_cid_names_free(read_bytes(text, length, error, &ok));
	assert_false(ok);
	assert_string_equal(behind_path(error), ":65537: more than 65536 names");
	free(text);
}

static void unreadable_files_are_told(void **state)
{
	struct vsock_cid_names *names = new_names();
	char error[CID_FILE_ERROR_MAX];

	(void)state;
	assert_false(cid_file_read(names, "/nonexistent/names", error));
	assert_string_equal(error, "/nonexistent/names: No such file or directory");
	assert_false(cid_file_read(names, folder, error));
	assert_non_null(strstr(error, ":1: Is a directory"));
	vsock_cid_names_free(names);
}

static void assignments_are_checked(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} assignments[] = {
	    {"3=web", true},
	    {"0x3=web", true},
	    {"4294967295=any-cid", true},
	    {"3=a=b", false},
	    {"3=", false},
	    {"=web", false},
	    {"web=3", false},
	    {"3", false},
	    {"3 =web", false},
	    {"3= web", false},
	    {"3=7", false},
	    {"4294967296=x", false},
	    {"", false},
	    {"00000000000000000000000000000000003=web", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(assignments) / sizeof(assignments[0]); i++) {
		struct vsock_cid_names *names = new_names();
		char error[CID_FILE_ERROR_MAX] = "";
		bool ok = cid_file_assign(names, assignments[i].text, error);

		if (ok != assignments[i].ok)
			fail_msg("'%s' is %s", assignments[i].text, ok ? "taken" : error);
		assert_int_equal(error[0] == '\0', ok);
		vsock_cid_names_free(names);
	}
}

/* $XDG_CONFIG_HOME if it is absolute, else ~/.config; a file that is not there is no error. */
static void default_file_is_found(void **state)
{
	char home_config[sizeof(folder) + 64];
	const char *const configs[] = {"", "relative", home_config};
	char file[sizeof(home_config) + 32];
	char error[CID_FILE_ERROR_MAX];

	(void)state;
	snprintf(home_config, sizeof(home_config), "%s/.config", folder);
	assert_int_equal(mkdir(home_config, 0700), 0);
	snprintf(file, sizeof(file), "%s/vsockdump", home_config);
	assert_int_equal(mkdir(file, 0700), 0);
	strcat(file, "/cids");

	setenv("HOME", folder, 1);
	for (size_t i = 0; i < 3; i++) {
		struct vsock_cid_names *names;
		FILE *stream;

		setenv("XDG_CONFIG_HOME", configs[i], 1);
		names = new_names();
		remove(file);
		assert_true(cid_file_read_defaults(names, error));
		assert_null(vsock_cid_name(names, 333));

		stream = fopen(file, "w");
		assert_non_null(stream);
		fputs("333 mine\n", stream);
		if (i == 2)
			fputs("bad\n", stream);
		fclose(stream);
		assert_int_equal(cid_file_read_defaults(names, error), i != 2);
		assert_string_equal(vsock_cid_name(names, 333), "mine");
		vsock_cid_names_free(names);
	}
	assert_non_null(strstr(error, "/vsockdump/cids:2: a name is missing"));
	remove(file);
	*strrchr(file, '/') = '\0';
	rmdir(file);
	rmdir(home_config);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/names", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	remove(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_are_read_as_hosts_is),
	    cmocka_unit_test(an_empty_file_is_fine),
	    cmocka_unit_test(bad_lines_are_told_by_number),
	    cmocka_unit_test(control_characters_are_refused),
	    cmocka_unit_test(binary_files_are_refused),
	    cmocka_unit_test(long_lines_are_refused),
	    cmocka_unit_test(many_names_have_a_limit),
	    cmocka_unit_test(unreadable_files_are_told),
	    cmocka_unit_test(assignments_are_checked),
	    cmocka_unit_test(default_file_is_found),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
