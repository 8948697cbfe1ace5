/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/qmp.h"

#define RESET_BYTE 0xff

/* No message has two members that decide its type. */
static bool set_type(struct qmp_message *m, enum qmp_type type)
{
	bool first = m->type == QMP_UNKNOWN;

	m->type = type;
	return first;
}

static bool read_name(const struct json_member *member, struct qmp_message *m, enum qmp_type type)
{
	m->name = member->value;
	return member->kind == JSON_STRING && member->value.length > 0 && set_type(m, type);
}

static bool read_error(const struct json_member *member, struct qmp_message *m)
{
	struct json_member class, description;

	if (member->kind != JSON_OBJECT || !json_find(member->value, "class", &class) ||
	    !json_find(member->value, "desc", &description) || class.kind != JSON_STRING ||
	    description.kind != JSON_STRING)
		return false;
	m->name = class.value;
	m->text = description.value;
	return set_type(m, QMP_ERROR);
}

static bool read_value(const struct json_member *member, struct qmp_message *m)
{
	m->value = member->value;
	m->kind = member->kind;
	return true;
}

static bool read_object(const struct json_member *member, struct qmp_message *m)
{
	return member->kind == JSON_OBJECT && read_value(member, m);
}

static bool read_member(const struct json_member *member, struct qmp_message *m)
{
	if (json_text_is(member->key, "execute"))
		return read_name(member, m, QMP_COMMAND);
	if (json_text_is(member->key, "exec-oob")) {
		m->out_of_band = true;
		return read_name(member, m, QMP_COMMAND);
	}
	if (json_text_is(member->key, "return"))
		return read_value(member, m) && set_type(m, QMP_RETURN);
	if (json_text_is(member->key, "error"))
		return read_error(member, m);
	if (json_text_is(member->key, "event"))
		return read_name(member, m, QMP_EVENT);
	if (json_text_is(member->key, "QMP"))
		return read_object(member, m) && set_type(m, QMP_GREETING);
	if (json_text_is(member->key, "arguments") || json_text_is(member->key, "data"))
		return read_object(member, m);
	if (json_text_is(member->key, "timestamp"))
		return member->kind == JSON_OBJECT;
	if (json_text_is(member->key, "id")) {
		m->id = member->value;
		return true;
	}
	return false;
}

/* What the value of an unfinished member must be. */
static bool may_become(const struct json_member *member)
{
	static const struct {
		const char *key;
		enum json_kind kind; /* JSON_UNKNOWN: any */
	} keys[] = {{"execute", JSON_STRING},   {"exec-oob", JSON_STRING},
		    {"return", JSON_UNKNOWN},   {"error", JSON_OBJECT},
		    {"event", JSON_STRING},     {"QMP", JSON_OBJECT},
		    {"arguments", JSON_OBJECT}, {"data", JSON_OBJECT},
		    {"timestamp", JSON_OBJECT}, {"id", JSON_UNKNOWN}};

	if (!member->key.at)
		return true;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (json_text_is(member->key, keys[i].key))
			return member->kind == JSON_UNKNOWN || keys[i].kind == JSON_UNKNOWN ||
			       member->kind == keys[i].kind;
	return false;
}

size_t qmp_filling(const uint8_t *bytes, size_t length)
{
	size_t at = 0;

	while (at < length && (json_is_blank(bytes[at]) || bytes[at] == RESET_BYTE))
		at++;
	return at;
}

static bool has_reset(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] == RESET_BYTE)
			return true;
	return false;
}

enum protocol_answer qmp_read(const uint8_t *bytes, size_t length, struct qmp_message *m)
{
	size_t start = qmp_filling(bytes, length);
	struct json_object object;
	struct json_member member;
	enum json_step step;

	*m = (struct qmp_message){.start = start, .reset = has_reset(bytes, start)};
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
	return m->type == QMP_UNKNOWN ? PROTOCOL_NO : PROTOCOL_YES;
}
