/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/notify.h"

#include <string.h>

/* Keys begin a line. A key that ends with "_" means all keys that begin with it. */
static const char *const keys[] = {"READY",          "RELOADING",
				   "STOPPING",       "STATUS",
				   "ERRNO",          "BUSERROR",
				   "VARLINKERROR",   "EXIT_STATUS",
				   "MAINPID",        "MAINPIDFD",
				   "MAINPIDFDID",    "WATCHDOG",
				   "WATCHDOG_USEC",  "EXTEND_TIMEOUT_USEC",
				   "MONOTONIC_USEC", "NOTIFYACCESS",
				   "FDSTORE",        "FDSTOREREMOVE",
				   "FDNAME",         "FDPOLL",
				   "BARRIER",        "X_SYSTEMD_"};

static size_t smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

/* The key may be the beginning of one of a message that is not complete. */
static enum protocol_answer is_known(const uint8_t *key, size_t length, bool complete)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t size = strlen(keys[i]);
		bool open = keys[i][size - 1] == '_';

		if (memcmp(keys[i], key, smaller(size, length)) != 0)
			continue;
		if (!complete && (length <= size || open))
			return PROTOCOL_MORE;
		if (!complete)
			continue;
		if (open ? length > size : length == size)
			return PROTOCOL_YES;
	}
	return PROTOCOL_NO;
}

static bool is_of_key(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

static bool is_of_value(uint8_t byte)
{
	return (byte >= ' ' && byte != 0x7f) || byte == '\t';
}

/* Length of the text before the line feed. */
static size_t text_length(const uint8_t *bytes, size_t length)
{
	const uint8_t *end = memchr(bytes, '\n', length);

	return end ? (size_t)(end - bytes) : length;
}

bool notify_next_line(const uint8_t *bytes, size_t length, struct notify_line *line)
{
	size_t text = text_length(bytes, length);
	size_t key = 0;

	*line = (struct notify_line){.key = bytes, .size = text < length ? text + 1 : length};
	while (key < text && is_of_key(bytes[key]))
		key++;
	if (key == 0 || key == text || bytes[key] != '=')
		return false;
	line->key_length = key;
	line->value = bytes + key + 1;
	line->value_length = text - key - 1;
	for (size_t i = 0; i < line->value_length; i++)
		if (!is_of_value(line->value[i]))
			return false;
	return true;
}

/* Whether these bytes may be the beginning of a key. */
static bool is_cut_key(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_of_key(bytes[i]))
			return false;
	return true;
}

enum protocol_answer notify_recognize(const uint8_t *bytes, size_t length)
{
	struct notify_line line;

	if (length == 0)
		return PROTOCOL_MORE;
	if (!memchr(bytes, '=', length))
		return is_known(bytes, length, false);
	for (size_t at = 0; at < length; at += line.size) {
		if (!notify_next_line(bytes + at, length - at, &line))
			return at > 0 && is_cut_key(bytes + at, length - at) ? PROTOCOL_YES
									     : PROTOCOL_NO;
		if (at == 0 && is_known(line.key, line.key_length, true) != PROTOCOL_YES)
			return PROTOCOL_NO;
	}
	return PROTOCOL_YES;
}
