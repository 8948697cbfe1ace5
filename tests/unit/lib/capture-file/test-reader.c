/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/capture-file/reader.c: files that are cut at each byte, of either format. The reader
 * returns all whole packets, and reports the cut unless it is between two records or blocks.
 */
#include "tests/unit/lib/capture-file/bytes.h"

#define VSOCK      271
#define ETHERNET   1
#define STATISTICS 5
#define PIECES_MAX 16

/* A file, and the places where it can end without a loss. */
struct pieces {
	struct bytes bytes;
	bool numbered; /* messages number the records */
	size_t count;
	size_t ends[PIECES_MAX];      /* of the header, then of each record or block */
	uint32_t packets[PIECES_MAX]; /* packets before that place, which are vsock packets */
};

/* A record or a block ends here; `packets` of it are vsock packets, 0 or 1. */
static void end_piece(struct pieces *file, uint32_t packets)
{
	assert_true(file->count < PIECES_MAX);
	file->ends[file->count] = file->bytes.length;
	file->packets[file->count] = packets;
	if (file->count > 0)
		file->packets[file->count] += file->packets[file->count - 1];
	file->count++;
}

/* Packet i has 20 * i bytes of the pattern i. Its time is 0, as in a Simple Packet Block. */
static struct pieces pcap_file(bool big)
{
	struct pieces file = {.bytes = bytes_new(big), .numbered = true};

	put_pcap_header(&file.bytes, PCAP_MICRO, VSOCK);
	end_piece(&file, 0);
	for (uint32_t i = 1; i <= 4; i++) {
		put_pcap_record(&file.bytes, 0, 0, i, 20 * i, 20 * i);
		end_piece(&file, 1);
	}
	return file;
}

/* Packets between other blocks, and another section in the other byte order. */
static struct pieces pcapng_file(bool big)
{
	struct pieces file = {.bytes = bytes_new(big)};
	struct bytes *b = &file.bytes;

	ng_section(b);
	end_piece(&file, 0);
	ng_interface(b, VSOCK, 0, 9, 0);
	end_piece(&file, 0);
	ng_interface(b, ETHERNET, 0, 9, 0);
	end_piece(&file, 0);
	ng_packet(b, 0, 0, 1, 20, 20);
	end_piece(&file, 1);
	ng_packet(b, 1, 0, 9, 33, 33);
	end_piece(&file, 0);
	ng_unknown(b, 0x0bad, 41);
	end_piece(&file, 0);
	ng_packet(b, 0, 0, 2, 40, 40);
	end_piece(&file, 1);

	b->big = !big;
	ng_section(b);
	end_piece(&file, 0);
	ng_interface(b, VSOCK, 0, 9, 0);
	end_piece(&file, 0);
	ng_packet(b, 0, 0, 3, 60, 60);
	end_piece(&file, 1);
	ng_simple_packet(b, 4, 80, 80);
	end_piece(&file, 1);
	ng_unknown(b, STATISTICS, 40);
	end_piece(&file, 0);
	return file;
}

/* The file that ends after `length` bytes: its last place before them, or SIZE_MAX in the header.
 */
static size_t last_end(const struct pieces *file, size_t length)
{
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < file->count && file->ends[i] <= length; i++)
		last = i;
	return last;
}

static void assert_cut_in_header(const struct pieces *file, size_t length)
{
	char words[64] = "empty, not even a capture's header";

	if (length > 0)
		snprintf(words, sizeof(words), "it ends after %zu bytes, inside the header",
			 length);
	assert_refused(file->bytes.data, length, words);
}

static void assert_cut_after(const struct pieces *file, size_t last, struct capture_reader *reader)
{
	char words[64];

	if (file->numbered)
		snprintf(words, sizeof(words), "cut short in record %u at byte %zu;",
			 file->packets[last] + 1, file->ends[last]);
	else
		snprintf(words, sizeof(words), "cut short in the block at byte %zu;",
			 file->ends[last]);
	assert_end(reader, CAPTURE_READ_CUT, words);
}

static void assert_reads(const struct pieces *file, size_t length)
{
	size_t last = last_end(file, length);
	struct bytes part = {.data = file->bytes.data, .length = length};
	struct capture_reader *reader;

	if (last == SIZE_MAX) {
		assert_cut_in_header(file, length);
		return;
	}
	reader = open_bytes(&part);
	for (uint32_t i = 1; i <= file->packets[last]; i++)
		assert_next(reader, 0, i, 20 * i, 20 * i);
	if (length == file->ends[last])
		assert_end(reader, CAPTURE_READ_END, "");
	else
		assert_cut_after(file, last, reader);
}

static void assert_reads_every_cut(struct pieces file)
{
	assert_int_equal(file.packets[file.count - 1], 4);
	for (size_t length = 0; length <= file.bytes.length; length++)
		assert_reads(&file, length);
	bytes_free(&file.bytes);
}

static void reads_pcap_cut_at_each_byte(void **state)
{
	(void)state;
	assert_reads_every_cut(pcap_file(false));
	assert_reads_every_cut(pcap_file(true));
}

static void reads_pcapng_cut_at_each_byte(void **state)
{
	(void)state;
	assert_reads_every_cut(pcapng_file(false));
	assert_reads_every_cut(pcapng_file(true));
}

/* More than the reader has in memory at once, with blocks of other kinds in between. */
#define HELD_RECORDS 6000
#define HELD_SIZE    150

static struct bytes large_file(bool pcapng)
{
	struct bytes b = bytes_new(false);

	if (pcapng) {
		ng_section(&b);
		ng_interface(&b, VSOCK, 0, 9, 0);
	} else {
		put_pcap_header(&b, PCAP_MICRO, VSOCK);
	}
	for (uint32_t i = 0; i < HELD_RECORDS; i++) {
		if (pcapng && i % 7 == 0)
			ng_unknown(&b, 0x0bad, 41);
		if (pcapng)
			ng_packet(&b, 0, 0, i, HELD_SIZE, HELD_SIZE);
		else
			put_pcap_record(&b, 0, 0, i, HELD_SIZE, HELD_SIZE);
	}
	return b;
}

/* Holds the reader as long as it can, and checks all records that it returned only then. */
static void assert_holds(bool pcapng, bool ahead)
{
	static struct capture_record held[HELD_RECORDS];
	struct bytes b = large_file(pcapng);
	struct capture_reader *reader = open_bytes(&b);
	enum capture_read end = CAPTURE_READ_RECORD;
	uint32_t done = 0;
	unsigned waits = 0;

	if (ahead)
		capture_reader_read_ahead(reader, true);
	while (end == CAPTURE_READ_RECORD || end == CAPTURE_READ_WAIT) {
		uint32_t count = 0;

		while (done + count < HELD_RECORDS &&
		       (end = capture_reader_next(reader, &held[count])) == CAPTURE_READ_RECORD) {
			count++;
			assert_true(capture_reader_hold(reader));
		}
		for (uint32_t i = 0; i < count; i++) {
			assert_int_equal(held[i].captured, HELD_SIZE);
			assert_pattern(&held[i], done + i);
		}
		waits += end == CAPTURE_READ_WAIT;
		done += count;
		capture_reader_release(reader);
		if (done == HELD_RECORDS)
			end = capture_reader_next(reader, &held[0]);
	}
	assert_int_equal(end, CAPTURE_READ_END);
	assert_int_equal(done, HELD_RECORDS);
	assert_true(waits >= 2 && waits <= 20);
	capture_reader_close(reader);
	bytes_free(&b);
}

static void records_stay_while_held(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		assert_holds(i & 1, i & 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_pcap_cut_at_each_byte),
	    cmocka_unit_test(reads_pcapng_cut_at_each_byte),
	    cmocka_unit_test(records_stay_while_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
