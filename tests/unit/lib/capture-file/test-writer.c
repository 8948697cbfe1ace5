/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing captures: all that is written reads back. A failed write is reported and counted, and
 * leaves a file that reads to its end.
 *
 * The file-size limit acts as a full disk: it also lets a part of a write through. It concerns only
 * files that are written, so the test sets and lifts it around the writer.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/capture-file/files.h"
#include "lib/capture-file/writer.h"
#include "tests/unit/lib/capture-file/bytes.h"

#define S UINT64_C(1000000000)

static const struct capture_writer_options nano = {.nanosecond = true};
static const struct capture_writer_options nano_unbuffered = {
    .nanosecond = true,
    .packet_buffer = true,
};

/* The file of that name, as -w makes it. */
static struct capture_writer *open_writer(const char *path,
					  const struct capture_writer_options *options)
{
	struct capture_files files;
	int error = capture_files_open(&files, path, (struct capture_naming){0});
	int fd;

	if (error) {
		errno = error;
		return NULL;
	}
	fd = capture_files_next(&files, 0, 0, 0, CAPTURE_SINGLE);
	error = errno;
	capture_files_close(&files);
	errno = error;
	return fd < 0 ? NULL : capture_writer_open(fd, options);
}

static uint8_t *payload(uint32_t seed, size_t length)
{
	uint8_t *data = malloc(length + 1);
	assert_non_null(data);
	for (size_t i = 0; i < length; i++)
		data[i] = pattern(seed, i);
	return data;
}

static int write_record(struct capture_writer *writer, uint64_t ts, uint32_t seed,
			uint32_t captured)
{
	uint8_t *data = payload(seed, captured);
	struct capture_record record = {
	    .ts = ts,
	    .data = data,
	    .captured = captured,
	    .on_wire = captured + 1,
	};
	int error = capture_writer_write(writer, &record, NULL);
	free(data);
	return error;
}

static struct capture_reader *read_back(const char *path)
{
	char error[CAPTURE_ERROR_MAX];
	struct capture_reader *reader = capture_reader_open(path, error);
	if (!reader)
		fail_msg("%s", error);
	return reader;
}

static struct memory_file empty_file(void)
{
	return memory_file(NULL, 0);
}

static void set_size_limit(rlim_t limit)
{
	struct rlimit l = {.rlim_cur = limit, .rlim_max = RLIM_INFINITY};
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = limit;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static const uint32_t sizes[] = {76,    76,    0,    1,     32767,  32768, 76,    65612,
				 65612, 65612, 9000, 32700, 262144, 76,    32767, 77};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void reads_back_what_it_wrote(void **state)
{
	(void)state;
	for (unsigned way = 0; way < 4; way++) {
		struct memory_file file = empty_file();
		struct capture_writer_options options = {
		    .nanosecond = way & 1,
		    .packet_buffer = way & 2,
		};
		struct capture_writer *writer = open_writer(file.path, &options);
		uint32_t total = 20 * SIZES;
		struct capture_reader *reader;

		assert_non_null(writer);
		for (uint32_t i = 0; i < total; i++)
			assert_int_equal(
			    write_record(writer, i * S + 123456789, i, sizes[i % SIZES]), 0);
		assert_int_equal(capture_writer_records(writer), total);
		assert_int_equal(capture_writer_close(writer), 0);

		reader = read_back(file.path);
		assert_int_equal(capture_reader_info(reader).nanosecond, way & 1);
		assert_int_equal(capture_reader_info(reader).snaplen, 262144);
		for (uint32_t i = 0; i < total; i++)
			assert_next(reader, i * S + (way & 1 ? 123456789 : 123456000), i,
				    sizes[i % SIZES], sizes[i % SIZES] + 1);
		assert_end(reader, CAPTURE_READ_END, "");
		memory_file_close(&file);
	}
}

static void writes_these_bytes(void **state)
{
	static const uint8_t expected[] = {
	    0xd4, 0xc3, 0xb2, 0xa1, 2,    0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, /**/
	    96,   0,    0,    0,    0x0f, 1, 0, 0,                         /**/
	    0x01, 0x02, 0x03, 0x04, 7,    0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, /**/
	    0,    7,    14,
	};
	uint8_t bytes[sizeof(expected) + 1];
	struct memory_file file = empty_file();
	struct capture_writer_options options = {.snaplen = 96};
	struct capture_writer *writer = open_writer(file.path, &options);

	(void)state;
	assert_int_equal(write_record(writer, 0x04030201 * S + 7999, 0, 3), 0);
	assert_int_equal(capture_writer_close(writer), 0);
	assert_int_equal(pread(file.fd, bytes, sizeof(bytes), 0), sizeof(expected));
	assert_memory_equal(bytes, expected, sizeof(expected));
	memory_file_close(&file);
}

static void cuts_to_the_snap_length(void **state)
{
	static const uint32_t snaplens[] = {1, 96, 40000, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(snaplens) / sizeof(snaplens[0]); i++) {
		struct memory_file file = empty_file();
		struct capture_writer_options options = {.snaplen = snaplens[i]};
		uint32_t snaplen = snaplens[i] ? snaplens[i] : 262144;
		struct capture_writer *writer = open_writer(file.path, &options);
		struct capture_reader *reader;

		assert_int_equal(write_record(writer, S, 1, 300000), 0);
		assert_int_equal(write_record(writer, S, 2, 1), 0);
		assert_int_equal(capture_writer_close(writer), 0);
		reader = read_back(file.path);
		assert_next(reader, S, 1, snaplen, 300001);
		assert_next(reader, S, 2, 1, 2);
		assert_end(reader, CAPTURE_READ_END, "");
		memory_file_close(&file);
	}
}

static void stays_at_the_last_second_there_is(void **state)
{
	struct memory_file file = empty_file();
	struct capture_writer *writer = open_writer(file.path, &nano);
	struct capture_reader *reader;

	(void)state;
	assert_int_equal(write_record(writer, UINT64_MAX / S * S, 1, 1), 0);
	assert_int_equal(capture_writer_close(writer), 0);
	reader = read_back(file.path);
	assert_next(reader, UINT32_MAX * S, 1, 1, 2);
	assert_end(reader, CAPTURE_READ_END, "");
	memory_file_close(&file);
}

static off_t size_of(const struct memory_file *file)
{
	struct stat status;
	assert_int_equal(fstat(file->fd, &status), 0);
	return status.st_size;
}

static void buffers_until_flushed(void **state)
{
	struct memory_file file = empty_file();
	struct capture_writer *writer = open_writer(file.path, &nano);

	(void)state;
	assert_int_equal(size_of(&file), 24);
	assert_int_equal(write_record(writer, 1, 1, 76), 0);
	assert_int_equal(size_of(&file), 24);
	assert_int_equal(capture_writer_flush(writer), 0);
	assert_int_equal(size_of(&file), 24 + 16 + 76);
	assert_int_equal(capture_writer_flush(writer), 0);
	assert_int_equal(capture_writer_close(writer), 0);
	assert_int_equal(size_of(&file), 24 + 16 + 76);

	writer = open_writer(file.path, &nano_unbuffered);
	assert_int_equal(size_of(&file), 24); /* the old content was removed */
	assert_int_equal(write_record(writer, 1, 1, 76), 0);
	assert_int_equal(size_of(&file), 24 + 16 + 76);
	assert_int_equal(capture_writer_close(writer), 0);
	memory_file_close(&file);
}

/* Writes until the limit is hit; returns how many records the writer says are whole. */
static uint64_t write_to_limit(struct capture_writer *writer, const uint32_t *lengths,
			       uint32_t count)
{
	int error = 0;
	uint64_t records;

	for (uint32_t i = 0; i < count && !error; i++)
		error = write_record(writer, i, i, lengths[i]);
	if (!error)
		error = capture_writer_flush(writer);
	assert_int_equal(error, EFBIG);

	/* It sticks. */
	records = capture_writer_records(writer);
	assert_int_equal(write_record(writer, 0, 0, 0), EFBIG);
	assert_int_equal(capture_writer_flush(writer), EFBIG);
	assert_int_equal(capture_writer_records(writer), records);
	assert_int_equal(capture_writer_close(writer), EFBIG);
	return records;
}

static void assert_whole_file(const char *path, const uint32_t *lengths, uint64_t records)
{
	struct capture_reader *reader = read_back(path);
	for (uint32_t i = 0; i < records; i++)
		assert_next(reader, i, i, lengths[i], lengths[i] + 1);
	assert_end(reader, CAPTURE_READ_END, "");
}

/* The disk is full after `limit` bytes, somewhere within these records. */
static void hit_limit(const struct capture_writer_options *options, rlim_t limit,
		      const uint32_t *lengths, uint32_t count)
{
	struct memory_file file = empty_file();
	struct capture_writer *writer = open_writer(file.path, options);
	rlim_t end = 24;
	uint64_t fit = 0, records;

	while (fit < count && end + 16 + lengths[fit] <= limit)
		end += 16 + lengths[fit++];
	assert_true(fit < count);

	assert_non_null(writer);
	set_size_limit(limit);
	records = write_to_limit(writer, lengths, count);
	set_size_limit(RLIM_INFINITY);
	assert_int_equal(records, fit);
	assert_int_equal(size_of(&file), end);
	assert_whole_file(file.path, lengths, records);
	memory_file_close(&file);
}

static void keeps_whole_records_of_a_full_disk(void **state)
{
	static const uint32_t few[] = {5, 0, 9, 3};
	rlim_t total = 24;

	(void)state;
	for (rlim_t limit = 24; limit < 24 + 4 * 16 + 17; limit++) {
		hit_limit(&nano, limit, few, 4);
		hit_limit(&nano_unbuffered, limit, few, 4);
	}
	/* Small ones in the buffer, large ones without it. */
	for (size_t i = 0; i < SIZES; i++)
		total += 16 + sizes[i];
	for (rlim_t limit = 24; limit < total; limit += 1999) {
		hit_limit(&nano, limit, sizes, SIZES);
		hit_limit(&nano_unbuffered, limit, sizes, SIZES);
	}
}

static void leaves_no_half_header(void **state)
{
	(void)state;
	for (rlim_t limit = 0; limit < 24; limit++) {
		struct memory_file file = empty_file();
		struct capture_writer *writer;
		int error;

		set_size_limit(limit);
		errno = 0;
		writer = open_writer(file.path, &nano);
		error = errno;
		set_size_limit(RLIM_INFINITY);
		assert_null(writer);
		assert_int_equal(error, EFBIG);
		assert_int_equal(size_of(&file), 0);
		memory_file_close(&file);
	}
}

static void tells_that_a_device_is_full(void **state)
{
	(void)state;
	errno = 0;
	assert_null(open_writer("/dev/full", &nano));
	assert_int_equal(errno, ENOSPC);
}

static void tells_why_it_cannot_open(void **state)
{
	(void)state;
	errno = 0;
	assert_null(open_writer("/nonexistent/x", &nano));
	assert_int_equal(errno, ENOENT);
	assert_null(open_writer("/", &nano));
	assert_int_equal(errno, EISDIR);
}

/* Standard output for the time of a test; cmocka writes to it in between. */
static int borrow_stdout(int fd)
{
	int saved;

	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	assert_true(saved >= 0);
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	return saved;
}

static void give_back_stdout(int saved)
{
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

/* vsockdump -w - >> file: the former contents of the file must stay. */
static void takes_back_only_its_own(void **state)
{
	static const uint32_t lengths[] = {100, 100};

	(void)state;
	for (int append = 0; append < 2; append++) {
		struct memory_file file = memory_file((const uint8_t *)"before", 6);
		int fd = open(file.path, O_WRONLY | (append ? O_APPEND : 0));
		int saved;
		struct capture_writer *writer;
		uint64_t records;

		assert_true(fd >= 0);
		assert_int_equal(lseek(fd, append ? 0 : 6, SEEK_SET), append ? 0 : 6);
		saved = borrow_stdout(fd);
		writer = open_writer("-", &nano);
		set_size_limit(6 + 24 + 116 + 50);
		records = writer ? write_to_limit(writer, lengths, 2) : 99;
		set_size_limit(RLIM_INFINITY);
		give_back_stdout(saved);
		assert_int_equal(records, 1);
		assert_int_equal(size_of(&file), 6 + 24 + 116);
		/* The next writer leaves no hole. */
		assert_int_equal(lseek(fd, 0, SEEK_CUR), 6 + 24 + 116);
		close(fd);
		memory_file_close(&file);
	}
}

/* vsockdump -w - 1<>file: the bytes after the half record stay. */
static void takes_nothing_back_from_the_middle(void **state)
{
	static const uint32_t lengths[] = {100, 100};
	uint8_t before[1000] = {0};
	struct memory_file file = memory_file(before, sizeof(before));
	int saved;
	struct capture_writer *writer;
	uint64_t records;

	(void)state;
	assert_int_equal(lseek(file.fd, 0, SEEK_SET), 0);
	saved = borrow_stdout(file.fd);
	writer = open_writer("-", &nano);
	set_size_limit(24 + 116 + 50);
	records = writer ? write_to_limit(writer, lengths, 2) : 99;
	set_size_limit(RLIM_INFINITY);
	give_back_stdout(saved);
	assert_int_equal(records, 1);
	assert_int_equal(size_of(&file), sizeof(before));
	memory_file_close(&file);
}

static void leaves_standard_output_open(void **state)
{
	struct memory_file file = empty_file();
	int saved = borrow_stdout(file.fd);
	struct capture_writer *writer = open_writer("-", &nano);
	int error = writer ? capture_writer_close(writer) : -1;
	ssize_t n = write(STDOUT_FILENO, "x", 1);

	(void)state;
	give_back_stdout(saved);
	assert_int_equal(error, 0);
	assert_int_equal(n, 1);
	assert_int_equal(size_of(&file), 25);
	memory_file_close(&file);
}

static void tells_of_a_closed_pipe(void **state)
{
	int ends[2], saved;
	struct capture_writer *writer;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	saved = borrow_stdout(ends[1]);
	writer = open_writer("-", &nano);
	give_back_stdout(saved);
	assert_non_null(writer);
	assert_int_equal(write_record(writer, 1, 1, 76), 0);
	assert_int_equal(capture_writer_flush(writer), 0);
	close(ends[0]);
	assert_int_equal(write_record(writer, 2, 2, 76), 0);
	assert_int_equal(capture_writer_records(writer), 2);
	assert_int_equal(capture_writer_flush(writer), EPIPE);
	assert_int_equal(capture_writer_records(writer), 1);
	assert_int_equal(capture_writer_close(writer), EPIPE);
	close(ends[1]);
}

/* The failure may come as late as the last flush. */
static void close_tells_of_the_last_flush(void **state)
{
	int ends[2], saved;
	struct capture_writer *writer;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	saved = borrow_stdout(ends[1]);
	writer = open_writer("-", &nano);
	give_back_stdout(saved);
	assert_non_null(writer);
	close(ends[0]);
	assert_int_equal(write_record(writer, 1, 1, 76), 0);
	assert_int_equal(capture_writer_close(writer), EPIPE);
	close(ends[1]);
}

/* Reads all records of a pipe. Its exit status says whether they are right. */
static void read_slowly(const char *path, uint32_t total)
{
	struct capture_record record;
	char error[CAPTURE_ERROR_MAX];
	struct capture_reader *reader = capture_reader_open(path, error);
	enum capture_read result;
	uint32_t i = 0;

	if (!reader)
		_exit(2);
	while ((result = capture_reader_next(reader, &record)) != CAPTURE_READ_END) {
		if (result == CAPTURE_READ_WAIT) {
			usleep(100);
			continue;
		}
		if (result != CAPTURE_READ_RECORD || record.captured != sizes[i % SIZES])
			_exit(3);
		for (size_t at = 0; at < record.captured; at++)
			if (record.data[at] != pattern(i, at))
				_exit(4);
		i++;
	}
	_exit(i == total ? 0 : 5);
}

/* Somebody else made the pipe non-blocking: writes come short, or fail with EAGAIN. */
static void waits_for_a_slow_reader(void **state)
{
	const uint32_t total = 3 * SIZES;
	int ends[2], status, saved;
	char path[32];
	pid_t child;
	struct capture_writer *writer;

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[1]);
		read_slowly(path, total);
	}
	saved = borrow_stdout(ends[1]);
	writer = open_writer("-", &nano);
	give_back_stdout(saved);
	assert_non_null(writer);
	for (uint32_t i = 0; i < total; i++)
		assert_int_equal(write_record(writer, i, i, sizes[i % SIZES]), 0);
	assert_int_equal(capture_writer_close(writer), 0);
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(ends[0]);
}

static mode_t mode_of(const char *path)
{
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 07777;
}

static void makes_private_files_for_root(void **state)
{
	char folder[] = "/tmp/capture-writer-XXXXXX";
	char path[64];
	mode_t saved, made, kept;
	int changed;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
	saved = umask(022);
	assert_int_equal(capture_writer_close(open_writer(path, &nano)), 0);
	made = mode_of(path);
	changed = chmod(path, 0640);
	assert_int_equal(capture_writer_close(open_writer(path, &nano)), 0);
	kept = mode_of(path);
	umask(saved);
	unlink(path);
	rmdir(folder);
	assert_int_equal(made, geteuid() == 0 ? 0600 : 0644);
	assert_int_equal(changed, 0);
	/* A file that others could read is replaced. */
	assert_int_equal(kept, geteuid() == 0 ? 0600 : 0640);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_back_what_it_wrote),
	    cmocka_unit_test(writes_these_bytes),
	    cmocka_unit_test(cuts_to_the_snap_length),
	    cmocka_unit_test(stays_at_the_last_second_there_is),
	    cmocka_unit_test(buffers_until_flushed),
	    cmocka_unit_test(keeps_whole_records_of_a_full_disk),
	    cmocka_unit_test(leaves_no_half_header),
	    cmocka_unit_test(tells_that_a_device_is_full),
	    cmocka_unit_test(tells_why_it_cannot_open),
	    cmocka_unit_test(takes_back_only_its_own),
	    cmocka_unit_test(takes_nothing_back_from_the_middle),
	    cmocka_unit_test(leaves_standard_output_open),
	    cmocka_unit_test(tells_of_a_closed_pipe),
	    cmocka_unit_test(close_tells_of_the_last_flush),
	    cmocka_unit_test(waits_for_a_slow_reader),
	    cmocka_unit_test(makes_private_files_for_root),
	};

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
