/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/inside/call-name.h"

#include <stdbool.h>
#include <string.h>

/* Hexadecimal text of this length is an id. */
#define ID_LEAST 16

struct name {
	char *text;
	size_t length;
	bool cut;
};

static void put(struct name *name, const char *text, size_t length)
{
	size_t room = CALL_NAME_SIZE - 1 - name->length;

	if (length > room) {
		name->cut = true;
		length = room;
	}
	memcpy(name->text + name->length, text, length);
	name->length += length;
}

static void finish(struct name *name)
{
	name->text[name->length] = '\0';
	if (name->cut)
		memcpy(name->text + CALL_NAME_SIZE - 4, "...", 3);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_uuid(const char *part, size_t length)
{
	if (length != 36)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? part[i] != '-' : !is_hex(part[i]))
			return false;
	}
	return true;
}

/* A number, a UUID, or a long id in hexadecimal. */
static bool varies(const char *part, size_t length)
{
	size_t digits = 0;
	size_t hex = 0;

	if (length == 0 || !is_hex(part[0]))
		return false;
	for (size_t i = 0; i < length; i++) {
		digits += is_digit(part[i]);
		hex += is_hex(part[i]);
	}
	return digits == length || (hex == length && length >= ID_LEAST) || is_uuid(part, length);
}

/* "http://host/path": the path. */
static void skip_host(const char **target, size_t *length)
{
	const char *end = *target + *length;
	const char *at = memchr(*target, ':', *length);

	if (**target == '/' || !at || end - at < 3 || memcmp(at, "://", 3) != 0)
		return;
	at = memchr(at + 3, '/', (size_t)(end - at - 3));
	if (!at)
		return;
	*length = (size_t)(end - at);
	*target = at;
}

static size_t without_query(const char *target, size_t length)
{
	const char *end = length ? memchr(target, '?', length) : NULL;

	if (end)
		length = (size_t)(end - target);
	end = length ? memchr(target, '#', length) : NULL;
	return end ? (size_t)(end - target) : length;
}

static void put_path(struct name *name, const char *path, size_t length)
{
	size_t start = 0;

	while (start <= length) {
		const char *slash = memchr(path + start, '/', length - start);
		size_t i = slash ? (size_t)(slash - path) : length;

		if (varies(path + start, i - start))
			put(name, "{}", 2);
		else
			put(name, path + start, i - start);
		if (i < length)
			put(name, "/", 1);
		start = i + 1;
	}
}

void call_name_http(char name[static CALL_NAME_SIZE], const char *method, size_t method_length,
		    const char *target, size_t target_length)
{
	struct name to = {.text = name};

	put(&to, method, method_length);
	put(&to, " ", 1);
	if (target_length > 0)
		skip_host(&target, &target_length);
	put_path(&to, target, without_query(target, target_length));
	finish(&to);
}

void call_name_method(char name[static CALL_NAME_SIZE], const char *path, size_t length)
{
	struct name to = {.text = name};

	if (length > 0 && path[0] == '/') {
		path++;
		length--;
	}
	put(&to, path, without_query(path, length));
	finish(&to);
}
