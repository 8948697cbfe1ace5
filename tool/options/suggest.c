/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suggests an option in place of one that does not exist.
 *
 * If several options begin with a long name, the message names them. Otherwise it suggests the
 * option whose name differs in the fewest letters, but in at most MOST_DIFFERENCES. It does not
 * suggest tcpdump's options (foreign.c), because --help does not list them.
 */
#include <stdio.h>
#include <string.h>

#include "tool/options/parse.h"

/* Longer names do not exist, so longer words have no suggestion. */
#define NAME_MAX_LENGTH 32

/* Letters that are wrong, missing, too many, or swapped with their neighbour. */
#define MOST_DIFFERENCES 2

struct word {
	const char *text;
	size_t length;
};

/* The name in "--name=VALUE". */
static struct word name_in(const char *argument)
{
	const char *text = argument + strspn(argument, "-");

	return (struct word){text, strcspn(text, "=")};
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The edit distance of two words of at most NAME_MAX_LENGTH letters. */
static size_t differences(struct word a, struct word b)
{
	/* Of the first i letters of a and the first j of b: in rows i - 2, i - 1 and i. */
	size_t rows[3][NAME_MAX_LENGTH + 1];
	size_t *before = rows[0];
	size_t *last = rows[1];
	size_t *row = rows[2];

	for (size_t j = 0; j <= b.length; j++)
		before[j] = last[j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= b.length; j++) {
			row[j] = least(last[j], row[j - 1]) + 1;
			row[j] = least(row[j], last[j - 1] + (a.text[i - 1] != b.text[j - 1]));
			if (i > 1 && j > 1 && a.text[i - 1] == b.text[j - 2] &&
			    a.text[i - 2] == b.text[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[b.length];
}

static const char *nearest(struct word word)
{
	size_t fewest = least(MOST_DIFFERENCES, word.length / 3) + 1;
	const char *name = NULL;

	if (word.length > NAME_MAX_LENGTH)
		return NULL;
	for (size_t i = 0; i < options_count; i++) {
		const char *other = options_table[i].name;
		size_t count;

		if (!other || strlen(other) > NAME_MAX_LENGTH)
			continue;
		count = differences(word, (struct word){other, strlen(other)});
		if (count < fewest) {
			fewest = count;
			name = other;
		}
	}
	return name;
}

/* Adds ", --name" for each option of the table that begins with the word. */
static size_t list_beginning(struct word word, const struct option_row *rows, size_t count,
			     char list[static OPTIONS_ERROR_MAX / 2], size_t length)
{
	const size_t size = OPTIONS_ERROR_MAX / 2;

	for (size_t i = 0; i < count && length < size; i++) {
		if (rows[i].name && strncmp(rows[i].name, word.text, word.length) == 0)
			length +=
			    (size_t)snprintf(list + length, size - length, ", --%s", rows[i].name);
	}
	return length;
}

bool options_fail_long(struct parse *parse, const char *argument)
{
	struct word word = name_in(argument);
	int shown = word.length < 64 ? (int)word.length : 64;
	char list[OPTIONS_ERROR_MAX / 2] = "";
	size_t length = list_beginning(word, options_table, options_count, list, 0);
	const char *name;

	list_beginning(word, foreign_options, foreign_count, list, length);
	if (word.length > 0 && *list)
		return options_fail(parse, "--%.*s can mean several options: %s", shown, word.text,
				    list + strlen(", "));
	name = nearest(word);
	if (name)
		return options_fail(parse, "unknown option '--%.*s'. Did you mean --%s?", shown,
				    word.text, name);
	return options_fail(parse, "unknown option '--%.*s'. Type vsockdump --help to see all",
			    shown, word.text);
}

bool options_fail_letter(struct parse *parse, int letter, const char *argument)
{
	struct word word = name_in(argument);
	const char *name = argument[1] != '-' && word.length > 1 ? nearest(word) : NULL;

	if (name)
		return options_fail(parse, "unknown option '-%c' in '%.64s'. Did you mean --%s?",
				    letter, argument, name);
	return options_fail(parse, "unknown option '-%c'. Type vsockdump --help to see all",
			    letter);
}
