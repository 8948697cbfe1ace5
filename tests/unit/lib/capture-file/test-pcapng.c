/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading pcapng files. */
#include "tests/unit/lib/capture-file/bytes.h"

#define S        UINT64_C(1000000000)
#define VSOCK    271
#define ETHERNET 1

/* All sorts of blocks, in two sections of different byte order. */
static void put_everything(struct bytes *b, bool big)
{
	b->big = big;
	ng_section(b);
	ng_unknown(b, 0x0bad, 0);
	ng_interface(b, VSOCK, 0, 0, 0);
	ng_interface(b, ETHERNET, 65535, 9, 0);
	ng_interface(b, VSOCK, 60, 9, 0);
	ng_packet(b, 0, UINT64_C(1700000000123456), 1, 76, 76);
	ng_unknown(b, 0x80000001, 33);
	ng_packet(b, 1, 5, 99, 60, 60); /* Ethernet: not delivered */
	ng_packet(b, 2, UINT64_C(1700000000123456789), 2, 77, 65612);

	b->big = !big;
	ng_section(b);
	ng_interface(b, VSOCK, 50, 0x80 | 20, -100);
	ng_packet(b, 0, (UINT64_C(1700000100) << 20) + (1u << 19), 3, 0, 0);
	ng_simple_packet(b, 4, 50, 76);
	ng_simple_packet(b, 5, 7, 7);
}

static void assert_everything(struct capture_reader *reader)
{
	assert_next(reader, 1700000000 * S + 123456000, 1, 76, 76);
	assert_next(reader, 1700000000 * S + 123456789, 2, 77, 65612);
	assert_next(reader, 1700000000 * S + S / 2, 3, 0, 0);
	assert_next(reader, 0, 4, 50, 76);
	assert_next(reader, 0, 5, 7, 7);
}

static void reads_everything(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes b = bytes_new(big);
		struct capture_reader *reader;
		struct capture_reader_info info;

		put_everything(&b, big);
		reader = open_bytes(&b);
		assert_true(capture_reader_info(reader).nanosecond);
		assert_everything(reader);
		info = capture_reader_info(reader);
		assert_int_equal(info.snaplen, 0);
		assert_int_equal(info.other_links, 1);
		assert_int_equal(info.bytes_read, b.length);
		assert_string_equal(info.format, "pcapng");
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

static void tells_where_it_was_cut(void **state)
{
	struct bytes b = bytes_new(true);
	char words[64];
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 0, 0);
	ng_packet(&b, 0, 1, 1, 5, 5);
	snprintf(words, sizeof(words), "at byte %zu; the one whole record", b.length);
	ng_unknown(&b, 77, 1000000);
	b.length -= 1;
	reader = open_bytes(&b);
	assert_next(reader, 1000, 1, 5, 5);
	assert_end(reader, CAPTURE_READ_CUT, words);
	bytes_free(&b);
}

static void reads_obsolete_packets(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes b = bytes_new(big);
		size_t start;
		struct capture_reader *reader;

		ng_section(&b);
		ng_interface(&b, ETHERNET, 0, 0, 0);
		ng_interface(&b, VSOCK, 0, 0, 0);
		start = ng_begin(&b, 2);
		put16(&b, 1);
		put16(&b, 0xffff); /* drops: unknown */
		put32(&b, 1);
		put32(&b, 2);
		put32(&b, 9);
		put32(&b, 8); /* less than captured */
		put_pattern(&b, 7, 9);
		ng_end(&b, start);
		reader = open_bytes(&b);
		assert_next(reader, ((UINT64_C(1) << 32) + 2) * 1000, 7, 9, 9);
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

/* A time of microseconds does not become fine by an Ethernet interface with nanoseconds. */
static void knows_how_fine_times_are(void **state)
{
	static const struct {
		uint8_t vsock, other;
		bool nanosecond;
	} rows[] = {{0, 9, false}, {6, 9, false}, {9, 6, true}, {0x80 | 30, 0, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes b = bytes_new(false);
		struct capture_reader *reader;

		ng_section(&b);
		ng_interface(&b, ETHERNET, 0, rows[i].other, 0);
		ng_interface(&b, VSOCK, 0, rows[i].vsock, 0);
		reader = open_bytes(&b);
		assert_int_equal(capture_reader_info(reader).nanosecond, rows[i].nanosecond);
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

/* Blocks larger than the window, before and between the packets. */
static void passes_over_large_blocks(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	ng_interface(&b, ETHERNET, 0, 0, 0);
	ng_interface(&b, VSOCK, 0, 0, 0);
	ng_unknown(&b, 10, 3000000);
	ng_packet(&b, 0, 1, 0, 3000000, 3000000);
	ng_packet(&b, 1, 1, 1, 5, 5);
	reader = open_bytes(&b);
	assert_next(reader, 1000, 1, 5, 5);
	assert_int_equal(capture_reader_info(reader).other_links, 1);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void reads_a_file_without_vsock(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;
	struct capture_record record;

	(void)state;
	ng_section(&b);
	ng_interface(&b, ETHERNET, 0, 0, 0);
	ng_packet(&b, 0, 1, 0, 60, 60);
	ng_simple_packet(&b, 0, 60, 60);
	reader = open_bytes(&b);
	assert_string_equal(capture_reader_info(reader).link, "");
	assert_int_equal(capture_reader_next(reader, &record), CAPTURE_READ_ERROR);
	assert_int_equal(capture_reader_info(reader).other_links, 2);
	assert_end(reader, CAPTURE_READ_ERROR,
		   "no vsock in it: its link type is EN10MB (1), not VSOCK (271); capture on");
	bytes_free(&b);
}

static void passes_over_unknown_options(void **state)
{
	struct bytes b = bytes_new(true);
	size_t start;
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	start = ng_begin(&b, 1);
	put16(&b, VSOCK);
	put16(&b, 0);
	put32(&b, 0);
	ng_option(&b, 0x8abc, "12345", 5);
	ng_option(&b, 9, "\x03\x03", 2); /* of the wrong length: not believed */
	ng_option(&b, 9, "\x03", 1);
	ng_option(&b, 14, "\x03", 1);
	put32(&b, 0);
	ng_option(&b, 9, "\x06", 1); /* behind the end of options */
	ng_end(&b, start);
	ng_packet(&b, 0, 1700, 1, 5, 5);
	reader = open_bytes(&b);
	assert_next(reader, S + 700000000, 1, 5, 5);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

/* A section and a vsock interface; what follows is for the test to break. */
static struct bytes beginning(void)
{
	struct bytes b = bytes_new(false);
	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 0, 0);
	ng_packet(&b, 0, 1, 1, 8, 8);
	return b;
}

/* The block behind the beginning is damage, described by these words. */
static void assert_damaged(struct bytes *b, const char *words)
{
	struct capture_reader *reader = open_bytes(b);
	assert_next(reader, 1000, 1, 8, 8);
	assert_end(reader, CAPTURE_READ_ERROR, words);
	bytes_free(b);
}

static void stops_at_impossible_block_lengths(void **state)
{
	static const uint32_t lengths[] = {0, 4, 8, 11, 13, 34, 0x01000004, 0xfffffffc, UINT32_MAX};
	static const uint32_t types[] = {1, 2, 3, 6, 77};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
			char words[64];
			struct bytes b = beginning();
			snprintf(words, sizeof(words),
				 "damaged at byte %zu: impossible block length %u;", b.length,
				 lengths[i]);
			put32(&b, types[t]);
			put32(&b, lengths[i]);
			put_bytes(&b, "\0\0\0\0\0\0\0\0", 8);
			put_pattern(&b, 0, 100);
			assert_damaged(&b, words);
		}
	}
}

static void stops_at_blocks_too_short_for_their_type(void **state)
{
	static const struct {
		uint32_t type;
		uint32_t min;
	} rows[] = {{1, 20}, {2, 32}, {3, 16}, {6, 32}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes b = beginning();
		ng_unknown(&b, rows[i].type, rows[i].min - 16);
		put_pattern(&b, 0, 100);
		assert_damaged(&b, "impossible block length");
	}
}

static void stops_where_the_two_lengths_differ(void **state)
{
	static const uint32_t types[] = {1, 2, 3, 6, 77};
	struct bytes section = beginning();

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct bytes b = beginning();
		size_t start = ng_begin(&b, types[i]);
		put16(&b, types[i] == 1 ? VSOCK : 0);
		for (int j = 0; j < 25; j++)
			put16(&b, 0);
		ng_end(&b, start);
		b.data[b.length - 3] ^= 1;
		assert_damaged(&b, "the block's length is 64 at its start and 320 at its end");
	}
	ng_section(&section);
	section.data[section.length - 4] ^= 4;
	assert_damaged(&section, "the block's length is");
}

static void stops_at_packets_longer_than_their_block(void **state)
{
	struct bytes b = beginning();
	size_t start = b.length;

	(void)state;
	ng_packet(&b, 0, 1, 1, 8, 8);
	memset(b.data + start + 20, 0xff, 4);
	assert_damaged(&b, "a packet claims 4294967295 bytes");

	/* Into the last length, by one byte. */
	b = beginning();
	start = ng_begin(&b, 6);
	put_bytes(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0\x05\0\0\0", 20);
	put32(&b, 0);
	ng_end(&b, start);
	assert_damaged(&b, "a packet claims 5 bytes, more than its block");

	/* Room for it, but longer than frames are. */
	b = beginning();
	ng_packet(&b, 0, 1, 1, CAPTURE_RECORD_MAX + 1, 8);
	assert_damaged(&b, "a packet claims 1048577 bytes");
	b = beginning();
	ng_packet(&b, 0, 1, 1, 2 * CAPTURE_RECORD_MAX, 8);
	assert_damaged(&b, "more than any packet has");
	b = beginning();
	ng_simple_packet(&b, 1, CAPTURE_RECORD_MAX + 4, UINT32_MAX);
	assert_damaged(&b, "a packet claims 1048580 bytes");
}

static void stops_at_unknown_interfaces(void **state)
{
	struct bytes b = beginning();

	(void)state;
	ng_packet(&b, 1, 1, 1, 8, 8);
	assert_damaged(&b, "a packet of interface 1, but only 1 are described");

	/* A new section forgets the interfaces of the one before. */
	b = beginning();
	ng_section(&b);
	ng_simple_packet(&b, 1, 8, 8);
	assert_damaged(&b, "a packet of interface 0, but only 0 are described");
}

static void stops_at_options_longer_than_their_block(void **state)
{
	struct bytes b = beginning();
	size_t start = ng_begin(&b, 1);

	(void)state;
	put16(&b, VSOCK);
	put16(&b, 0);
	put32(&b, 0);
	put16(&b, 14);
	put16(&b, 8);
	put32(&b, 0);
	ng_end(&b, start);
	assert_damaged(&b, "an option longer than its block");
}

static void stops_at_too_many_interfaces(void **state)
{
	struct bytes b = beginning();

	(void)state;
	for (int i = 1; i <= 65536; i++)
		ng_interface(&b, ETHERNET, 0, 0, 0);
	assert_damaged(&b, "more than 65536 interfaces");
}

static void stops_at_bad_sections(void **state)
{
	struct bytes b = beginning();
	size_t start = b.length;

	(void)state;
	ng_section(&b);
	b.data[start + 8] = 0;
	assert_damaged(&b, "a section header with no known byte order");

	b = beginning();
	start = b.length;
	ng_section(&b);
	b.data[start + 12] = 2;
	assert_damaged(&b, "pcapng version 2.0 at byte ");

	b = beginning();
	start = b.length;
	ng_section(&b);
	b.data[start + 4] = 24;
	assert_damaged(&b, "impossible block length 24");
}

/* Section and interface of an annotated file, with what is known of it. */
static void put_about(struct bytes *b, const char *os, const char *name)
{
	size_t start = ng_begin(b, 0x0a0d0d0a);
	put32(b, 0x1a2b3c4d);
	put16(b, 1);
	put16(b, 0);
	put_number(b, UINT64_MAX, 8);
	ng_option(b, 1, "a comment", 9);
	ng_option(b, 3, os, (uint16_t)strlen(os));
	put32(b, 0);
	ng_end(b, start);

	start = ng_begin(b, 1);
	put16(b, VSOCK);
	put16(b, 0);
	put32(b, 0);
	ng_option(b, 2, name, (uint16_t)strlen(name));
	ng_option(b, 3, "described", 9);
	put32(b, 0);
	ng_end(b, start);
}

static void put_statistics(struct bytes *b, uint32_t interface, uint64_t accepted, uint64_t drops)
{
	size_t start = ng_begin(b, 5);
	put32(b, interface);
	put32(b, 0);
	put32(b, 0);
	put16(b, 6);
	put16(b, 8);
	put_number(b, accepted, 8);
	ng_option(b, 7, "odd", 3); /* not of the size it must have */
	put16(b, 7);
	put16(b, 8);
	put_number(b, drops, 8);
	put32(b, 0);
	ng_end(b, start);
}

static void tells_where_packets_come_from(void **state)
{
	struct capture_record record;

	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes b = bytes_new(big);
		struct capture_reader *reader;

		put_about(&b, "Linux 6.8.0", "vsockmon7");
		ng_packet(&b, 0, 1, 1, 76, 76);
		put_statistics(&b, 0, 10, 1);
		put_statistics(&b, 0, 20, 2); /* takes the place of the one before */
		put_statistics(&b, 9, 1000, 1000);
		put_about(&b, "Linux 6.9.0", "vsockmon8");
		put_statistics(&b, 0, 100, 3); /* but another section's is another capture's */
		reader = open_bytes(&b);
		assert_string_equal(capture_reader_origin(reader)->os, "Linux 6.8.0");
		assert_string_equal(capture_reader_origin(reader)->interface, "vsockmon7");
		assert_string_equal(capture_reader_origin(reader)->description, "described");
		assert_int_equal(capture_reader_statistics(reader).accepted, CAPTURE_NOT_KNOWN);
		assert_next(reader, 1000, 1, 76, 76);
		assert_int_equal(capture_reader_next(reader, &record), CAPTURE_READ_END);
		assert_int_equal(capture_reader_statistics(reader).accepted, 120);
		assert_int_equal(capture_reader_statistics(reader).kernel_drops, 5);
		assert_int_equal(capture_reader_statistics(reader).received, CAPTURE_NOT_KNOWN);
		assert_int_equal(capture_reader_points(reader), 2);
		assert_string_equal(capture_reader_point(reader, 0)->os, "Linux 6.8.0");
		assert_string_equal(capture_reader_point(reader, 0)->interface, "vsockmon7");
		assert_string_equal(capture_reader_point(reader, 1)->os, "Linux 6.9.0");
		assert_string_equal(capture_reader_point(reader, 1)->interface, "vsockmon8");
		assert_string_equal(capture_reader_origin(reader)->interface, "");
		assert_string_equal(capture_reader_origin(reader)->os, "Linux 6.8.0");
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

/* A long text is cut where a character ends; here the last two bytes are one. */
static void cuts_long_texts(void **state)
{
	char text[301];
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	memset(text, 'x', 300);
	memcpy(text + CAPTURE_TEXT_MAX - 2, "\xc3\xa4", 2);
	text[300] = '\0';
	put_about(&b, text, text);
	reader = open_bytes(&b);
	text[CAPTURE_TEXT_MAX - 2] = '\0';
	assert_string_equal(capture_reader_origin(reader)->os, text);
	assert_string_equal(capture_reader_origin(reader)->interface, text);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

/* What is not needed for packets may be broken. */
static void minds_no_broken_statistics(void **state)
{
	struct bytes b = bytes_new(false);
	size_t start;
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 0, 0);
	ng_unknown(&b, 5, 0);
	ng_unknown(&b, 5, 8);
	start = ng_begin(&b, 5);
	put32(&b, 0);
	put32(&b, 0);
	put32(&b, 0);
	put16(&b, 7);
	put16(&b, 400); /* longer than the block */
	ng_end(&b, start);
	ng_packet(&b, 0, 1, 1, 76, 76);
	reader = open_bytes(&b);
	assert_next(reader, 1000, 1, 76, 76);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void refuses_bad_headers(void **state)
{
	struct bytes b = bytes_new(false);

	(void)state;
	ng_section(&b);
	assert_refused(b.data, 4, "ends after 4 bytes");
	assert_refused(b.data, b.length - 1, "inside the header");
	b.data[12] = 7;
	assert_refused(b.data, b.length, "pcapng version 7.0 at byte 0, which is not supported");
	b.data[8] = 7;
	assert_refused(b.data, b.length, "no known byte order; no whole record");
	bytes_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_everything),
	    cmocka_unit_test(tells_where_it_was_cut),
	    cmocka_unit_test(reads_obsolete_packets),
	    cmocka_unit_test(knows_how_fine_times_are),
	    cmocka_unit_test(passes_over_large_blocks),
	    cmocka_unit_test(reads_a_file_without_vsock),
	    cmocka_unit_test(passes_over_unknown_options),
	    cmocka_unit_test(stops_at_impossible_block_lengths),
	    cmocka_unit_test(stops_at_blocks_too_short_for_their_type),
	    cmocka_unit_test(stops_where_the_two_lengths_differ),
	    cmocka_unit_test(stops_at_packets_longer_than_their_block),
	    cmocka_unit_test(stops_at_unknown_interfaces),
	    cmocka_unit_test(stops_at_options_longer_than_their_block),
	    cmocka_unit_test(stops_at_too_many_interfaces),
	    cmocka_unit_test(stops_at_bad_sections),
	    cmocka_unit_test(tells_where_packets_come_from),
	    cmocka_unit_test(cuts_long_texts),
	    cmocka_unit_test(minds_no_broken_statistics),
	    cmocka_unit_test(refuses_bad_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
