/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Odd files that can be read: the reader's warnings, and where it stops. */
#include "tests/unit/lib/capture-file/bytes.h"

#define S        UINT64_C(1000000000)
#define ETHERNET 1
#define VSOCK    271

static void assert_time(struct capture_reader *reader, uint64_t ts, enum capture_time clock)
{
	struct capture_record record;

	if (capture_reader_next(reader, &record) != CAPTURE_READ_RECORD)
		fail_msg("no record: %s", capture_reader_error(reader));
	assert_int_equal(record.ts, ts);
	assert_int_equal(record.clock, clock);
}

/* One warning with these words, and no other. */
static void assert_warning(struct capture_reader *reader, const char *words)
{
	const char *warning = capture_reader_warning(reader);

	assert_non_null(warning);
	assert_contains(warning, "/proc/self/fd/");
	assert_contains(warning, words);
	assert_null(capture_reader_warning(reader));
}

static void warns_of_nanoseconds_in_microseconds(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes b = bytes_new(big);
		struct capture_reader *reader;

		put_pcap_header(&b, PCAP_MICRO, VSOCK);
		put_pcap_record(&b, 10, 999999, 1, 4, 4);
		put_pcap_record(&b, 11, 1000000, 2, 4, 4);
		put_pcap_record(&b, 11, 123456789, 3, 4, 4);
		put_pcap_record(&b, 12, 5, 4, 4, 4);
		put_pcap_record(&b, 12, UINT32_MAX, 5, 4, 4);
		reader = open_bytes(&b);
		assert_time(reader, 10 * S + 999999000, CAPTURE_TIME_GOOD);
		assert_null(capture_reader_warning(reader));
		assert_time(reader, 11 * S + 1000000, CAPTURE_TIME_BAD);
		assert_warning(reader, "packet 2 has a time of 1000000 microseconds");
		assert_time(reader, 11 * S + 123456789, CAPTURE_TIME_BAD);
		assert_time(reader, 12 * S + 5, CAPTURE_TIME_BAD);
		assert_time(reader, 12 * S + 999999999, CAPTURE_TIME_BAD);
		assert_null(capture_reader_warning(reader));
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

static void warns_of_impossible_nanoseconds(void **state)
{
	struct bytes b = bytes_new(true);
	struct capture_reader *reader;

	(void)state;
	put_pcap_header(&b, PCAP_NANO, VSOCK);
	put_pcap_record(&b, 10, 999999999, 1, 4, 4);
	put_pcap_record(&b, 11, 1000000000, 2, 4, 4);
	put_pcap_record(&b, UINT32_MAX, UINT32_MAX, 2, 4, 4);
	reader = open_bytes(&b);
	assert_time(reader, 10 * S + 999999999, CAPTURE_TIME_GOOD);
	assert_time(reader, 11 * S + 999999999, CAPTURE_TIME_BAD);
	assert_time(reader, UINT32_MAX * S + 999999999, CAPTURE_TIME_BAD);
	assert_warning(reader, "packet 2 has a time of 1000000000 nanoseconds");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void warns_of_times_out_of_range(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 6, 0);
	ng_packet(&b, 0, 1000000, 0, 4, 4);
	ng_packet(&b, 0, UINT64_MAX, 0, 4, 4);
	ng_packet(&b, 0, 2000000, 0, 4, 4); /* which is not back in time */
	reader = open_bytes(&b);
	assert_time(reader, S, CAPTURE_TIME_GOOD);
	assert_time(reader, (UINT64_MAX / S - 1) * S, CAPTURE_TIME_BAD);
	assert_time(reader, 2 * S, CAPTURE_TIME_GOOD);
	assert_warning(reader, "the time of packet 2 is before 1970 or after 2554");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void warns_of_packets_without_time(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 6, 0);
	ng_packet(&b, 0, 5000000, 0, 4, 4);
	ng_simple_packet(&b, 0, 4, 4);
	ng_simple_packet(&b, 0, 4, 4);
	reader = open_bytes(&b);
	assert_time(reader, 5 * S, CAPTURE_TIME_GOOD);
	assert_time(reader, 0, CAPTURE_TIME_NONE);
	assert_time(reader, 0, CAPTURE_TIME_NONE);
	assert_warning(reader, "packet 2 has no time");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

/* Several processors cause less disorder. Only the first of several jumps is reported. */
static void warns_once_of_time_that_goes_back(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	put_pcap_header(&b, PCAP_MICRO, VSOCK);
	put_pcap_record(&b, 10, 500000, 1, 4, 4);
	put_pcap_record(&b, 10, 400001, 2, 4, 4);
	put_pcap_record(&b, 9, 800000, 3, 4, 4);
	put_pcap_record(&b, 1, 0, 4, 4, 4);
	reader = open_bytes(&b);
	assert_time(reader, 10 * S + 500000000, CAPTURE_TIME_GOOD);
	assert_time(reader, 10 * S + 400001000, CAPTURE_TIME_GOOD);
	assert_null(capture_reader_warning(reader));
	assert_time(reader, 9 * S + 800000000, CAPTURE_TIME_GOOD);
	assert_time(reader, S, CAPTURE_TIME_GOOD);
	assert_warning(reader, "time goes back by 0.7 s at packet 3;");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

/* Buffers of two interfaces are emptied one after the other. */
static void allows_several_interfaces_more_disorder(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 6, 0);
	ng_interface(&b, VSOCK, 0, 6, 0);
	ng_packet(&b, 0, 10000000, 0, 4, 4);
	ng_packet(&b, 1, 9000001, 0, 4, 4);
	ng_packet(&b, 1, 9000000, 0, 4, 4);
	reader = open_bytes(&b);
	assert_time(reader, 10 * S, CAPTURE_TIME_GOOD);
	assert_time(reader, 9 * S + 1000, CAPTURE_TIME_GOOD);
	assert_null(capture_reader_warning(reader));
	assert_time(reader, 9 * S, CAPTURE_TIME_GOOD);
	assert_warning(reader, "time goes back by 1.0 s at packet 3;");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void put_zeros(struct bytes *b, size_t count)
{
	while (count--)
		put_bytes(b, "", 1);
}

/* One record, then damage that is reported with these words; %zu is the byte. */
static void assert_stops(struct bytes *b, const char *format, size_t at)
{
	char words[128];
	struct capture_reader *reader = open_bytes(b);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(words, sizeof(words), format, at);
#pragma GCC diagnostic pop
	assert_time(reader, S, CAPTURE_TIME_GOOD);
	assert_end(reader, CAPTURE_READ_ERROR, words);
}

#define ZEROS  "zero bytes from byte %zu on: the program that wrote the file"
#define JOINED "another capture begins at byte %zu; join captures with mergecap"

static struct bytes pcap_with_one(bool big)
{
	struct bytes b = bytes_new(big);

	put_pcap_header(&b, PCAP_MICRO, VSOCK);
	put_pcap_record(&b, 1, 0, 1, 8, 8);
	return b;
}

/* The zero bytes begin between records, or anywhere in the header of one. */
static void stops_at_zeros_in_pcap(void **state)
{
	(void)state;
	for (size_t kept = 0; kept <= 12; kept++) {
		struct bytes b = pcap_with_one(kept & 1);
		size_t at = b.length;
		put_pcap_record(&b, 0x11111111, 0x11111111, 0, 8, 8);
		b.length = at + kept;
		if (kept > 8 && kept < 12) /* a part of a length */
			b.length = at + 8;
		at = b.length;
		put_zeros(&b, 4096);
		assert_stops(&b, ZEROS, at);
		bytes_free(&b);
	}
}

/* A frame of no bytes is odd, but no damage. */
static void reads_empty_records(void **state)
{
	struct bytes b = pcap_with_one(false);
	struct capture_reader *reader;

	(void)state;
	put_pcap_record(&b, 2, 0, 0, 0, 0);
	put_pcap_record(&b, 3, 0, 0, 0, 76);
	put_pcap_record(&b, 4, 0, 0, 0, 0);
	reader = open_bytes(&b);
	for (uint32_t i = 1; i <= 4; i++)
		assert_time(reader, i * S, CAPTURE_TIME_GOOD);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static struct bytes pcapng_with_one(bool big)
{
	struct bytes b = bytes_new(big);

	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 0, 0);
	ng_packet(&b, 0, 1000000, 1, 8, 8);
	return b;
}

static void stops_at_zeros_in_pcapng(void **state)
{
	struct bytes b = pcapng_with_one(false);
	size_t at;

	(void)state;
	at = b.length;
	put_zeros(&b, 4096);
	assert_stops(&b, ZEROS, at);
	b.length = at;
	ng_packet(&b, 0, 1, 1, 76, 76);
	memset(b.data + b.length - 20, 0, 20);
	put_zeros(&b, 4096);
	assert_stops(&b, "damaged at byte %zu: the block ends with zero bytes", at);
	bytes_free(&b);
	assert_refused("\0\0\0\0\0\0\0\0", 8, "it starts with zero bytes");
}

static void stops_where_another_capture_begins(void **state)
{
	static const uint32_t magics[] = {PCAP_MICRO, PCAP_NANO};

	(void)state;
	for (int i = 0; i < 16; i++) {
		struct bytes b = i & 8 ? pcapng_with_one(i & 1) : pcap_with_one(i & 1);
		size_t at = b.length;
		b.big = i & 2;
		put_pcap_header(&b, magics[i >> 2 & 1], VSOCK);
		memset(b.data + at + 12, 0, 4); /* the accuracy, as all programs write it */
		if (i & 4)                      /* a time zone that looks like a length */
			memcpy(b.data + at + 8, i & 1 ? "\0\0\0\4" : "\4\0\0\0", 4);
		put_pcap_record(&b, 2, 0, 2, 8, 8);
		assert_stops(&b, JOINED, at);
		bytes_free(&b);
	}
	for (int i = 0; i < 4; i++) {
		struct bytes b = pcap_with_one(i & 1);
		size_t at = b.length;
		b.big = i & 2;
		ng_section(&b);
		assert_stops(&b, JOINED, at);
		bytes_free(&b);
	}
}

/* Interfaces of these link types, without packets. */
static void assert_links(const uint16_t *linktypes, enum capture_read end, const char *words)
{
	struct bytes b = bytes_new(false);

	for (; *linktypes; linktypes++) {
		ng_section(&b);
		ng_interface(&b, *linktypes, 0, 0, 0);
	}
	assert_end(open_bytes(&b), end, words);
	bytes_free(&b);
}

static void names_the_link_types_of_a_file_without_vsock(void **state)
{
	(void)state;
	assert_links((uint16_t[]){1, 0}, CAPTURE_READ_ERROR,
		     "no vsock in it: its link type is EN10MB (1), not VSOCK (271); capture on a");
	assert_links((uint16_t[]){1, 101, 1, 0}, CAPTURE_READ_ERROR,
		     "its link types are EN10MB (1) and RAW (101), not VSOCK");
	assert_links((uint16_t[]){1, 101, 105, 0}, CAPTURE_READ_ERROR,
		     "its link types are EN10MB (1), RAW (101) and IEEE802_11 (105), not VSOCK");
	/* No version of libpcap has a name for these. */
	assert_links((uint16_t[]){1, 60002, 60003, 60004, 60005, 60006, 0}, CAPTURE_READ_ERROR,
		     "EN10MB (1), 60002, 60003, 60004 and others, not");
	/* Nothing was there to see. */
	assert_links((uint16_t[]){271, 1, 0}, CAPTURE_READ_END, "");
	assert_links((uint16_t[]){113, 0}, CAPTURE_READ_END, "");
	assert_links((uint16_t[]){276, 1, 0}, CAPTURE_READ_END, "");
}

static void says_when_no_cooked_packet_was_vsock(void **state)
{
	struct bytes b = bytes_new(false);

	(void)state;
	put_pcap_header(&b, PCAP_MICRO, 113);
	put_pcap_record(&b, 1, 0, 1, 60, 60);
	assert_end(open_bytes(&b), CAPTURE_READ_ERROR,
		   "its link type is LINUX_SLL (113), but no packet is from a vsockmon interface");
	bytes_free(&b);
}

/* Counters of a file that claims impossible ones add up to a number, not to nonsense. */
static void adds_up_huge_counters(void **state)
{
	static const uint64_t drops[][2] = {
	    {1, 2},
	    {UINT64_MAX - 1, 1},
	    {UINT64_MAX - 1, 2},
	    {UINT64_MAX - 1, UINT64_MAX - 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
		struct bytes b = bytes_new(false);
		struct capture_record record;
		struct capture_reader *reader;

		for (int j = 0; j < 2; j++) {
			size_t start;

			ng_section(&b);
			ng_interface(&b, VSOCK, 0, 0, 0);
			start = ng_begin(&b, 5);
			put32(&b, 0);
			put32(&b, 0);
			put32(&b, 0);
			put16(&b, 7);
			put16(&b, 8);
			put_number(&b, drops[i][j], 8);
			ng_end(&b, start);
		}
		reader = open_bytes(&b);
		assert_int_equal(capture_reader_next(reader, &record), CAPTURE_READ_END);
		assert_int_equal(capture_reader_statistics(reader).kernel_drops,
				 i == 0 ? 3 : UINT64_MAX - 1);
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(warns_of_nanoseconds_in_microseconds),
	    cmocka_unit_test(warns_of_impossible_nanoseconds),
	    cmocka_unit_test(warns_of_times_out_of_range),
	    cmocka_unit_test(warns_of_packets_without_time),
	    cmocka_unit_test(warns_once_of_time_that_goes_back),
	    cmocka_unit_test(allows_several_interfaces_more_disorder),
	    cmocka_unit_test(stops_at_zeros_in_pcap),
	    cmocka_unit_test(reads_empty_records),
	    cmocka_unit_test(stops_at_zeros_in_pcapng),
	    cmocka_unit_test(stops_where_another_capture_begins),
	    cmocka_unit_test(names_the_link_types_of_a_file_without_vsock),
	    cmocka_unit_test(says_when_no_cooked_packet_was_vsock),
	    cmocka_unit_test(adds_up_huge_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
