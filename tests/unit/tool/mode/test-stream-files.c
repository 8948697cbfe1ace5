/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers tool/mode/stream-files.c. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/mode/stream-files.h"

struct fixture {
	char directory[64];
	struct stream_files *files;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	snprintf(f->directory, sizeof(f->directory), "/tmp/vsockdump-test-XXXXXX");
	*state = f;
	return mkdtemp(f->directory) ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	if (f->files)
		stream_files_close(f->files);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->directory);
	free(f);
	return system(command);
}

static void open_files(struct fixture *f, unsigned most_open)
{
	char failed[NAME_MAX + 1];

	f->files = stream_files_open(f->directory, most_open, failed);
	assert_non_null(f->files);
}

static void path_of(const struct fixture *f, const char *name, char path[static 128])
{
	snprintf(path, 128, "%s/%s", f->directory, name);
}

static void put(struct fixture *f, uint64_t flow, bool first, const char *text, uint32_t zeros)
{
	struct stream_file file = {flow, VSOCK_CLIENT, STREAM_DATA};

	assert_int_equal(
	    stream_files_put(f->files, &file, first, (const uint8_t *)text, strlen(text), zeros),
	    0);
}

static void assert_file(const struct fixture *f, const char *name, const char *text, size_t length)
{
	char path[128];
	char found[256];
	FILE *file;

	path_of(f, name, path);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("%s is missing", name);
	assert_int_equal(fread(found, 1, sizeof(found), file), length);
	fclose(file);
	assert_memory_equal(found, text, length);
}

static void make_file(const struct fixture *f, const char *name)
{
	char path[128];
	FILE *file;

	path_of(f, name, path);
	file = fopen(path, "wb");
	assert_non_null(file);
	fputs("old and longer", file);
	fclose(file);
}

static bool is_there(const struct fixture *f, const char *name)
{
	char path[128];
	struct stat status;

	path_of(f, name, path);
	return lstat(path, &status) == 0;
}

static void names_tell_flow_side_and_kind(void **state)
{
	static const struct {
		struct stream_file file;
		const char *name;
	} names[] = {
	    {{3, VSOCK_CLIENT, STREAM_DATA}, "3.client"},
	    {{4, VSOCK_SERVER, STREAM_MESSAGES}, "4.server.messages"},
	    {{UINT64_MAX, VSOCK_SERVER, STREAM_GAPS}, "18446744073709551615.server.gaps"},
	};
	char name[STREAM_FILE_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		stream_file_name(&names[i].file, name);
		assert_string_equal(name, names[i].name);
	}
}

static void bytes_come_to_their_place(void **state)
{
	struct fixture *f = *state;

	open_files(f, 4);
	put(f, 1, true, "abc", 0);
	put(f, 1, false, "de", 2);
	put(f, 1, false, "", 2);
	put(f, 1, false, "z", 0);
	put(f, 2, true, "", 3);
	assert_file(f, "1.client", "abcde\0\0\0\0z", 10);
	assert_file(f, "2.client", "\0\0\0", 3);
}

static void lines_are_appended(void **state)
{
	struct fixture *f = *state;
	struct stream_file gaps = {1, VSOCK_SERVER, STREAM_GAPS};

	open_files(f, 4);
	assert_false(stream_files_have(f->files, &gaps));
	assert_int_equal(stream_files_append(f->files, &gaps, "0 1\n", 4), 0);
	assert_int_equal(stream_files_close_flow(f->files, 1), 0);
	assert_int_equal(stream_files_append(f->files, &gaps, "5 1\n", 4), 0);
	assert_true(stream_files_have(f->files, &gaps));
	assert_file(f, "1.server.gaps", "0 1\n5 1\n", 8);
}

static unsigned open_descriptors(void)
{
	unsigned count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* Many more flows than files that may be open. Each is written to again and again. */
static void few_files_are_open(void **state)
{
	struct fixture *f = *state;
	unsigned before = open_descriptors();
	char name[32];

	open_files(f, 5);
	for (unsigned round = 0; round < 3; round++) {
		for (uint64_t flow = 1; flow <= 50; flow++) {
			put(f, flow, round == 0, round == 0 ? "a" : "b", 0);
			assert_true(open_descriptors() <= before + 1 + 5);
		}
	}
	for (unsigned flow = 1; flow <= 50; flow++) {
		snprintf(name, sizeof(name), "%u.client", flow);
		assert_file(f, name, "abb", 3);
		stream_files_close_flow(f->files, flow);
	}
	assert_int_equal(open_descriptors(), before + 1);
}

/* The process may have fewer descriptors left than we would use. */
static void descriptors_may_run_out(void **state)
{
	struct fixture *f = *state;
	struct rlimit limit;
	struct rlimit low;

	open_files(f, 100);
	getrlimit(RLIMIT_NOFILE, &limit);
	low = limit;
	low.rlim_cur = open_descriptors() + 8;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	for (unsigned round = 0; round < 2; round++)
		for (uint64_t flow = 1; flow <= 50; flow++)
			put(f, flow, round == 0, "x", 0);
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_file(f, "50.client", "xx", 2);
}

static void an_earlier_export_is_removed(void **state)
{
	static const char *const ours[] = {"1.client", "2.server.gaps", "99.client.messages",
					   STREAM_FILES_INDEX};
	static const char *const others[] = {"client",     "1",           ".client",
					     "1.clients",  "x1.client",   "1.client.gaps.bak",
					     "1.client.x", "flows.jsonl2"};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++)
		make_file(f, ours[i]);
	for (size_t i = 0; i < 8; i++)
		make_file(f, others[i]);
	open_files(f, 4);
	for (size_t i = 0; i < 4; i++)
		assert_false(is_there(f, ours[i]));
	for (size_t i = 0; i < 8; i++)
		assert_true(is_there(f, others[i]));
}

/*
 * Things of others with our names are removed. They are not written to, and we do not wait for
 * them.
 */
static void planted_files_are_removed(void **state)
{
	static const struct stream_file files[] = {
	    {1, VSOCK_CLIENT, STREAM_DATA},     {2, VSOCK_CLIENT, STREAM_GAPS},
	    {3, VSOCK_CLIENT, STREAM_MESSAGES}, {4, VSOCK_CLIENT, STREAM_DATA},
	    {5, VSOCK_CLIENT, STREAM_GAPS},     {6, VSOCK_CLIENT, STREAM_GAPS},
	};
	struct fixture *f = *state;
	char victim[128];
	char path[128];

	make_file(f, "victim");
	path_of(f, "victim", victim);
	open_files(f, 1);
	for (size_t i = 0; i < 6; i++) {
		char name[STREAM_FILE_NAME_MAX];

		stream_file_name(&files[i], name);
		path_of(f, name, path);
		if (i == 5)
			assert_int_equal(link(victim, path), 0);
		else if (i < 3)
			assert_int_equal(symlink(victim, path), 0);
		else
			assert_int_equal(mkfifo(path, 0666), 0);
	}
	alarm(20);
	for (size_t i = 0; i < 6; i++) {
		char name[STREAM_FILE_NAME_MAX];

		if (files[i].kind == STREAM_DATA)
			put(f, files[i].flow, true, "x", 0);
		else
			assert_int_equal(stream_files_append(f->files, &files[i], "x", 1), 0);
		stream_file_name(&files[i], name);
		assert_file(f, name, "x", 1);
	}
	alarm(0);
	assert_file(f, "victim", "old and longer", 14);
}

/* If a closed file was replaced, later bytes do not go into the new file. */
static void replaced_files_end(void **state)
{
	struct fixture *f = *state;
	struct stream_file file = {1, VSOCK_CLIENT, STREAM_DATA};
	char path[128];

	open_files(f, 1);
	put(f, 1, true, "a", 0);
	put(f, 2, true, "b", 0);
	path_of(f, "1.client", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0666), 0);
	alarm(20);
	assert_int_equal(stream_files_put(f->files, &file, false, (const uint8_t *)"x", 1, 0),
			 ESTALE);
	alarm(0);
	assert_string_equal(stream_files_failed(f->files), "1.client");
	assert_false(stream_files_broken(f->files));
	/* Reported once. The other file continues. */
	put(f, 1, false, "x", 0);
	put(f, 2, false, "c", 0);
	assert_file(f, "2.client", "bc", 2);
}

/* A file that is too long does not end the others. */
static void an_error_ends_one_file(void **state)
{
	const struct rlimit low = {4, RLIM_INFINITY};
	struct fixture *f = *state;
	struct stream_file file = {1, VSOCK_CLIENT, STREAM_DATA};
	struct rlimit limit;
	int error;

	open_files(f, 4);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	put(f, 1, true, "abc", 0);
	setrlimit(RLIMIT_FSIZE, &low);
	error = stream_files_put(f->files, &file, false, (const uint8_t *)"de", 2, 0);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(error, EFBIG);
	put(f, 1, false, "fg", 0);
	put(f, 2, true, "abcdefg", 0);
	assert_file(f, "1.client", "abcd", 4);
	assert_file(f, "2.client", "abcdefg", 7);
	assert_int_equal(stream_files_close_flow(f->files, 1), 0);
}

static void too_many_errors_end_all(void **state)
{
	struct fixture *f = *state;

	open_files(f, 4);
	for (uint64_t flow = 1; flow <= FILES_FAILED_MAX + 2; flow++) {
		struct stream_file lost = {flow, VSOCK_SERVER, STREAM_DATA};
		const uint8_t byte = 'x';

		assert_int_equal(stream_files_put(f->files, &lost, false, &byte, 1, 0), ENOENT);
		assert_int_equal(stream_files_broken(f->files), flow > FILES_FAILED_MAX);
	}
	assert_int_equal(stream_files_close_flow(f->files, 8), ENOENT);
	assert_string_equal(stream_files_failed(f->files), "1025.server");
}

/* The error names the folder that prevents the file. */
static void a_folder_in_the_way_is_named(void **state)
{
	struct fixture *f = *state;
	char failed[NAME_MAX + 1];
	char path[128];

	path_of(f, "0.client", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_null(stream_files_open(f->directory, 4, failed));
	assert_int_equal(errno, EISDIR);
	assert_string_equal(failed, "0.client");
}

static void directory_is_made_for_us_alone(void **state)
{
	struct fixture *f = *state;
	char failed[NAME_MAX + 1];
	char path[128];
	struct stat status;

	path_of(f, "new", path);
	f->files = stream_files_open(path, 4, failed);
	assert_non_null(f->files);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	stream_files_close(f->files);

	path_of(f, "new/er/still", path);
	f->files = stream_files_open(path, 4, failed);
	assert_null(f->files);
	assert_int_equal(errno, ENOENT);
	make_file(f, "file");
	path_of(f, "file", path);
	f->files = stream_files_open(path, 4, failed);
	assert_null(f->files);
	assert_int_equal(errno, ENOTDIR);
	assert_string_equal(failed, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_tell_flow_side_and_kind),
	    TEST(bytes_come_to_their_place),
	    TEST(lines_are_appended),
	    TEST(few_files_are_open),
	    TEST(descriptors_may_run_out),
	    TEST(an_earlier_export_is_removed),
	    TEST(planted_files_are_removed),
	    TEST(replaced_files_end),
	    TEST(an_error_ends_one_file),
	    TEST(too_many_errors_end_all),
	    TEST(a_folder_in_the_way_is_named),
	    TEST(directory_is_made_for_us_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
