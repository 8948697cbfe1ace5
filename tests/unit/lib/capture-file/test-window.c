/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * It must not matter how the bytes of a capture arrive: in how many reads, over a pipe, at which
 * place of the window.
 *
 * The program is linked with --wrap=read: the reader's read(2) comes here. The part of the window
 * that was not read is made inaccessible, so that AddressSanitizer sees each access beyond the end
 * of the file's bytes.
 */
#include <poll.h>
#include <sanitizer/asan_interface.h>
#include <sys/wait.h>

#include "tests/unit/lib/capture-file/bytes.h"

#define S      UINT64_C(1000000000)
#define WINDOW 262144

static struct {
	size_t limit;      /* of bytes per read */
	size_t fail_after; /* reads, if not 0 */
	int error;         /* that one read fails with */
	size_t reads;
} wrap;

ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	ssize_t n;
	size_t used;

	wrap.reads++;
	if (wrap.fail_after && wrap.reads == wrap.fail_after + 1) {
		errno = wrap.error;
		return -1;
	}
	ASAN_UNPOISON_MEMORY_REGION(buffer, size);
	n = __real_read(fd, buffer, wrap.limit && wrap.limit < size ? wrap.limit : size);
	used = n > 0 ? (size_t)n : 0;
	ASAN_POISON_MEMORY_REGION((uint8_t *)buffer + used, size - used);
	return n;
}

static int reset(void **state)
{
	(void)state;
	memset(&wrap, 0, sizeof(wrap));
	return 0;
}

static struct bytes small_pcap(void)
{
	struct bytes b = bytes_new(false);
	put_pcap_header(&b, PCAP_NANO, 271);
	for (uint32_t i = 0; i < 20; i++)
		put_pcap_record(&b, 7, i, i, 5 * i, 5 * i);
	return b;
}

static struct bytes small_pcapng(void)
{
	struct bytes b = bytes_new(true);
	ng_section(&b);
	ng_interface(&b, 271, 0, 9, 0);
	for (uint32_t i = 0; i < 20; i++) {
		ng_unknown(&b, 99, i);
		ng_packet(&b, 0, 7 * S + i, i, 5 * i, 5 * i);
	}
	return b;
}

static void assert_small(struct capture_reader *reader)
{
	for (uint32_t i = 0; i < 20; i++)
		assert_next(reader, 7 * S + i, i, 5 * i, 5 * i);
	assert_end(reader, CAPTURE_READ_END, "");
}

static void reads_in_small_pieces(void **state)
{
	struct bytes files[] = {small_pcap(), small_pcapng()};

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		for (wrap.limit = 1; wrap.limit <= 40; wrap.limit++) {
			wrap.reads = 0;
			assert_small(open_bytes(&files[f]));
			assert_true(wrap.reads >= files[f].length / wrap.limit);
		}
		bytes_free(&files[f]);
	}
}

/* Cuts at each byte. The rest of the window is out of bounds. */
static void reads_nothing_behind_the_end(void **state)
{
	struct bytes files[] = {small_pcap(), small_pcapng()};

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		for (size_t length = 0; length <= files[f].length; length++) {
			char error[CAPTURE_ERROR_MAX];
			struct capture_record record;
			struct memory_file file = memory_file(files[f].data, length);
			struct capture_reader *reader = capture_reader_open(file.path, error);
			uint32_t i = 0;
			memory_file_close(&file);
			while (reader &&
			       capture_reader_next(reader, &record) == CAPTURE_READ_RECORD)
				assert_pattern(&record, i++);
			capture_reader_close(reader);
		}
		bytes_free(&files[f]);
	}
}

/* A record's header, and its end, at every place around the end of the window. */
static void reads_across_the_end_of_the_window(void **state)
{
	(void)state;
	for (uint32_t back = 0; back < 48; back++) {
		uint32_t filler = WINDOW - 24 - 16 - back;
		struct bytes b = bytes_new(false);
		struct capture_reader *reader;

		put_pcap_header(&b, PCAP_MICRO, 271);
		put_pcap_record(&b, 1, 0, 1, filler, filler);
		put_pcap_record(&b, 2, 0, 2, 20, 20);
		put_pcap_record(&b, 3, 0, 3, 2 * WINDOW, 2 * WINDOW);
		put_pcap_record(&b, 4, 0, 4, 20, 20);
		reader = open_bytes(&b);
		assert_next(reader, 1 * S, 1, filler, filler);
		assert_next(reader, 2 * S, 2, 20, 20);
		assert_next(reader, 3 * S, 3, 2 * WINDOW, 2 * WINDOW);
		assert_next(reader, 4 * S, 4, 20, 20);
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

static void reads_pcapng_across_the_end_of_the_window(void **state)
{
	(void)state;
	for (uint32_t back = 0; back < 80; back += 4) {
		struct bytes b = bytes_new(true);
		uint32_t filler;
		struct capture_reader *reader;

		ng_section(&b);
		ng_interface(&b, 271, 0, 9, 0);
		ng_interface(&b, 1, 0, 0, 0);
		filler = WINDOW - (uint32_t)b.length - 12 - back;
		ng_unknown(&b, 99, filler);
		ng_packet(&b, 1, 2, 2, 20, 20);
		ng_packet(&b, 0, 2, 2, 20, 20);
		reader = open_bytes(&b);
		assert_next(reader, 2, 2, 20, 20);
		assert_int_equal(capture_reader_info(reader).other_links, 1);
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

struct channel {
	int in;
	char path[32];
	int out;
};

static struct channel channel(void)
{
	int ends[2];
	struct channel c;
	assert_int_equal(pipe(ends), 0);
	c.in = ends[0];
	c.out = ends[1];
	snprintf(c.path, sizeof(c.path), "/proc/self/fd/%d", c.in);
	return c;
}

/* A byte at a time: WAIT until a record is whole, then the record, then WAIT again. */
static void waits_for_each_byte(struct bytes *b, size_t header, const size_t *ends)
{
	char error[CAPTURE_ERROR_MAX];
	struct capture_record record;
	struct channel c = channel();
	struct capture_reader *reader;
	uint32_t next = 0;

	assert_int_equal(write(c.out, b->data, header), header);
	reader = capture_reader_open(c.path, error);
	assert_non_null(reader);
	assert_int_equal(capture_reader_info(reader).bytes_total, 0);
	for (size_t at = header; at < b->length; at++) {
		assert_int_equal(capture_reader_next(reader, &record), CAPTURE_READ_WAIT);
		assert_string_equal(capture_reader_error(reader), "");
		assert_int_equal(write(c.out, b->data + at, 1), 1);
		if (at + 1 == ends[next]) {
			assert_next(reader, 7 * S + next, next, 5 * next, 5 * next + 1);
			next++;
		}
	}
	assert_int_equal(next, 20);
	assert_int_equal(capture_reader_next(reader, &record), CAPTURE_READ_WAIT);
	close(c.out);
	close(c.in);
	assert_end(reader, CAPTURE_READ_END, "");
}

static void waits_on_a_pipe(void **state)
{
	struct bytes b = bytes_new(false);
	size_t ends[21] = {0};
	size_t header;

	(void)state;
	put_pcap_header(&b, PCAP_NANO, 271);
	for (uint32_t i = 0; i < 20; i++) {
		put_pcap_record(&b, 7, i, i, 5 * i, 5 * i + 1);
		ends[i] = b.length;
	}
	waits_for_each_byte(&b, 24, ends);

	b.length = 0;
	ng_section(&b);
	ng_interface(&b, 1, 0, 9, 0);
	ng_interface(&b, 271, 0, 9, 0);
	header = b.length;
	for (uint32_t i = 0; i < 20; i++) {
		ng_unknown(&b, 99, i);
		ng_packet(&b, 0, 0, 0, 9, 9); /* of the other link type */
		ng_packet(&b, 1, 7 * S + i, i, 5 * i, 5 * i + 1);
		ends[i] = b.length;
	}
	waits_for_each_byte(&b, header, ends);
	bytes_free(&b);
}

static void feed(int fd, const struct bytes *b)
{
	for (size_t i = 0; i < b->length; i++)
		if (write(fd, b->data + i, 1) != 1)
			_exit(1);
	_exit(0);
}

/* A caller reads a pipe. Its header also comes in pieces. */
static void reads_from_a_slow_process(void **state)
{
	struct bytes files[] = {small_pcap(), small_pcapng()};

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct channel c = channel();
		pid_t child = fork();
		char error[CAPTURE_ERROR_MAX];
		struct capture_record record;
		struct capture_reader *reader;
		uint32_t i = 0;
		enum capture_read result;
		int status;

		assert_true(child >= 0);
		if (child == 0) {
			close(c.in);
			feed(c.out, &files[f]);
		}
		close(c.out);

		reader = capture_reader_open(c.path, error);
		assert_non_null(reader);
		while ((result = capture_reader_next(reader, &record)) != CAPTURE_READ_END) {
			if (result == CAPTURE_READ_WAIT) {
				struct pollfd p = {.fd = capture_reader_fd(reader),
						   .events = POLLIN};
				assert_int_equal(poll(&p, 1, 10000), 1);
				continue;
			}
			assert_int_equal(result, CAPTURE_READ_RECORD);
			assert_int_equal(record.captured, 5 * i);
			assert_pattern(&record, i++);
		}
		assert_int_equal(i, 20);
		capture_reader_close(reader);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		close(c.in);
		bytes_free(&files[f]);
	}
}

static void reads_standard_input(void **state)
{
	struct bytes b = small_pcap();
	struct memory_file file = memory_file(b.data, b.length);
	struct memory_file packed = memory_file((const uint8_t *)"BZh9", 4);
	char error[CAPTURE_ERROR_MAX];
	int saved = dup(STDIN_FILENO);
	struct capture_reader *reader;

	(void)state;
	assert_int_equal(lseek(file.fd, 0, SEEK_SET), 0);
	assert_int_equal(lseek(packed.fd, 0, SEEK_SET), 0);
	assert_int_equal(dup2(file.fd, STDIN_FILENO), STDIN_FILENO);
	reader = capture_reader_open("-", error);
	assert_non_null(reader);
	assert_small(reader);
	assert_int_equal(dup2(packed.fd, STDIN_FILENO), STDIN_FILENO);
	assert_null(capture_reader_open("-", error));
	assert_contains(error, "standard input: compressed with bzip2; ");
	assert_contains(error, "| bzip2 -dc | vsockdump -r -");

	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
	memory_file_close(&packed);
	memory_file_close(&file);
	bytes_free(&b);
}

static void tells_of_a_failed_read(void **state)
{
	struct bytes b = small_pcap();
	struct capture_reader *reader;

	(void)state;
	wrap.limit = 64;
	wrap.fail_after = 2;
	wrap.error = EIO;
	reader = open_bytes(&b);
	for (uint32_t i = 0; i < 4; i++)
		assert_next(reader, 7 * S + i, i, 5 * i, 5 * i);
	assert_end(reader, CAPTURE_READ_ERROR,
		   "cannot read at byte 128: Input/output error; all 4 whole records");
	bytes_free(&b);
}

/* File systems over a network or in user space may let a signal through. */
static void goes_on_after_a_signal(void **state)
{
	struct bytes b = small_pcap();

	(void)state;
	for (size_t i = 1; i < 10; i++) {
		wrap.limit = 64;
		wrap.reads = 0;
		wrap.fail_after = i;
		wrap.error = EINTR;
		assert_small(open_bytes(&b));
	}
	bytes_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(reads_in_small_pieces, reset),
	    cmocka_unit_test_setup(reads_nothing_behind_the_end, reset),
	    cmocka_unit_test_setup(reads_across_the_end_of_the_window, reset),
	    cmocka_unit_test_setup(reads_pcapng_across_the_end_of_the_window, reset),
	    cmocka_unit_test_setup(waits_on_a_pipe, reset),
	    cmocka_unit_test_setup(reads_from_a_slow_process, reset),
	    cmocka_unit_test_setup(reads_standard_input, reset),
	    cmocka_unit_test_setup(tells_of_a_failed_read, reset),
	    cmocka_unit_test_setup(goes_on_after_a_signal, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
