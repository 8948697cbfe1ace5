/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads pcap files, and refuses other files. */
#include "tests/unit/lib/capture-file/bytes.h"

#define S UINT64_C(1000000000)

static void reads(uint32_t magic, bool big, uint64_t unit)
{
	struct bytes b = bytes_new(big);
	struct capture_reader *reader;
	struct capture_reader_info info;

	put_pcap_header(&b, magic, 271);
	put_pcap_record(&b, 1700000000, 123456, 1, 76, 76);
	put_pcap_record(&b, UINT32_MAX, 999999, 2, 0, 0);
	put_pcap_record(&b, 0, 0, 3, 77, 65612);

	reader = open_bytes(&b);
	assert_next(reader, 1700000000 * S + 123456 * unit, 1, 76, 76);
	assert_next(reader, UINT32_MAX * S + 999999 * unit, 2, 0, 0);
	assert_next(reader, 0, 3, 77, 65612);

	info = capture_reader_info(reader);
	assert_int_equal(info.nanosecond, unit == 1);
	assert_int_equal(info.snaplen, 65535);
	assert_int_equal(info.other_links, 0);
	assert_int_equal(info.bytes_read, b.length);
	assert_int_equal(info.bytes_total, b.length);
	assert_string_equal(info.format, "pcap");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void reads_every_form(void **state)
{
	(void)state;
	reads(PCAP_MICRO, false, 1000);
	reads(PCAP_MICRO, true, 1000);
	reads(PCAP_NANO, false, 1);
	reads(PCAP_NANO, true, 1);
}

static void tolerates_harmless_mistakes(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	put_pcap_header(&b, PCAP_MICRO, 271);
	put_pcap_record(&b, 10, 0, 3, 100, 99);
	put_pcap_record(&b, 10, 0, 4, 70000, 70000);
	put_pcap_record(&b, 10, 0, 5, CAPTURE_RECORD_MAX, UINT32_MAX);

	reader = open_bytes(&b);
	assert_next(reader, 10 * S, 3, 100, 100);
	assert_next(reader, 10 * S, 4, 70000, 70000);
	assert_next(reader, 10 * S, 5, CAPTURE_RECORD_MAX, UINT32_MAX);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void ignores_checksum_bits_of_the_link_type(void **state)
{
	struct bytes b = bytes_new(true);

	(void)state;
	put_pcap_header(&b, PCAP_MICRO, 0x24000000 | 271);
	assert_end(open_bytes(&b), CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void refuses_other_link_types(void **state)
{
	static const struct {
		uint32_t linktype;
		const char *words;
	} rows[] = {
	    {1, "link type is EN10MB (1), not VSOCK (271)"},
	    {105, "link type is IEEE802_11 (105), not"},
	    {0x00010000 | 113, "link type is 65649, not"},
	    {101, "link type is RAW (101), not"},
	    {40000, "link type is 40000, not"},
	    {0x00010000 | 271, "link type is 65807, not"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes b = bytes_new(i & 1);
		put_pcap_header(&b, PCAP_MICRO, rows[i].linktype);
		assert_refused(b.data, b.length, rows[i].words);
		bytes_free(&b);
	}
}

static void refuses_other_versions(void **state)
{
	struct bytes b = bytes_new(true);

	(void)state;
	put_pcap_header(&b, PCAP_MICRO, 271);
	b.data[7] = 3;
	assert_refused(b.data, b.length, "pcap version 2.3, which is not supported");
	b.data[5] = 3;
	b.data[7] = 4;
	assert_refused(b.data, b.length, "pcap version 3.4, which is not supported");
	bytes_free(&b);
}

static void refuses_variants(void **state)
{
	static const uint32_t magics[] = {0xa1b2cd34, 0xa1b234cd, 0xa1e2cb12};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(magics) / sizeof(magics[0]); i++) {
		char words[32];
		struct bytes b = bytes_new(i & 1);
		put_pcap_header(&b, magics[i / 2], 271);
		snprintf(words, sizeof(words), "(magic %08x)", magics[i / 2]);
		assert_refused(b.data, b.length, words);
		bytes_free(&b);
	}
}

static void tells_what_is_no_capture(void **state)
{
	(void)state;
	assert_refused("", 0, "empty");
	assert_refused("\xd4\xc3", 2, "ends after 2 bytes");
	assert_refused("From me to you", 14, "not a pcap or pcapng capture");
	assert_refused("From me to you", 14, "46 72 6f 6d");
	assert_refused("BZh91", 5, "compressed with bzip2");
	assert_refused("BZh91", 5, "bzip2 -dc /proc/self/fd/");
	assert_refused("\x04\x22\x4d\x18", 4, "compressed with lz4");
	/* Read, or named, as the libraries were found. */
	assert_refused("\x1f\x8b\x08\0\0", 5, "gzip");
	assert_refused("\xfd"
		       "7zXZ\0",
		       6, "xz");
	assert_refused("\x28\xb5\x2f\xfd\0", 5, "zstd");
}

static void assert_not_opened(const char *path, int expected, const char *words)
{
	char error[CAPTURE_ERROR_MAX];

	assert_null(capture_reader_open(path, error));
	assert_int_equal(errno, expected);
	assert_contains(error, words);
}

static void tells_what_the_system_refused(void **state)
{
	char path[4000];

	(void)state;
	assert_not_opened("/nonexistent/x", ENOENT, "/nonexistent/x: cannot open: No such file");
	assert_not_opened("/", EISDIR, "/: is a directory; ");
	/* A path longer than a message keeps its end, and the message its own. */
	memset(path, 'x', sizeof(path));
	for (size_t i = 0; i < sizeof(path); i += 100)
		path[i] = '/';
	memcpy(path + sizeof(path) - 5, "/end", 5);
	assert_not_opened(path, ENOENT, "xx/end: cannot open: No such file or directory");
}

static void counts_in_words(void **state)
{
	static const char *const words[] = {
	    "; no whole record precedes it",
	    "; the one whole record before it was read",
	    "; all 2 whole records before it were read",
	};

	(void)state;
	for (uint32_t whole = 0; whole < 3; whole++) {
		struct bytes b = bytes_new(false);
		struct capture_reader *reader;

		put_pcap_header(&b, PCAP_MICRO, 271);
		for (uint32_t i = 0; i < whole; i++)
			put_pcap_record(&b, 1, 0, i, 4, 4);
		put32(&b, 1);
		reader = open_bytes(&b);
		for (uint32_t i = 0; i < whole; i++)
			assert_next(reader, S, i, 4, 4);
		assert_end(reader, CAPTURE_READ_CUT, words[whole]);
		bytes_free(&b);
	}
}

static void stops_at_absurd_lengths(void **state)
{
	static const uint32_t lengths[] = {CAPTURE_RECORD_MAX + 1, 0x7fffffff, 0xfffffff0,
					   UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char words[64];
		struct bytes b = bytes_new(i & 1);
		struct capture_reader *reader;

		put_pcap_header(&b, PCAP_MICRO, 271);
		put_pcap_record(&b, 1, 0, 1, 10, 10);
		put32(&b, 2);
		put32(&b, 0);
		put32(&b, lengths[i]);
		put32(&b, lengths[i]);
		put_pattern(&b, 0, 4000);
		reader = open_bytes(&b);
		assert_next(reader, S, 1, 10, 10);
		snprintf(words, sizeof(words), "damaged at byte 50: record 2 claims %u bytes",
			 lengths[i]);
		assert_end(reader, CAPTURE_READ_ERROR, words);
		bytes_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_form),
	    cmocka_unit_test(tolerates_harmless_mistakes),
	    cmocka_unit_test(ignores_checksum_bits_of_the_link_type),
	    cmocka_unit_test(refuses_other_link_types),
	    cmocka_unit_test(refuses_other_versions),
	    cmocka_unit_test(refuses_variants),
	    cmocka_unit_test(tells_what_is_no_capture),
	    cmocka_unit_test(tells_what_the_system_refused),
	    cmocka_unit_test(counts_in_words),
	    cmocka_unit_test(stops_at_absurd_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
