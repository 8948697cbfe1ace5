/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the messages of pcap-vsockmon/filter/lex.c, parse*.c and error.c.
 *
 * Each message has the right place, and says what was expected there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pcap-vsockmon/pcap-vsockmon.h"

static const struct {
	const char *expression;
	unsigned column;
	const char *message; /* after "column N: " */
} mistakes[] = {
    /* Values. */
    {"port foo", 6, "expected a port number after \"port\", found \"foo\""},
    {"port", 5, "expected a port number after \"port\", found the end"},
    {"src port and", 10, "expected a port number after \"port\", found \"and\""},
    {"port 4294967296", 6, "expected a number of 32 bits after \"port\", from 0 to 4294967295"},
    {"port 12ab", 6, "expected a port number after \"port\", found \"12ab\""},
    {"port 0x", 6, "expected a port number after \"port\", found \"0x\""},
    {"port -1", 8, "expected a comparison, such as \"> 0\", found the end"},
    {"port 18446744073709551616", 6, "this number does not fit in 64 bits"},
    {"cid 0x10000000000000000", 5, "this number does not fit in 64 bits"},
    {"cid web", 5, "expected a CID or a name for one after \"cid\", found \"web\""},
    {"cid 3:22", 6, "expected a CID without a port (for both, write \"addr 3:22\"), found \":\""},
    {"op 65536", 4, "expected a number of 16 bits after \"op\", from 0 to 65535"},
    {"op foo", 4,
     "expected request, response, rst, shutdown, rw, credit_update, credit_request, connect, "
     "disconnect, control, data or a number after \"op\", found \"foo\""},
    {"type tcp", 6,
     "expected stream, seqpacket, dgram or a number after \"type\", found \"tcp\". "
     "Vsock has no TCP and no IP: write \"port 22\" alone"},
    {"transport x", 11,
     "expected unknown, no_info, virtio or a number after \"transport\", found \"x\""},
    {"portrange 5", 12, "expected \"-\" and the last port of the range, found the end"},
    {"portrange 5-", 13, "expected a port number after \"-\", found the end"},
    {"portrange 9-5", 11, "expected a range from the lower to the higher port"},
    {"addr 3:", 8, "expected a port number after \":\", found the end"},
    {"addr 3:?", 9, "expected a port number after \":\", found the end"},
    {"cid 3:?22", 6, "expected a CID without a port (for both, write \"addr 3:22\"), found \":?\""},
    {"payload[0:?2] = 1", 10, "expected \"]\", found \":?\""},
    {"port ?22", 6, "\"?\" has no meaning here"},
    {"addr :22", 6, "expected a CID or a name for one after \"addr\", found \":\""},
    {"between 3", 10, "expected \"and\" with the other address of \"between\", found the end"},
    {"between 3 and", 14, "expected a CID or a name for one after \"and\", found the end"},
    {"between 3 or 4", 11, "expected \"and\" with the other address of \"between\", found \"or\""},

    /* Only vsockdump knows processes. */
    {"pid 7", 1, "\"pid\" needs vsockdump and its option --process"},
    {"port 1 and command socat", 12, "\"command\" needs vsockdump and its option --process"},
    {"pid socat", 5, "expected the number of a process after \"pid\", found \"socat\""},
    {"pid 4294967296", 5, "expected the number of a process after \"pid\", found \"4294967296\""},
    {"command 7", 9, "expected the name of a command after \"command\", found \"7\""},
    {"command a-name-of-16-let", 9, "the name of a command has 1 to 15 bytes"},
    {"command \"\"", 9, "the name of a command has 1 to 15 bytes"},

    /* Where tests stand. */
    {"prot 22", 1, "expected a test such as \"port 22\" or \"op rst\", found \"prot\""},
    {"prot:22", 1, "expected a CID or a name for one before \":\", found \"prot\""},
    {"port:22", 5, "put a space after the word: write \"port 22\""},
    {"3:", 3, "expected a port number after \":\", found the end"},
    {"len = 3:22", 8, "expected \"and\", \"or\" or the end, found \":\""},
    {"cid (3 or 4:22)", 12,
     "expected a CID without a port (for both, write \"addr 3:22\"), found \":\""},
    {"rst or 4", 8,
     "expected a test, found a number alone: write \"port\", \"cid\" or another word before it"},
    {"len > rst", 7, "expected a number or a field, found a test"},

    /* Words of other languages: what to write instead. */
    {"host 3", 1,
     "expected a test such as \"port 22\" or \"op rst\", found \"host\". Vsock has CIDs, and no "
     "hosts: write \"cid 3\" or \"cid host\""},
    {"TCP port 22", 1,
     "expected a test such as \"port 22\" or \"op rst\", found \"TCP\". Vsock has no TCP and no "
     "IP: write \"port 22\" alone"},
    {"port 1-9", 7, "this is a range of ports: write \"portrange 1-9\""},
    {"cid 1,2", 6,
     "\",\" has no meaning here. A list has \"or\" between its values: \"cid (1 or 2)\""},
    {"length > 9", 1,
     "expected a test such as \"port 22\" or \"op rst\", found \"length\". The word is \"len\", as "
     "in \"len > 9\""},
    {"payload contains X", 9,
     "expected \"[\" or \"startswith\" after \"payload\", found \"contains\". BPF cannot search: "
     "it "
     "compares the start, as in: payload startswith \"GET\""},
    {"vsock.port == 22", 1,
     "expected a test such as \"port 22\" or \"op rst\", found \"vsock.port\". This is a display "
     "filter of Wireshark: write \"port 22\" or \"op rst\" here"},
    {"a.pcapng", 1,
     "expected a test such as \"port 22\" or \"op rst\", found \"a.pcapng\". This looks like a "
     "capture file: vsockdump reads it with -r"},
    {"port eq 22", 6,
     "expected a port number after \"port\", found \"eq\". Comparisons are signs: =, !=, <, <=, > "
     "and >="},
    {"inbound", 1,
     "expected a test such as \"port 22\" or \"op rst\", found \"inbound\". A filter does not know "
     "its side: write \"src cid 3\" or \"dst cid 3\""},
    {".pcap", 1, "\".\" has no meaning here"},
    {"port 22 and", 12, "expected a test such as \"port 22\" or \"op rst\", found the end"},
    {"port 22 or or 80", 12, "expected a test such as \"port 22\" or \"op rst\", found \"or\""},
    {"not", 4, "expected a test such as \"port 22\" or \"op rst\", found the end"},
    {"()", 2, "expected a test such as \"port 22\" or \"op rst\", found \")\""},
    {"22", 1,
     "expected a test, found a number alone: write \"port\", \"cid\" or another word before it"},
    {"port 22 or len > 5 or 80", 23,
     "expected a test, found a number alone: write \"port\", \"cid\" or another word before it"},
    {"src", 4,
     "expected \"cid\", \"port\", \"portrange\", \"guest\" or an address after \"src\", found the "
     "end"},
    {"src or dst", 11,
     "expected \"cid\", \"port\", \"portrange\", \"guest\" or an address after \"src\", found the "
     "end"},
    {"dst op rw", 5, "expected a CID or a name for one after \"dst\", found \"op\""},
    {"port 22 @", 9, "\"@\" has no meaning here"},
    {"port 22 80", 9, "expected \"and\", \"or\" or the end, found \"80\""},

    /* Parentheses. */
    {"(port 22", 9, "expected \"and\", \"or\" or \")\", found the end"},
    {"port 22)", 8, "expected \"and\", \"or\" or the end, found \")\""},
    {"port ()", 7, "expected a port number after \"port\", found \")\""},
    {"port (22 80)", 10, "expected \"or\", \"and\" or \")\", found \"80\""},
    {"port (22 or", 12, "expected a port number after \"port\", found the end"},
    {"port (cid 5)", 7, "expected a port number after \"port\", found \"cid\""},
    {"(len + 1", 9, "expected an operator, a comparison or \")\", found the end"},

    /* Comparisons and arithmetic. */
    {"len", 4, "expected a comparison, such as \"> 0\", found the end"},
    {"len 5", 5, "expected a comparison, such as \"> 0\", found \"5\""},
    {"len + 1 and port 22", 9, "expected a comparison, such as \"> 0\", found \"and\""},
    {"len >", 6, "expected a number or a field, found the end"},
    {"len > foo", 7, "expected a number or a field, found \"foo\""},
    {"len > eom", 7, "expected a number or a field, found a test"},
    {"len > 4294967296", 7,
     "expected a number of 32 bits, from 0 to 4294967295: the field is that long"},
    {"type & 1 = 65536", 12,
     "expected a number of 16 bits, from 0 to 65535: the field is that long"},
    {"len + 4294967296 = 1", 7, "expected a number of at most 32 bits, as in all arithmetic"},
    {"1 < len < 5", 9,
     "expected \"and\", \"or\" or the end: a comparison has two sides, found \"<\""},
    {"len / 0 = 1", 7, "expected a number above 0 to divide by"},
    {"len % flags = 1", 7, "expected a number above 0 to divide by"},
    {"len << 32 = 1", 8, "expected a number below 32 as the shift count"},
    {"1 >> len = 1", 6, "expected a number below 32 as the shift count"},
    {"cid + 1 > 5", 1, "a CID can be compared only with a number or a name"},
    {"len = src cid", 7, "a CID can be compared only with a number or a name"},
    {"port = src port", 1, "expected \"src\" or \"dst\": say which of the two you mean"},
    {"op = connect", 6,
     "expected a number: groups of ops are tested without a relation, as in \"op connect\""},

    /* Bytes and text. */
    {"vsock", 6, "expected \"[\" after \"vsock\", found the end"},
    {"vsock[x]", 7, "expected the offset of a byte after \"[\", found \"x\""},
    {"virtio[0:3]", 10, "expected 1, 2 or 4 bytes after \":\", found \"3\""},
    {"vsock[1:2", 10, "expected \"]\", found the end"},
    {"payload[262144] = 1", 9, "expected an offset below 262144"},
    {"payload", 8, "expected \"[\" or \"startswith\" after \"payload\", found the end"},
    {"payload startswith GET", 20,
     "expected text in quotes after \"startswith\" (a shell removes quotes, unless they are "
     "quoted), found \"GET\""},
    {"payload startswith \"GET", 20, "this string has no closing \""},
    {"payload startswith 'GET", 20, "this string has no closing '"},
    {"payload startswith \"\"", 20, "expected text of 1 to 255 bytes"},
    {"payload startswith \"a\\q\"", 22,
     "expected an escape: \\n, \\r, \\t, \\0, \\\\, \\\", \\' or \\x and two hexadecimal digits"},
    {"payload startswith \"\\x4\"", 21,
     "expected an escape: \\n, \\r, \\t, \\0, \\\\, \\\", \\' or \\x and two hexadecimal digits"},

    /* Columns count characters. Characters that cannot be printed are replaced. */
    {"payload startswith \"\303\274\" or prot", 27,
     "expected a test such as \"port 22\" or \"op rst\", found \"prot\""},
    {"cid \"a\033[31m\303\274\"", 5,
     "expected a CID or a name for one after \"cid\", found \"a?[31m??\""},
    {"\t\n prot", 4, "expected a test such as \"port 22\" or \"op rst\", found \"prot\""},
    {"a123456789012345678901234567890123456789012345678901234567890", 1,
     "expected a test such as \"port 22\" or \"op rst\", found "
     "\"a12345678901234567890123456789012345678901...\""},
};

static void mistakes_are_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		char wanted[2 * PCAP_ERRBUF_SIZE];
		char errbuf[PCAP_ERRBUF_SIZE];
		struct bpf_program program;
		unsigned column = 0;

		snprintf(wanted, sizeof(wanted), "column %u: %s", mistakes[i].column,
			 mistakes[i].message);
		if (pcap_vsockmon_compile(&program, mistakes[i].expression, 1, NULL, &column,
					  errbuf) != PCAP_ERROR)
			fail_msg("%s: compiles", mistakes[i].expression);
		assert_string_equal(errbuf, wanted);
		assert_int_equal(column, mistakes[i].column);
		assert_null(program.bf_insns);
		assert_int_equal(program.bf_len, 0);
	}
}

/* Repeats `part` between `before` and `after`. The caller frees it. */
static char *repeated(const char *before, const char *part, size_t times, const char *after)
{
	size_t length = strlen(before) + times * strlen(part) + strlen(after);
	char *text = malloc(length + 1);
	char *to = text;

	assert_non_null(text);
	to = stpcpy(to, before);
	for (size_t i = 0; i < times; i++)
		to = stpcpy(to, part);
	stpcpy(to, after);
	return text;
}

static void assert_refused(char *expression, const char *message)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program program;
	unsigned column;

	for (int optimise = 0; optimise < 2; optimise++) {
		assert_int_equal(
		    pcap_vsockmon_compile(&program, expression, optimise, NULL, &column, errbuf),
		    PCAP_ERROR);
		assert_non_null(strstr(errbuf, message));
		assert_null(program.bf_insns);
	}
	free(expression);
}

static void assert_accepted(char *expression)
{
	char errbuf[PCAP_ERRBUF_SIZE] = "?";
	struct bpf_program program;
	unsigned column = 7;

	for (int optimise = 0; optimise < 2; optimise++) {
		int result =
		    pcap_vsockmon_compile(&program, expression, optimise, NULL, &column, errbuf);

		assert_string_equal(errbuf, "");
		assert_int_equal(result, 0);
		assert_int_equal(column, 0);
		assert_true(bpf_validate(program.bf_insns, (int)program.bf_len));
		pcap_freecode(&program);
	}
	free(expression);
}

static void nesting_is_bounded(void **state)
{
	char *closed = repeated("eom", ")", 200, "");

	(void)state;
	assert_accepted(repeated("", "(", 200, closed));
	assert_refused(repeated("", "(", 201, "eom"), "column 201: nested more than 200 times");
	assert_accepted(repeated("", "!", 190, "eom"));
	assert_refused(repeated("", "not ", 201, "eom"), "column 801: nested more than 200 times");
	/* (((a and b) or a) and b) or a ... */
	assert_accepted(repeated("", "loopback and port 2 or ", 98, "guest"));
	assert_refused(repeated("", "loopback and port 2 or ", 110, "guest"),
		       "nested more than 200 times");
	/* Lists are not nested. */
	assert_accepted(repeated("", "eor or ", 100, "eom"));
	assert_accepted(repeated("len", " + flags", 150, " > 1"));
	assert_refused(repeated("len", " + flags", 250, " > 1"), "nested more than 200 times");
	/* Each "(" on the right makes a value wait in BPF's memory. */
	assert_accepted(repeated("", "flags + (", 14, "len)))))))))))))) = 5"));
	assert_accepted(repeated("", "flags + (", 16, "len)))))))))))))))) = 5"));
	/* The program also keeps there what it knows of the payload, for later tests. */
	assert_accepted(repeated("", "flags + (", 12, "payload[0])))))))))))) = 5"));
	assert_refused(repeated("", "flags + (", 13, "payload[0]))))))))))))) = 5"),
		       "needs more than BPF's 16 words of memory");
	assert_refused(repeated("", "flags + (", 17, "len))))))))))))))))) = 5"),
		       "needs more than BPF's 16 words of memory");
	free(closed);
}

static void size_is_bounded(void **state)
{
	(void)state;
	assert_accepted(repeated("port 22", " ", 65529, ""));
	assert_refused(repeated("port 22", " ", 65530, ""),
		       "the expression has more than 65536 bytes");
	assert_refused(repeated("payload startswith \"", "a", 256, "\""),
		       "expected text of 1 to 255 bytes");
	assert_accepted(repeated("payload startswith \"", "a", 255, "\""));
}

static void too_long_programs_are_refused(void **state)
{
	char *expression = repeated("port 1", " or 123456", 3000, "");
	char *at = expression;
	unsigned column = 9;
	char errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program program;

	(void)state;
	for (unsigned port = 100000; (at = strstr(at, "123456")); port += 17) {
		char digits[7];

		snprintf(digits, sizeof(digits), "%u", port);
		memcpy(at, digits, 6);
	}
	assert_int_equal(pcap_vsockmon_compile(&program, expression, 1, NULL, &column, errbuf),
			 PCAP_ERROR);
	assert_int_equal(column, 0);
	assert_non_null(strstr(errbuf, "the expression needs "));
	assert_non_null(strstr(errbuf, " instructions or more, but BPF allows 4096: shorten it"));
	free(expression);
}

static void column_may_be_null(void **state)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program program;

	(void)state;
	assert_int_equal(pcap_vsockmon_compile(&program, "prot", 1, NULL, NULL, errbuf),
			 PCAP_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mistakes_are_explained),
	    cmocka_unit_test(nesting_is_bounded),
	    cmocka_unit_test(size_is_bounded),
	    cmocka_unit_test(too_long_programs_are_refused),
	    cmocka_unit_test(column_may_be_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
