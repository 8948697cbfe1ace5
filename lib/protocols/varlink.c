/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/varlink.h"

#include <string.h>

static bool is_of_name(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= '0' && byte <= '9') || byte == '-';
}

/* A name of two or more parts and, after the last dot, one that begins with a capital letter. */
static bool is_name(struct json_text name)
{
	size_t dots = 0;
	size_t start = 0; /* of the part */

	for (size_t i = 0; i < name.length; i++) {
		if (name.at[i] == '.') {
			if (i == start)
				return false;
			dots++;
			start = i + 1;
		} else if (!is_of_name(name.at[i])) {
			return false;
		}
	}
	return dots >= 2 && start < name.length && name.at[start] >= 'A' && name.at[start] <= 'Z';
}

static bool read_name(const struct json_member *member, struct json_text *name)
{
	*name = member->value;
	return member->kind == JSON_STRING && is_name(member->value);
}

static bool read_flag(const struct json_member *member, bool *flag)
{
	*flag = member->kind == JSON_TRUE;
	return *flag || member->kind == JSON_FALSE || member->kind == JSON_NULL;
}

/* sd-varlink also sends null. */
static bool read_parameters(const struct json_member *member, struct json_text *parameters)
{
	if (member->kind == JSON_OBJECT)
		*parameters = member->value;
	return member->kind == JSON_OBJECT || member->kind == JSON_NULL;
}

static bool read_member(const struct json_member *member, struct varlink_message *message)
{
	if (json_text_is(member->key, "parameters"))
		return read_parameters(member, &message->parameters);
	if (json_text_is(member->key, "method"))
		return read_name(member, &message->method);
	if (json_text_is(member->key, "error"))
		return read_name(member, &message->error);
	if (json_text_is(member->key, "oneway"))
		return read_flag(member, &message->oneway);
	if (json_text_is(member->key, "more"))
		return read_flag(member, &message->more);
	if (json_text_is(member->key, "upgrade"))
		return read_flag(member, &message->upgrade);
	if (json_text_is(member->key, "continues"))
		return read_flag(member, &message->continues);
	return false;
}

/* The kinds that the value of an unfinished member may have. */
static bool may_become(const struct json_member *member)
{
	static const char *const flags[] = {"oneway", "more", "upgrade", "continues"};
	enum json_kind kind = member->kind;

	if (!member->key.at)
		return true;
	if (json_text_is(member->key, "parameters"))
		return kind == JSON_UNKNOWN || kind == JSON_OBJECT || kind == JSON_NUMBER;
	if (json_text_is(member->key, "method") || json_text_is(member->key, "error"))
		return kind == JSON_UNKNOWN || kind == JSON_STRING;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (json_text_is(member->key, flags[i]))
			return kind == JSON_UNKNOWN || kind == JSON_NUMBER;
	return false;
}

/* The members of a call and those of a reply do not mix. */
static bool is_consistent(const struct varlink_message *message)
{
	bool call = message->method.at || message->oneway || message->more || message->upgrade;
	bool reply = message->error.at || message->continues;

	return !(call && reply) && !(call && message->size && !message->method.at);
}

static enum protocol_answer finish(const struct json_object *object,
				   struct varlink_message *message)
{
	if (object->at == object->length)
		return PROTOCOL_MORE;
	if (object->bytes[object->at] != '\0')
		return PROTOCOL_NO;
	message->size = object->at + 1;
	return is_consistent(message) ? PROTOCOL_YES : PROTOCOL_NO;
}

enum protocol_answer varlink_read(const uint8_t *bytes, size_t length,
				  struct varlink_message *message)
{
	struct json_object object = json_object_of(bytes, length);
	struct json_member member;
	enum json_step step;

	*message = (struct varlink_message){.size = 0};
	do {
		step = json_object_next(&object, &member);
		if (step == JSON_WRONG || (step == JSON_MEMBER && !read_member(&member, message)) ||
		    (step == JSON_MORE && !may_become(&member)) || !is_consistent(message))
			return PROTOCOL_NO;
	} while (step == JSON_MEMBER);
	message->certain = message->method.at || message->error.at || message->parameters.at;
	return step == JSON_END ? finish(&object, message) : PROTOCOL_MORE;
}
