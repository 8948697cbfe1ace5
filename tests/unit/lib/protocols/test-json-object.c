/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Covers lib/protocols/json-object.c. */
#include "tests/unit/lib/protocols/exact.h"

#include "lib/protocols/json-object.h"

/* The last step, and how many members there were. */
static enum json_step walk(const char *text, size_t length, unsigned *members, size_t *end)
{
	uint8_t *copy = exact_copy(text, length);
	struct json_object object = json_object_of(copy, length);
	struct json_member member;
	enum json_step step;

	for (*members = 0; (step = json_object_next(&object, &member)) == JSON_MEMBER; ++*members)
		assert_non_null(member.key.at);
	*end = object.at;
	free(copy);
	return step;
}

static void members_have_keys_and_kinds(void **state)
{
	static const char text[] =
	    "{ \"a\" : \"x\\\"}\",\n\"b\":{\"c\":[1,{}]} ,\"d\":[],\"e\":-1.5E+3,"
	    "\"f\":true,\"g\":false,\"h\":null}rest";
	static const struct {
		const char *key, *value;
		enum json_kind kind;
	} expected[] = {
	    {"a", "x\\\"}", JSON_STRING}, {"b", "{\"c\":[1,{}]}", JSON_OBJECT},
	    {"d", "[]", JSON_ARRAY},      {"e", "-1.5E+3", JSON_NUMBER},
	    {"f", "true", JSON_TRUE},     {"g", "false", JSON_FALSE},
	    {"h", "null", JSON_NULL},
	};
	struct json_object object = json_object_of((const uint8_t *)text, strlen(text));
	struct json_member member;

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_int_equal(json_object_next(&object, &member), JSON_MEMBER);
		assert_text(member.key, expected[i].key);
		assert_text(member.value, expected[i].value);
		assert_int_equal(member.kind, expected[i].kind);
	}
	assert_int_equal(json_object_next(&object, &member), JSON_END);
	assert_int_equal(object.at, strlen(text) - 4);
}

static void each_beginning_of_an_object_needs_more(void **state)
{
	static const char text[] = "{\"a\":\"\\\\\",\"b\":{\"c\":[1,{}]},\"e\":-1.5,\"f\":true}";
	unsigned members;
	size_t end;

	(void)state;
	for (size_t length = 0; length < strlen(text); length++)
		assert_int_equal(walk(text, length, &members, &end), JSON_MORE);
	assert_int_equal(walk(text, strlen(text), &members, &end), JSON_END);
	assert_int_equal(members, 4);
	assert_int_equal(end, strlen(text));
}

static void an_unfinished_member_shows_what_is_known(void **state)
{
	static const char text[] = "{\"key\":{\"x\":";
	struct json_object object = json_object_of((const uint8_t *)text, strlen(text));
	struct json_member member;

	(void)state;
	assert_int_equal(json_object_next(&object, &member), JSON_MORE);
	assert_text(member.key, "key");
	assert_int_equal(member.kind, JSON_OBJECT);
	assert_null(member.value.at);
	object = json_object_of((const uint8_t *)text, 4);
	assert_int_equal(json_object_next(&object, &member), JSON_MORE);
	assert_null(member.key.at);
}

static void other_text_is_wrong(void **state)
{
	static const char *const texts[] = {"[]",
					    "x",
					    " {}",
					    "{,",
					    "{1",
					    "{\"a\" 1",
					    "{\"a\":}",
					    "{\"a\":1,}",
					    "{\"a\":1 2",
					    "{\"a\":[}",
					    "{\"a\":{]",
					    "{\"a\":tru,",
					    "{\"a\":nul,",
					    "{\"a\":trueish,",
					    "{\"a\":\"\n\"",
					    "{\"a\n",
					    "{\"a\":[\1",
					    "{\"a\":[X"};
	unsigned members;
	size_t end;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (walk(texts[i], strlen(texts[i]), &members, &end) != JSON_WRONG)
			fail_msg("accepted: %s", texts[i]);
	/* A zero byte is no part of a value. */
	assert_int_equal(walk("{\"a\":[\0", 7, &members, &end), JSON_WRONG);
}

static void brackets_are_limited(void **state)
{
	char text[JSON_DEPTH_MAX * 2 + 16] = "{\"a\":";
	unsigned members;
	size_t end;

	(void)state;
	memset(text + 5, '[', JSON_DEPTH_MAX);
	memset(text + 5 + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	strcpy(text + 5 + 2 * JSON_DEPTH_MAX, "}");
	assert_int_equal(walk(text, strlen(text), &members, &end), JSON_END);
	text[5 + JSON_DEPTH_MAX] = '[';
	assert_int_equal(walk(text, strlen(text), &members, &end), JSON_WRONG);
}

static void members_are_found_by_name(void **state)
{
	static const char text[] = "{\"code\":-32601,\"message\":\"no\"}";
	const struct json_text object = {(const uint8_t *)text, strlen(text)};
	struct json_member member;

	(void)state;
	assert_true(json_find(object, "message", &member));
	assert_text(member.value, "no");
	assert_false(json_find(object, "mess", &member));
	assert_false(json_text_is((struct json_text){NULL, 0}, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_have_keys_and_kinds),
	    cmocka_unit_test(each_beginning_of_an_object_needs_more),
	    cmocka_unit_test(an_unfinished_member_shows_what_is_known),
	    cmocka_unit_test(other_text_is_wrong),
	    cmocka_unit_test(brackets_are_limited),
	    cmocka_unit_test(members_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
