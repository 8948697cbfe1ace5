/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make-completion bash|zsh|fish TEMPLATE FILE: writes the completion of vsockdump for this shell.
 *
 * The template is code of the shell. The line "# OPTIONS" in it is replaced by what the table of
 * options knows, in the form that the template wants. So a new option needs no change here.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/finding-text.h"
#include "tool/options/row.h"

static const char marker[] = "# OPTIONS\n";

/* The longest line of a template. */
#define LINE 512

/* What the argument of an option is. */
enum argument {
	ARGUMENT_OTHER, /* nothing that a shell can know */
	ARGUMENT_WORDS,
	ARGUMENT_CAPTURE,
	ARGUMENT_FILE,
	ARGUMENT_FOLDER,
	ARGUMENT_INTERFACE, /* that exists */
	ARGUMENT_SOURCE,    /* an interface or "any" */
	ARGUMENT_USER,
	ARGUMENTS
};

static enum argument argument_of(const struct option_row *row)
{
	static const struct {
		const char *name;
		enum argument argument;
	} names[] = {
	    {"FILE", ARGUMENT_FILE},
	    {"DIR", ARGUMENT_FOLDER},
	    {"USER", ARGUMENT_USER},
	};

	if (row->words)
		return ARGUMENT_WORDS;
	if (row->capture)
		return ARGUMENT_CAPTURE;
	if (strcmp(row->argument, "IF") == 0 && row->kind != OPTION_ACTION)
		return ARGUMENT_SOURCE;
	if (row->kind == OPTION_ACTION && row->action == ACTION_DELETE_INTERFACE)
		return ARGUMENT_INTERFACE;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(row->argument, names[i].name) == 0)
			return names[i].argument;
	return ARGUMENT_OTHER;
}

/* "auto always never" */
static void put_words(const char *const *words)
{
	const char *gap = "";

	for (; *words; words++) {
		if (**words) {
			printf("%s%s", gap, *words);
			gap = " ";
		}
	}
}

static void put_codes(void)
{
	for (int code = 1; code < VSOCK_FINDING_CODES; code++)
		printf("%s%s", code > 1 ? " " : "",
		       vsock_finding_name((enum vsock_finding_code)code));
}

/* What --help says, on one line, between single quotes. `special` gets a backslash. */
static void put_help(const struct option_row *row, const char *special)
{
	for (const char *c = row->help ? row->help : row->argument; c && *c; c++) {
		if (*c == '\'')
			fputs("'\\'", stdout);
		else if (strchr(special, *c))
			putchar('\\');
		putchar(*c == '\n' ? ' ' : *c);
	}
}

/* Another name of an option is not offered beside it. */
static bool is_offered(const struct option_row *row)
{
	return row->kind != OPTION_ALIAS;
}

/* -- bash: two lists of words, and an arm of `case` for each option with an argument. */

static void bash_put_argument(const struct option_row *row)
{
	static const char *const kinds[ARGUMENTS] = {
	    [ARGUMENT_OTHER] = "nothing",   [ARGUMENT_WORDS] = "words ",
	    [ARGUMENT_CAPTURE] = "capture", [ARGUMENT_FILE] = "file",
	    [ARGUMENT_FOLDER] = "folder",   [ARGUMENT_INTERFACE] = "interface",
	    [ARGUMENT_SOURCE] = "source",   [ARGUMENT_USER] = "user",
	};
	enum argument argument = argument_of(row);

	fputs("\t", stdout);
	if (row->letter)
		printf("-%c%s", row->letter, row->name ? " | " : "");
	if (row->name && !row->optional)
		printf("--%s | ", row->name);
	if (row->name)
		printf("--%s=", row->name);
	printf(") echo '%s", kinds[argument]);
	if (argument == ARGUMENT_WORDS)
		put_words(row->words);
	puts("' ;;");
}

static void bash_put_letters(bool argument)
{
	for (size_t i = 0; i < options_count; i++)
		if (options_table[i].letter && (options_table[i].argument != NULL) == argument)
			putchar(options_table[i].letter);
}

static void bash_put(void)
{
	fputs("_vsockdump_options='", stdout);
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];

		if (!is_offered(row))
			continue;
		if (row->letter)
			printf("-%c ", row->letter);
		if (row->name)
			printf("--%s%s ", row->name, row->optional ? "=" : "");
	}
	fputs("'\n_vsockdump_codes='", stdout);
	put_codes();
	fputs("'\n_vsockdump_flags='", stdout);
	bash_put_letters(false);
	fputs("'\n_vsockdump_letters='", stdout);
	bash_put_letters(true);
	fputs("'\n_vsockdump_argument() {\n\tcase $1 in\n", stdout);
	for (size_t i = 0; i < options_count; i++)
		if (options_table[i].argument && is_offered(&options_table[i]))
			bash_put_argument(&options_table[i]);
	puts("\tesac\n}");
}

/* -- zsh: a specification of _arguments for each name. */

static void zsh_put_argument(const struct option_row *row)
{
	/* The blank keeps _arguments from passing options of compadd. */
	static const char *const actions[ARGUMENTS] = {
	    [ARGUMENT_OTHER] = " ",
	    [ARGUMENT_WORDS] = "",
	    [ARGUMENT_CAPTURE] = "_vsockdump_captures",
	    [ARGUMENT_FILE] = "_files",
	    [ARGUMENT_FOLDER] = "_files -/",
	    [ARGUMENT_INTERFACE] = " _vsockdump_interfaces",
	    [ARGUMENT_SOURCE] = " _vsockdump_interfaces any",
	    [ARGUMENT_USER] = "_users",
	};
	enum argument argument = argument_of(row);

	printf("%s:%s:%s", row->optional ? ":" : "", row->argument, actions[argument]);
	if (argument == ARGUMENT_WORDS) {
		putchar('(');
		put_words(row->words);
		putchar(')');
	}
}

/* `joint` says where the argument may be: after "=", in the same word, or nowhere. */
static void zsh_put_option(const struct option_row *row, const char *name, const char *joint)
{
	printf("'*%s%s[", name, row->argument ? joint : "");
	put_help(row, "[]:\\");
	putchar(']');
	if (row->argument)
		zsh_put_argument(row);
	else if (row->action == ACTION_EXPLAIN)
		fputs(":*: :($codes)", stdout);
	puts("'");
}

static void zsh_put(void)
{
	fputs("codes=(", stdout);
	put_codes();
	puts(")\noptions=(");
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];
		char name[64];

		if (!is_offered(row))
			continue;
		if (row->letter) {
			snprintf(name, sizeof(name), "-%c", row->letter);
			zsh_put_option(row, name, "+");
		}
		if (row->name) {
			snprintf(name, sizeof(name), "--%s", row->name);
			zsh_put_option(row, name, row->optional ? "=-" : "=");
		}
	}
	puts(")");
}

/* -- fish: a command for each option. */

static void fish_put_argument(const struct option_row *row)
{
	static const char *const candidates[ARGUMENTS] = {
	    [ARGUMENT_CAPTURE] = "(__vsockdump_captures)",
	    [ARGUMENT_FOLDER] = "(__fish_complete_directories)",
	    [ARGUMENT_INTERFACE] = "(__vsockdump_interfaces)",
	    [ARGUMENT_SOURCE] = "any (__vsockdump_interfaces)",
	    [ARGUMENT_USER] = "(__fish_complete_users)",
	};
	enum argument argument = argument_of(row);

	if (!row->optional)
		fputs(argument == ARGUMENT_FILE ? " -r -F" : " -x", stdout);
	if (argument == ARGUMENT_WORDS) {
		fputs(" -a '", stdout);
		put_words(row->words);
		putchar('\'');
	} else if (candidates[argument]) {
		printf(" -a '%s'", candidates[argument]);
	}
}

static void fish_put(void)
{
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options_table[i];

		if (!is_offered(row))
			continue;
		fputs("complete -c vsockdump", stdout);
		if (row->letter)
			printf(" -s '%c'", row->letter);
		if (row->name)
			printf(" -l %s", row->name);
		if (row->argument)
			fish_put_argument(row);
		fputs(" -d '", stdout);
		put_help(row, "\\");
		puts("'");
	}
	fputs("complete -c vsockdump -n '__fish_contains_opt explain' -a '", stdout);
	put_codes();
	puts("'");
}

/* Copies the template to standard output, with the options in their place. */
static void fill(FILE *template, void (*put)(void))
{
	char line[LINE];

	while (fgets(line, sizeof(line), template)) {
		if (strcmp(line, marker) == 0)
			put();
		else
			fputs(line, stdout);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*put)(void);
	} shells[] = {{"bash", bash_put}, {"zsh", zsh_put}, {"fish", fish_put}};
	void (*put)(void) = NULL;
	FILE *template;

	for (size_t i = 0; argc == 4 && i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(argv[1], shells[i].name) == 0)
			put = shells[i].put;
	if (!put) {
		fputs("usage: make-completion bash|zsh|fish TEMPLATE FILE\n", stderr);
		return 2;
	}
	template = fopen(argv[2], "r");
	if (!template || !freopen(argv[3], "w", stdout)) {
		perror(template ? argv[3] : argv[2]);
		return 1;
	}
	fill(template, put);
	if (ferror(template) || ferror(stdout) || fclose(stdout) != 0) {
		perror(argv[3]);
		return 1;
	}
	return 0;
}
