/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers where packets of a file were captured: cooked headers, capture points, numbers, the end.
 */
#include "tests/unit/lib/capture-file/bytes.h"

#define S        UINT64_C(1000000000)
#define ETHERNET 1
#define VSOCK    271
#define SLL      113
#define SLL2     276
#define VSOCKMON 826
#define LOOPBACK 772

/* Cooked headers are big-endian in every file. */
static void put_cooked(struct bytes *b, uint32_t linktype, uint16_t hardware, uint32_t ifindex)
{
	bool big = b->big;

	b->big = true;
	if (linktype == SLL2) {
		put16(b, 0); /* protocol */
		put16(b, 0);
		put32(b, ifindex);
		put16(b, hardware);
		put16(b, 0); /* packet type, length of the address */
	} else {
		put16(b, 0);
		put16(b, hardware);
		put16(b, 0);
	}
	put_number(b, 0, 8); /* address */
	if (linktype == SLL)
		put16(b, 0); /* protocol */
	b->big = big;
}

static uint32_t cooked_size(uint32_t linktype)
{
	return linktype == SLL2 ? 20 : 16;
}

static void put_cooked_record(struct bytes *b, uint32_t linktype, uint16_t hardware,
			      uint32_t ifindex, uint32_t seed, uint32_t size)
{
	uint32_t header = cooked_size(linktype);

	put32(b, 1700000000);
	put32(b, 0);
	put32(b, header + size);
	put32(b, header + size + 1);
	put_cooked(b, linktype, hardware, ifindex);
	put_pattern(b, seed, size);
}

static void ng_cooked_packet(struct bytes *b, uint32_t interface, uint32_t linktype,
			     uint16_t hardware, uint32_t ifindex, uint32_t seed, uint32_t size)
{
	uint32_t header = cooked_size(linktype);
	size_t start = ng_begin(b, 6);

	put32(b, interface);
	put32(b, 0);
	put32(b, 1);
	put32(b, header + size);
	put32(b, header + size + 1);
	put_cooked(b, linktype, hardware, ifindex);
	put_pattern(b, seed, size);
	ng_end(b, start);
}

/* One more record, with this number, at this point. */
static void assert_at(struct capture_reader *reader, uint32_t seed, uint64_t number, uint16_t point)
{
	struct capture_record record;

	if (capture_reader_next(reader, &record) != CAPTURE_READ_RECORD)
		fail_msg("no record: %s", capture_reader_error(reader));
	assert_pattern(&record, seed);
	assert_int_equal(record.number, number);
	assert_int_equal(record.point, point);
	assert_int_equal(record.clock, CAPTURE_TIME_GOOD);
	assert_true(record.point < capture_reader_points(reader));
}

static void assert_point(const struct capture_reader *reader, uint32_t point, const char *name)
{
	assert_string_equal(capture_reader_point(reader, point)->interface, name);
}

static void reads_cooked_pcap(void **state)
{
	static const uint32_t linktypes[] = {SLL, SLL2};

	(void)state;
	for (int i = 0; i < 4; i++) {
		uint32_t linktype = linktypes[i / 2];
		struct bytes b = bytes_new(i & 1);
		struct capture_reader *reader;

		put_pcap_header(&b, PCAP_MICRO, linktype);
		put_cooked_record(&b, linktype, LOOPBACK, 1, 1, 60);
		put_cooked_record(&b, linktype, VSOCKMON, 7, 2, 76);
		put_cooked_record(&b, linktype, VSOCKMON, 7, 3, 0);
		reader = open_bytes(&b);
		assert_string_equal(capture_reader_info(reader).format, "pcap");
		assert_contains(capture_reader_info(reader).link,
				linktype == SLL ? "LINUX_SLL (" : "LINUX_SLL2 (");
		assert_next(reader, 1700000000 * S, 2, 76, 77);
		assert_int_equal(capture_reader_info(reader).other_links, 1);
		assert_next(reader, 1700000000 * S, 3, 0, 1);
		assert_int_equal(capture_reader_points(reader), 1);
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

/* A snapshot length may cut the cooked header itself. */
static void reads_cooked_headers_that_are_cut(void **state)
{
	static const uint32_t linktypes[] = {SLL, SLL2};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint32_t header = cooked_size(linktypes[i]);
		uint32_t known = linktypes[i] == SLL2 ? 10 : 4;
		for (uint32_t captured = 0; captured <= header; captured++) {
			struct bytes b = bytes_new(false);
			struct bytes whole = bytes_new(false);
			struct capture_reader *reader;

			put_cooked(&whole, linktypes[i], VSOCKMON, 7);
			put_pcap_header(&b, PCAP_MICRO, linktypes[i]);
			put32(&b, 1);
			put32(&b, 0);
			put32(&b, captured);
			put32(&b, header + 76);
			put_bytes(&b, whole.data, captured);
			reader = open_bytes(&b);
			if (captured >= known)
				assert_next(reader, S, 0, 0, 76);
			assert_end(reader,
				   captured >= known ? CAPTURE_READ_END : CAPTURE_READ_ERROR, "");
			bytes_free(&whole);
			bytes_free(&b);
		}
	}
}

static void makes_points_of_interface_indexes(void **state)
{
	static const uint32_t ifindexes[] = {7, 9, 7, UINT32_MAX, 9, 0};
	static const uint16_t points[] = {0, 1, 0, 2, 1, 3};
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	put_pcap_header(&b, PCAP_MICRO, SLL2);
	for (uint32_t i = 0; i < 6; i++) {
		put_cooked_record(&b, SLL2, VSOCKMON, ifindexes[i], i, 76);
		put_cooked_record(&b, SLL2, LOOPBACK, 1, i, 76);
	}
	reader = open_bytes(&b);
	for (uint32_t i = 0; i < 6; i++)
		assert_at(reader, i, 2 * i + 1, points[i]);
	assert_int_equal(capture_reader_points(reader), 4);
	assert_point(reader, 0, "ifindex=7");
	assert_point(reader, 1, "ifindex=9");
	assert_point(reader, 2, "ifindex=4294967295");
	assert_point(reader, 3, "ifindex=0");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void ng_named_interface(struct bytes *b, uint16_t linktype, const char *name)
{
	size_t start = ng_begin(b, 1);

	put16(b, linktype);
	put16(b, 0);
	put32(b, 0);
	if (*name)
		ng_option(b, 2, name, (uint16_t)strlen(name));
	put32(b, 0);
	ng_end(b, start);
}

/* All kinds of interfaces and of blocks that Wireshark numbers, or does not. */
static void numbers_all_packets(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes b = bytes_new(big);
		struct capture_reader *reader;

		ng_section(&b);
		ng_named_interface(&b, ETHERNET, "lo");
		ng_named_interface(&b, VSOCK, "vsockmon0");
		ng_named_interface(&b, SLL2, "any");
		ng_named_interface(&b, VSOCK, "vsockmon0");
		ng_named_interface(&b, VSOCK, "");
		ng_named_interface(&b, SLL, "every");
		ng_packet(&b, 0, 1, 0, 60, 60); /* 1 */
		ng_packet(&b, 1, 1, 2, 76, 76); /* 2 */
		ng_unknown(&b, 77, 8);
		ng_unknown(&b, 9, 40);                             /* 3: journal */
		ng_cooked_packet(&b, 2, SLL2, LOOPBACK, 1, 0, 60); /* 4 */
		ng_cooked_packet(&b, 2, SLL2, VSOCKMON, 5, 5, 76); /* 5 */
		ng_unknown(&b, 0xbad, 40);                         /* 6: custom */
		ng_packet(&b, 3, 1, 7, 76, 76);                    /* 7 */
		ng_cooked_packet(&b, 2, SLL2, VSOCKMON, 6, 8, 76); /* 8 */
		ng_simple_packet(&b, 0, 60, 60);                   /* 9 */
		ng_unknown(&b, 0x40000bad, 40);                    /* 10 */
		ng_packet(&b, 4, 1, 11, 76, 76);                   /* 11 */
		ng_cooked_packet(&b, 5, SLL, VSOCKMON, 0, 12, 76); /* 12 */
		reader = open_bytes(&b);
		assert_at(reader, 2, 2, 0);
		assert_at(reader, 5, 5, 1);
		assert_at(reader, 7, 7, 2);
		assert_at(reader, 8, 8, 5);
		assert_at(reader, 11, 11, 3);
		assert_at(reader, 12, 12, 4);
		assert_int_equal(capture_reader_points(reader), 6);
		assert_point(reader, 0, "vsockmon0");
		assert_point(reader, 1, "ifindex=5");
		assert_point(reader, 2, "vsockmon0#2");
		assert_point(reader, 3, "interface=4");
		assert_point(reader, 4, "every");
		assert_point(reader, 5, "ifindex=6");
		assert_int_equal(capture_reader_info(reader).other_links, 3);
		assert_contains(capture_reader_info(reader).link, "VSOCK");
		assert_null(capture_reader_warning(reader));
		assert_end(reader, CAPTURE_READ_END, "");
		bytes_free(&b);
	}
}

/* The same name in a later section is the same point; twice in one section, it is two. */
static void knows_points_again_in_later_sections(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		b.big = i & 1;
		ng_section(&b);
		ng_named_interface(&b, VSOCK, "b");
		ng_named_interface(&b, VSOCK, "a");
		if (i == 1)
			ng_named_interface(&b, VSOCK, "a");
		if (i == 2)
			ng_named_interface(&b, SLL, "b");
		for (uint32_t j = 0; j < 2 + (i == 1); j++)
			ng_packet(&b, j, 1, 10 * i + j, 76, 76);
	}
	reader = open_bytes(&b);
	assert_at(reader, 0, 1, 0);
	assert_at(reader, 1, 2, 1);
	assert_at(reader, 10, 3, 0);
	assert_at(reader, 11, 4, 1);
	assert_at(reader, 12, 5, 2);
	assert_at(reader, 20, 6, 0);
	assert_at(reader, 21, 7, 1);
	assert_point(reader, 2, "a#2");
	assert_point(reader, 3, "b#2");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

/* Of two long names that differ only at their end, and of two that do not. */
static void gives_long_names_different_ends(void **state)
{
	char name[CAPTURE_TEXT_MAX];
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[CAPTURE_TEXT_MAX - 1] = '\0';
	ng_section(&b);
	for (int i = 0; i < 3; i++)
		ng_named_interface(&b, VSOCK, name);
	reader = open_bytes(&b);
	assert_int_equal(capture_reader_points(reader), 3);
	assert_point(reader, 0, name);
	assert_contains(capture_reader_point(reader, 1)->interface, "xxx#2");
	assert_contains(capture_reader_point(reader, 2)->interface, "xxx#3");
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void limits_points(void **state)
{
	struct bytes b = bytes_new(false);
	struct capture_reader *reader;

	(void)state;
	ng_section(&b);
	for (int i = 0; i < 300; i++)
		ng_named_interface(&b, VSOCK, "same");
	ng_packet(&b, 255, 1, 0, 76, 76);
	ng_packet(&b, 299, 1, 1, 76, 76);
	reader = open_bytes(&b);
	assert_at(reader, 0, 1, 255);
	assert_at(reader, 1, 2, 255);
	assert_int_equal(capture_reader_points(reader), 256);
	assert_contains(capture_reader_warning(reader), "more than 256 interfaces");
	assert_null(capture_reader_warning(reader));
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(&b);
}

static void put_end(struct bytes *b, uint32_t interface, uint64_t end)
{
	size_t start = ng_begin(b, 5);

	put32(b, interface);
	put32(b, 0);
	put32(b, 0);
	put16(b, 3);
	put16(b, 8);
	put32(b, (uint32_t)(end >> 32));
	put32(b, (uint32_t)end);
	put32(b, 0);
	ng_end(b, start);
}

/* When the capture ended; 0: not known. */
static void assert_ended(struct bytes *b, uint64_t expected)
{
	struct capture_reader *reader = open_bytes(b);
	struct capture_record record;
	uint64_t end;

	assert_false(capture_reader_end_time(reader, &end));
	while (capture_reader_next(reader, &record) == CAPTURE_READ_RECORD)
		assert_false(capture_reader_end_time(reader, &end));
	assert_int_equal(capture_reader_end_time(reader, &end), expected > 0);
	if (expected)
		assert_int_equal(end, expected);
	assert_end(reader, CAPTURE_READ_END, "");
	bytes_free(b);
}

/* Interfaces: vsock in microseconds and in nanoseconds, cooked, Ethernet; the last packet at 1 s.
 */
static struct bytes before_the_end(bool big)
{
	struct bytes b = bytes_new(big);

	ng_section(&b);
	ng_interface(&b, VSOCK, 0, 0, 0);
	ng_interface(&b, VSOCK, 0, 9, 0);
	ng_interface(&b, SLL2, 0, 0, 0);
	ng_interface(&b, ETHERNET, 0, 0, 0);
	ng_packet(&b, 0, 1000000, 0, 76, 76);
	return b;
}

static void knows_when_the_capture_ended(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		/* In the units of each interface; the last of all that had vsock counts. */
		struct bytes b = before_the_end(big);
		put_end(&b, 0, 2000000);
		put_end(&b, 1, 3 * S);
		put_end(&b, 2, 4000000);
		put_end(&b, 3, 5000000);
		put_end(&b, 9, 6000000);
		assert_ended(&b, 3 * S);

		b = before_the_end(big);
		ng_cooked_packet(&b, 2, SLL2, VSOCKMON, 7, 0, 76);
		put_end(&b, 2, 4000000);
		assert_ended(&b, 4 * S);

		b = before_the_end(big);
		assert_ended(&b, 0);
		/* Before the last packet; beyond 64 bits; of a file whose times are not good. */
		b = before_the_end(big);
		put_end(&b, 0, 999999);
		assert_ended(&b, 0);
		b = before_the_end(big);
		put_end(&b, 0, UINT64_MAX);
		assert_ended(&b, 0);
		b = before_the_end(big);
		ng_simple_packet(&b, 0, 76, 76);
		put_end(&b, 0, 2000000);
		assert_ended(&b, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_cooked_pcap),
	    cmocka_unit_test(reads_cooked_headers_that_are_cut),
	    cmocka_unit_test(makes_points_of_interface_indexes),
	    cmocka_unit_test(numbers_all_packets),
	    cmocka_unit_test(knows_points_again_in_later_sections),
	    cmocka_unit_test(gives_long_names_different_ends),
	    cmocka_unit_test(limits_points),
	    cmocka_unit_test(knows_when_the_capture_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
