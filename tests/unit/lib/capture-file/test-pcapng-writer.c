/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing pcapng: the bytes, what reads back, and that a full disk leaves whole blocks. Tests that
 * do not depend on the format are in test-writer.c.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "lib/capture-file/pcapng-encode.h"
#include "lib/capture-file/writer.h"
#include "tests/unit/lib/capture-file/bytes.h"

#define S UINT64_C(1000000000)

/* Bytes of the section header and the interface, with these texts. */
#define HEADER 132

static const struct capture_origin origin = {
    .os = "Linux 6.1.0",
    .interface = "vsockmon0",
    .description = "all",
};

static struct capture_writer *open_writer(const struct memory_file *file, bool packet_buffer)
{
	const struct capture_writer_options options = {
	    .pcapng = true,
	    .nanosecond = true,
	    .packet_buffer = packet_buffer,
	    .snaplen = 65612,
	    .origin = &origin,
	    .application = "test 1",
	};
	int fd = open(file->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	return capture_writer_open(fd, &options);
}

static int write_record(struct capture_writer *writer, uint64_t ts, uint32_t seed,
			uint32_t captured, const struct capture_comments *comments)
{
	uint8_t *data = malloc(captured + 1);
	const struct capture_record record = {
	    .ts = ts, .data = data, .captured = captured, .on_wire = captured + 1};
	uint64_t size = capture_writer_size(writer);
	uint64_t growth;
	int error;

	assert_non_null(data);
	for (size_t i = 0; i < captured; i++)
		data[i] = pattern(seed, i);
	growth = capture_writer_growth(writer, &record, comments);
	error = capture_writer_write(writer, &record, comments);
	if (!error)
		assert_int_equal(capture_writer_size(writer), size + growth);
	free(data);
	return error;
}

static off_t size_of(const struct memory_file *file)
{
	struct stat status;
	assert_int_equal(fstat(file->fd, &status), 0);
	return status.st_size;
}

static struct capture_reader *read_back(const struct memory_file *file)
{
	char error[CAPTURE_ERROR_MAX];
	struct capture_reader *reader = capture_reader_open(file->path, error);
	if (!reader)
		fail_msg("%s", error);
	return reader;
}

/* The same made by the functions that make files for the reader's tests. */
static void put_expected(struct bytes *b)
{
	static const uint8_t resolution = 9;
	size_t start = ng_begin(b, 0x0a0d0d0a);

	put32(b, 0x1a2b3c4d);
	put16(b, 1);
	put16(b, 0);
	put_number(b, UINT64_MAX, 8);
	ng_option(b, 3, "Linux 6.1.0\0", 11);
	ng_option(b, 4, "test 1", 6);
	put32(b, 0);
	ng_end(b, start);

	start = ng_begin(b, 1);
	put16(b, 271);
	put16(b, 0);
	put32(b, 65612);
	ng_option(b, 2, "vsockmon0", 9);
	ng_option(b, 3, "all", 3);
	ng_option(b, 9, &resolution, 1);
	ng_option(b, 12, "Linux 6.1.0", 11);
	put32(b, 0);
	ng_end(b, start);

	start = ng_begin(b, 6);
	put32(b, 0);
	put32(b, 0x00000001); /* 5 s are 0x12a05f200 ns */
	put32(b, 0x2a05f200);
	put32(b, 5);
	put32(b, 6);
	put_pattern(b, 1, 5);
	ng_pad(b);
	ng_option(b, 1, "a b", 3);
	put32(b, 0);
	ng_end(b, start);

	start = ng_begin(b, 6);
	put32(b, 0);
	put32(b, 0x00000001);
	put32(b, 0x65a0bc00);
	put32(b, 0);
	put32(b, 1);
	ng_end(b, start);

	start = ng_begin(b, 5);
	put32(b, 0);
	put32(b, 0x00000001);
	put32(b, 0x65a0bc00);
	ng_option(b, 2, "\1\0\0\0\0\xf2\5\x2a", 8);
	ng_option(b, 3, "\1\0\0\0\0\xbc\xa0\x65", 8);
	for (uint16_t code = 4; code <= 8; code++) {
		put16(b, code);
		put16(b, 8);
		put_number(b, code, 8);
	}
	ng_option(b, 1, "end.", 4);
	put32(b, 0);
	ng_end(b, start);
}

/* ng_pad() fills with bytes that readers must ignore. */
static void zero_padding(struct bytes *b)
{
	for (size_t i = 0; i < b->length; i++)
		if (b->data[i] == 0xee)
			b->data[i] = 0;
}

static void writes_these_bytes(void **state)
{
	struct capture_statistics statistics = capture_statistics_not_known();
	struct memory_file file = memory_file(NULL, 0);
	struct capture_writer *writer = open_writer(&file, false);
	static struct capture_comments comments;
	struct bytes b = bytes_new(false);
	uint8_t *written;
	struct capture_reader *reader;
	struct capture_record record;

	(void)state;
	capture_comments_add(&comments, "a b", 3);
	assert_int_equal(write_record(writer, 5 * S, 1, 5, &comments), 0);
	assert_int_equal(write_record(writer, 6 * S, 1, 0, NULL), 0);
	capture_comments_clear(&comments);
	capture_comments_add(&comments, "end.", 4);
	statistics.received = 4;
	statistics.interface_drops = 5;
	statistics.accepted = 6;
	statistics.kernel_drops = 7;
	statistics.delivered = 8;
	assert_int_equal(capture_writer_finish(writer, &statistics, &comments), 0);
	assert_int_equal(capture_writer_records(writer), 2);
	assert_int_equal(capture_writer_close(writer), 0);

	put_expected(&b);
	zero_padding(&b);
	written = malloc(b.length + 1);
	assert_int_equal(pread(file.fd, written, b.length + 1, 0), b.length);
	for (size_t i = 0; i < b.length; i++)
		if (written[i] != b.data[i])
			fail_msg("byte %zu is %02x, not %02x", i, written[i], b.data[i]);
	free(written);

	reader = read_back(&file);
	assert_string_equal(capture_reader_origin(reader)->os, "Linux 6.1.0");
	assert_string_equal(capture_reader_origin(reader)->interface, "vsockmon0");
	assert_string_equal(capture_reader_origin(reader)->description, "all");
	assert_int_equal(capture_reader_statistics(reader).kernel_drops, CAPTURE_NOT_KNOWN);
	assert_next(reader, 5 * S, 1, 5, 6);
	assert_next(reader, 6 * S, 1, 0, 1);
	assert_int_equal(capture_reader_next(reader, &record), CAPTURE_READ_END);
	assert_int_equal(capture_reader_statistics(reader).received, 4);
	assert_int_equal(capture_reader_statistics(reader).interface_drops, 5);
	assert_int_equal(capture_reader_statistics(reader).accepted, 6);
	assert_int_equal(capture_reader_statistics(reader).kernel_drops, 7);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
	memory_file_close(&file);
}

static const uint32_t sizes[] = {76, 77, 78, 79, 0, 32700, 32740, 65612, 76, 9001};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void reads_back_what_it_wrote(void **state)
{
	const struct capture_statistics statistics = capture_statistics_not_known();
	static struct capture_comments comments;

	(void)state;
	capture_comments_add(&comments, "three", 5);
	for (int way = 0; way < 2; way++) {
		struct memory_file file = memory_file(NULL, 0);
		struct capture_writer *writer = open_writer(&file, way);
		uint64_t most;
		struct capture_reader *reader;

		for (uint32_t i = 0; i < 20 * SIZES; i++)
			assert_int_equal(write_record(writer, i * S + 123456789, i,
						      sizes[i % SIZES],
						      i % 3 == 0 ? &comments : NULL),
					 0);
		most = capture_writer_size(writer);
		assert_int_equal(capture_writer_finish(writer, &statistics, NULL), 0);
		assert_int_equal(capture_writer_close(writer), 0);
		assert_true((uint64_t)size_of(&file) <= most);
		reader = read_back(&file);
		for (uint32_t i = 0; i < 20 * SIZES; i++)
			assert_next(reader, i * S + 123456789, i, sizes[i % SIZES],
				    sizes[i % SIZES] + 1);
		assert_end(reader, CAPTURE_READ_END, "");
		memory_file_close(&file);
	}
}

static void set_size_limit(rlim_t limit)
{
	struct rlimit l = {.rlim_cur = limit, .rlim_max = RLIM_INFINITY};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* The disk is full after `limit` bytes; returns whether it was. */
static bool hit_limit(rlim_t limit, bool packet_buffer)
{
	const struct capture_statistics statistics = capture_statistics_not_known();
	struct memory_file file = memory_file(NULL, 0);
	struct capture_writer *writer = open_writer(&file, packet_buffer);
	static struct capture_comments comments;
	int error = 0;
	uint64_t records;
	struct capture_reader *reader;

	assert_non_null(writer);
	capture_comments_clear(&comments);
	capture_comments_add(&comments, "a comment", 9);
	set_size_limit(limit);
	for (uint32_t i = 0; i < 5 && !error; i++)
		error = write_record(writer, i, i, i, &comments);
	error = capture_writer_finish(writer, &statistics, &comments);
	records = capture_writer_records(writer);
	assert_int_equal(capture_writer_close(writer), error);
	set_size_limit(RLIM_INFINITY);

	assert_true(error == 0 || error == EFBIG);
	reader = read_back(&file);
	for (uint32_t i = 0; i < records; i++)
		assert_next(reader, i, i, i, i + 1);
	assert_end(reader, CAPTURE_READ_END, "");
	memory_file_close(&file);
	return error != 0;
}

static void keeps_whole_blocks_of_a_full_disk(void **state)
{
	(void)state;
	for (int packet_buffer = 0; packet_buffer < 2; packet_buffer++) {
		rlim_t limit = HEADER;
		while (hit_limit(limit, packet_buffer))
			limit++;
		assert_true(limit > HEADER + 5 * 44);
	}
}

static void leaves_no_half_header(void **state)
{
	(void)state;
	for (rlim_t limit = 0; limit < HEADER; limit++) {
		struct memory_file file = memory_file(NULL, 0);
		struct capture_writer *writer;
		int error;

		set_size_limit(limit);
		errno = 0;
		writer = open_writer(&file, false);
		error = errno;
		set_size_limit(RLIM_INFINITY);
		assert_null(writer);
		assert_int_equal(error, EFBIG);
		assert_int_equal(size_of(&file), 0);
		memory_file_close(&file);
	}
}

static void cuts_texts_that_are_too_long(void **state)
{
	static struct capture_origin longest;
	static char application[1000];
	uint8_t start[PCAPNG_START_SIZE_MAX];
	size_t size;

	(void)state;
	memset(&longest, 'x', sizeof(longest));
	longest.bpf = true;
	memset(application, 'x', sizeof(application) - 1);
	size = pcapng_encode_start(start, &longest, application, true, 0);
	assert_true(size <= sizeof(start));
	assert_true(size > 5 * CAPTURE_TEXT_MAX);
}

/* Every option at its longest fits; so does every counter. */
static void statistics_fit(void **state)
{
	const struct capture_statistics all = {0};
	uint8_t block[PCAPNG_STATISTICS_SIZE_MAX];
	uint32_t size;
	size_t head = pcapng_encode_statistics(block, &all, true, 0, &size);

	(void)state;
	assert_true(head <= sizeof(block));
	assert_int_equal(size, head + PCAPNG_END_SIZE_MAX);
}

static void says_how_many_comments_found_no_room(void **state)
{
	static struct capture_comments comments;
	char text[600];
	unsigned total = 100;
	uint64_t left_out;
	size_t length;
	char expected[64];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (unsigned i = 0; i < total; i++)
		capture_comments_add(&comments, text, sizeof(text));
	left_out = comments.left_out;
	length = comments.length;
	assert_int_equal(length, (total - left_out) * (sizeof(text) + 4));
	capture_comments_end(&comments);
	assert_true(comments.length <= CAPTURE_COMMENTS_MAX);

	snprintf(expected, sizeof(expected), "%u more left out: no room", (unsigned)left_out);
	assert_memory_equal(comments.options + length + 4, expected, strlen(expected));
	/* The comment is written once, even after two calls. */
	length = comments.length;
	capture_comments_end(&comments);
	assert_int_equal(comments.length, length);
	capture_comments_add(&comments, text, sizeof(text));
	assert_int_equal(comments.length, length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_these_bytes),
	    cmocka_unit_test(reads_back_what_it_wrote),
	    cmocka_unit_test(keeps_whole_blocks_of_a_full_disk),
	    cmocka_unit_test(leaves_no_half_header),
	    cmocka_unit_test(cuts_texts_that_are_too_long),
	    cmocka_unit_test(statistics_fit),
	    cmocka_unit_test(says_how_many_comments_found_no_room),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
