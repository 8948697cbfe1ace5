/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/tls.h"

#define RECORD_HEADER    5
#define HANDSHAKE_HEADER 4
#define RECORD_MAX       16384
#define NAME_MAX_LENGTH  253

enum { RECORD_HANDSHAKE = 22, CLIENT_HELLO = 1, SERVER_HELLO = 2, EXTENSION_NAME = 0 };

/* Bytes from `at` on. A read beyond the end fails for good. */
struct cursor {
	const uint8_t *at;
	size_t left;
	bool failed;
};

static const uint8_t *take(struct cursor *cursor, size_t length)
{
	const uint8_t *at = cursor->at;

	if (cursor->failed || length > cursor->left) {
		cursor->failed = true;
		return NULL;
	}
	cursor->at += length;
	cursor->left -= length;
	return at;
}

static uint32_t number(struct cursor *cursor, size_t bytes)
{
	const uint8_t *at = take(cursor, bytes);
	uint32_t value = 0;

	for (size_t i = 0; at && i < bytes; i++)
		value = value << 8 | at[i];
	return value;
}

/* A list with its length before it. */
static struct cursor list(struct cursor *cursor, size_t length_bytes)
{
	uint32_t length = number(cursor, length_bytes);
	const uint8_t *at = take(cursor, length);

	return (struct cursor){at, at ? length : 0, !at};
}

static bool is_host_name(const uint8_t *name, size_t length)
{
	if (length == 0 || length > NAME_MAX_LENGTH)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
		      (name[i] >= '0' && name[i] <= '9') || name[i] == '.' || name[i] == '-' ||
		      name[i] == '_'))
			return false;
	return true;
}

static void read_server_name(struct cursor extension, struct tls_hello *hello)
{
	struct cursor names = list(&extension, 2);
	uint32_t type = number(&names, 1);
	struct cursor name = list(&names, 2);

	if (name.failed || type != 0 || !is_host_name(name.at, name.left))
		return;
	hello->name = (const char *)name.at;
	hello->name_length = name.left;
}

static void read_client_hello(struct cursor body, struct tls_hello *hello)
{
	struct cursor extensions;

	take(&body, 2 + 32); /* version and random */
	list(&body, 1);      /* session */
	list(&body, 2);      /* ciphers */
	list(&body, 1);      /* compressions */
	extensions = list(&body, 2);
	while (!extensions.failed && extensions.left > 0) {
		uint32_t type = number(&extensions, 2);
		struct cursor extension = list(&extensions, 2);

		if (type == EXTENSION_NAME && !extension.failed)
			read_server_name(extension, hello);
	}
}

/* What the bytes at fixed places may be; `length` of them are here. */
static bool header_fits(const uint8_t *bytes, size_t length)
{
	static const struct {
		uint8_t least;
		uint8_t most;
	} fixed[] = {
	    {RECORD_HANDSHAKE, RECORD_HANDSHAKE},
	    {3, 3},
	    {0, 4},
	    {0, RECORD_MAX >> 8},
	    {0, 255},
	    {CLIENT_HELLO, SERVER_HELLO},
	    {0, 1},
	    {0, 255},
	    {0, 255},
	    {3, 3},
	    {1, 4},
	};

	for (size_t i = 0; i < length && i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (bytes[i] < fixed[i].least || bytes[i] > fixed[i].most)
			return false;
	return true;
}

enum protocol_answer tls_hello_read(const uint8_t *bytes, size_t length, struct tls_hello *hello)
{
	struct cursor cursor = {bytes, length, false};
	struct cursor body;
	uint32_t record;
	uint32_t message;

	*hello = (struct tls_hello){.server = false};
	if (!header_fits(bytes, length))
		return PROTOCOL_NO;
	take(&cursor, 3);
	record = number(&cursor, 2);
	hello->server = number(&cursor, 1) == SERVER_HELLO;
	message = number(&cursor, 3);
	if (cursor.failed)
		return PROTOCOL_MORE;
	/* Version, random, session and so on: no hello is shorter. */
	if (message < 38 || record < 42 || record > RECORD_MAX)
		return PROTOCOL_NO;
	if (length < RECORD_HEADER + HANDSHAKE_HEADER + 2 || length - RECORD_HEADER < record)
		return PROTOCOL_MORE;
	body = (struct cursor){cursor.at, record - HANDSHAKE_HEADER, false};
	if (message < body.left)
		body.left = message;
	if (!hello->server)
		read_client_hello(body, hello);
	return PROTOCOL_YES;
}
