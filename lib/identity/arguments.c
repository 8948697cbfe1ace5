/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/identity/arguments.h"

#include <string.h>

static const char *next_argument(struct arguments *arguments)
{
	const char *argument = arguments->next;

	if (argument >= arguments->end)
		return NULL;
	arguments->next += strlen(argument) + 1;
	return argument;
}

bool arguments_next_option(struct arguments *arguments, struct argument_option *option)
{
	const char *argument;

	while ((argument = next_argument(arguments))) {
		size_t hyphens = strspn(argument, "-");

		if ((hyphens != 1 && hyphens != 2) || !argument[hyphens])
			continue;
		option->name = argument + hyphens;
		option->name_length = strcspn(option->name, "=");
		if (option->name[option->name_length] == '=')
			option->value = option->name + option->name_length + 1;
		else
			option->value = arguments->next < arguments->end ? arguments->next : "";
		return true;
	}
	return false;
}

bool argument_is(const struct argument_option *option, const char *name)
{
	return strlen(name) == option->name_length &&
	       memcmp(option->name, name, option->name_length) == 0;
}

/* Copies an element until its comma. Returns what follows the comma, or NULL at the end. */
static const char *copy_element(const char *at, char *value, size_t room, bool *fits)
{
	size_t length = 0;

	*fits = true;
	for (; *at && (*at != ',' || at[1] == ','); at++) {
		if (*at == ',')
			at++;
		if (length + 1 >= room)
			*fits = false;
		else
			value[length++] = *at;
	}
	value[*fits ? length : 0] = '\0';
	return *at ? at + 1 : NULL;
}

bool list_value(const char *list, const char *key, char *value, size_t room)
{
	size_t length = strlen(key);
	bool fits;

	for (const char *at = list; at;) {
		if (length > 0 && strncmp(at, key, length) == 0 && at[length] == '=') {
			copy_element(at + length + 1, value, room, &fits);
			return fits;
		}
		if (length == 0) {
			copy_element(at, value, room, &fits);
			if (!strchr(value, '='))
				return fits && *value;
			break;
		}
		at = copy_element(at, value, room, &fits);
	}
	*value = '\0';
	return false;
}

/* The end of the string whose first character is at `text`: its closing quote, or the null byte. */
static const char *string_end(const char *text)
{
	while (*text && *text != '"')
		text += *text == '\\' && text[1] ? 2 : 1;
	return text;
}

static bool copy_text(char *value, size_t room, const char *text, size_t length)
{
	if (length >= room || memchr(text, '\\', length))
		return false;
	memcpy(value, text, length);
	value[length] = '\0';
	return true;
}

/* `at` is after the colon. */
static bool copy_json(char *value, size_t room, const char *at)
{
	at += strspn(at, " \t\r\n");
	if (*at == '"')
		return copy_text(value, room, at + 1, (size_t)(string_end(at + 1) - at - 1));
	return copy_text(value, room, at, strspn(at, "0123456789"));
}

bool json_value(const char *json, const char *key, char *value, size_t room)
{
	size_t length = strlen(key);
	unsigned depth = 0;

	*value = '\0';
	for (const char *at = json; *at; at++) {
		const char *end;

		depth += *at == '{' || *at == '[';
		depth -= depth > 0 && (*at == '}' || *at == ']');
		if (*at != '"')
			continue;
		end = string_end(at + 1);
		if (!*end)
			return false;
		if (depth == 1 && (size_t)(end - at - 1) == length &&
		    memcmp(at + 1, key, length) == 0 && end[1 + strspn(end + 1, " \t\r\n")] == ':')
			return copy_json(value, room, strchr(end, ':') + 1);
		at = end;
	}
	return false;
}
