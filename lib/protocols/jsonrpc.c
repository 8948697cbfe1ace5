/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/jsonrpc.h"

static bool set_type(struct jsonrpc_message *m, enum jsonrpc_type type)
{
	bool first = m->type == JSONRPC_UNKNOWN;

	m->type = type;
	return first;
}

static bool read_value(const struct json_member *member, struct jsonrpc_message *m)
{
	m->value = member->value;
	m->kind = member->kind;
	return true;
}

static bool read_error(const struct json_member *member, struct jsonrpc_message *m)
{
	struct json_member code, text;

	/* Some replies have both members, and null says that there was no error. */
	if (member->kind == JSON_NULL)
		return true;
	if (member->kind != JSON_OBJECT || !json_find(member->value, "code", &code) ||
	    !json_find(member->value, "message", &text) || code.kind != JSON_NUMBER ||
	    text.kind != JSON_STRING)
		return false;
	m->code = code.value;
	m->text = text.value;
	return set_type(m, JSONRPC_ERROR);
}

static bool read_id(const struct json_member *member, struct jsonrpc_message *m)
{
	if (member->kind != JSON_NULL)
		m->id = member->value;
	return member->kind == JSON_NULL || member->kind == JSON_STRING ||
	       member->kind == JSON_NUMBER;
}

static bool read_member(const struct json_member *member, struct jsonrpc_message *m)
{
	if (json_text_is(member->key, "jsonrpc")) {
		m->version = member->kind == JSON_STRING && json_text_is(member->value, "2.0");
		return m->version;
	}
	if (json_text_is(member->key, "method")) {
		m->method = member->value;
		return member->kind == JSON_STRING && member->value.length > 0 &&
		       set_type(m, JSONRPC_CALL);
	}
	if (json_text_is(member->key, "params"))
		return (member->kind == JSON_OBJECT || member->kind == JSON_ARRAY) &&
		       read_value(member, m);
	if (json_text_is(member->key, "result"))
		return read_value(member, m) && set_type(m, JSONRPC_RESULT);
	if (json_text_is(member->key, "error"))
		return read_error(member, m);
	return json_text_is(member->key, "id") && read_id(member, m);
}

static bool may_become(const struct json_member *member)
{
	static const char *const keys[] = {"jsonrpc", "method", "params", "result", "error", "id"};

	if (!member->key.at)
		return true;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (json_text_is(member->key, keys[i]))
			return true;
	return false;
}

static size_t blanks(const uint8_t *bytes, size_t length)
{
	size_t at = 0;

	while (at < length && json_is_blank(bytes[at]))
		at++;
	return at;
}

enum protocol_answer jsonrpc_read(const uint8_t *bytes, size_t length, struct jsonrpc_message *m)
{
	size_t start = blanks(bytes, length);
	struct json_object object;
	struct json_member member;
	enum json_step step;

	*m = (struct jsonrpc_message){.start = start};
	if (start == length)
		return PROTOCOL_MORE;
	object = json_object_of(bytes + start, length - start);
	do {
		step = json_object_next(&object, &member);
		if (step == JSON_WRONG || (step == JSON_MEMBER && !read_member(&member, m)) ||
		    (step == JSON_MORE && !may_become(&member)))
			return PROTOCOL_NO;
	} while (step == JSON_MEMBER);
	if (step == JSON_MORE)
		return PROTOCOL_MORE;
	m->size = start + object.at;
	return m->version && m->type != JSONRPC_UNKNOWN ? PROTOCOL_YES : PROTOCOL_NO;
}
