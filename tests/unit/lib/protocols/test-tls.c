/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/tls.c and ssh.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/ssh.h"
#include "lib/protocols/tls.h"

struct bytes {
	uint8_t at[256];
	size_t length;
};

static void put(struct bytes *bytes, const void *more, size_t length)
{
	memcpy(bytes->at + bytes->length, more, length);
	bytes->length += length;
}

/* A hello with one extension, which has the type and the bytes. */
static struct bytes hello_with(uint8_t type, const void *extension, uint8_t length)
{
	struct bytes bytes = {.length = 0};

	put(&bytes, "\x16\x03\x01\0\0\x01\0\0\0\x03\x03", 11);
	put(&bytes, "01234567890123456789012345678901", 32);
	put(&bytes, "\0\0\x02\x13\x01\x01\0", 7);
	put(&bytes, (const uint8_t[]){0, (uint8_t)(length + 4), 0, type, 0, length}, 6);
	put(&bytes, extension, length);
	bytes.at[4] = (uint8_t)(bytes.length - 5);
	bytes.at[8] = (uint8_t)(bytes.length - 9);
	return bytes;
}

static enum protocol_answer read_hello(const struct bytes *bytes, size_t length, char name[64])
{
	uint8_t *copy = exact_copy(bytes->at, length);
	struct tls_hello hello;
	enum protocol_answer answer = tls_hello_read(copy, length, &hello);

	name[0] = '\0';
	if (answer == PROTOCOL_YES && hello.name) {
		memcpy(name, hello.name, hello.name_length);
		name[hello.name_length] = '\0';
	}
	free(copy);
	return answer;
}

static void the_wanted_server_has_a_name(void **state)
{
	struct bytes bytes = hello_with(0,
					"\0\x0e\0\0\x0b"
					"example.org",
					16);
	char name[64];

	(void)state;
	assert_int_equal(read_hello(&bytes, bytes.length, name), PROTOCOL_YES);
	assert_string_equal(name, "example.org");
	for (size_t length = 0; length < bytes.length; length++)
		assert_int_equal(read_hello(&bytes, length, name), PROTOCOL_MORE);
}

static void a_hello_may_name_nobody(void **state)
{
	struct bytes bytes = hello_with(1, "x", 1);
	char name[64];

	(void)state;
	assert_int_equal(read_hello(&bytes, bytes.length, name), PROTOCOL_YES);
	assert_string_equal(name, "");
	/* A name with other characters, and lists that are longer than what holds them. */
	bytes = hello_with(0,
			   "\0\x0e\0\0\x0b"
			   "example\nrg!",
			   16);
	assert_int_equal(read_hello(&bytes, bytes.length, name), PROTOCOL_YES);
	assert_string_equal(name, "");
	bytes = hello_with(0,
			   "\0\x0e\0\0\xff"
			   "example.org",
			   16);
	assert_int_equal(read_hello(&bytes, bytes.length, name), PROTOCOL_YES);
	assert_string_equal(name, "");
}

static void other_records_are_refused(void **state)
{
	struct bytes bytes = hello_with(1, "x", 1);
	char name[64];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static const size_t places[] = {0, 1, 9};
		struct bytes wrong = bytes;

		wrong.at[places[i]] ^= 0x40;
		assert_int_equal(read_hello(&wrong, wrong.length, name), PROTOCOL_NO);
	}
	bytes.at[4] = 10;
	assert_int_equal(read_hello(&bytes, bytes.length, name), PROTOCOL_NO);
}

static enum protocol_answer banner(const char *text, size_t *line)
{
	uint8_t *copy = exact_copy(text, strlen(text));
	enum protocol_answer answer = ssh_banner_read(copy, strlen(text), line);

	free(copy);
	return answer;
}

static void banners_are_one_line(void **state)
{
	char text[400] = "SSH-2.0-";
	size_t line;

	(void)state;
	assert_int_equal(banner("SSH-2.0-OpenSSH_9.2\r\nx", &line), PROTOCOL_YES);
	assert_int_equal(line, strlen("SSH-2.0-OpenSSH_9.2"));
	assert_int_equal(banner("SSH-2.0-x\n", &line), PROTOCOL_YES);
	assert_int_equal(banner("SSH-1.99-x\n", &line), PROTOCOL_YES);
	assert_int_equal(banner("SSH-2.0-OpenSSH_9.2\r", &line), PROTOCOL_MORE);
	assert_int_equal(banner("SSH-", &line), PROTOCOL_MORE);
	assert_int_equal(banner("", &line), PROTOCOL_MORE);
	assert_int_equal(banner("SSH-3.0-x\n", &line), PROTOCOL_NO);
	assert_int_equal(banner("SSH-2.0-\x1b[2J\n", &line), PROTOCOL_NO);
	assert_int_equal(banner("SSH-2.0-x\rx", &line), PROTOCOL_NO);
	assert_int_equal(banner("GET", &line), PROTOCOL_NO);
	memset(text + 8, 'x', 380);
	assert_int_equal(banner(text, &line), PROTOCOL_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_wanted_server_has_a_name),
	    cmocka_unit_test(a_hello_may_name_nobody),
	    cmocka_unit_test(other_records_are_refused),
	    cmocka_unit_test(banners_are_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
