/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/explain/explain.h"

#include <ctype.h>
#include <string.h>

#include "lib/common/word-distance.h"
#include "tool/explain/explanation.h"
#include "tool/message.h"

/* The columns of the text. A narrower terminal gets narrower paragraphs. */
#define WIDTH     80
#define NARROWEST 30

#define INDENT 4

/* In the list: the column where the summaries begin. */
#define SUMMARY_COLUMN 29

/* The most letters in which an unknown code may differ from a suggestion. */
#define NEAR 4

static const char *name_of(int code)
{
	return vsock_finding_name((enum vsock_finding_code)code);
}

/* Prints a paragraph, wrapped at its width. */
static void put_filled(struct output *out, const char *text, size_t indent)
{
	size_t width = out->columns && out->columns < WIDTH ? out->columns : WIDTH;
	size_t column = 0;

	if (width < NARROWEST)
		width = NARROWEST;
	while (*text) {
		size_t length = strcspn(text, " ");

		if (column > 0 && column + 1 + length > width) {
			output_char(out, '\n');
			column = 0;
		}
		if (column == 0)
			output_blanks(out, indent);
		else
			output_char(out, ' ');
		column += (column == 0 ? indent : 1) + length;
		output_bytes(out, text, length);
		text += length + strspn(text + length, " ");
	}
	output_char(out, '\n');
}

static void put_part(struct output *out, const char *title, const char *text)
{
	output_text(out, title);
	output_text(out, ":\n");
	put_filled(out, text, INDENT);
}

static void put_packets(struct output *out, const struct explanation *e)
{
	size_t widest = 0;

	if (e->capture)
		output_printf(out, "Packets (tests/captures/%s):\n", e->capture);
	else
		output_text(out, "Packets (a sketch):\n");
	for (size_t i = 0; i < EXPLAINED_PACKETS && e->packets[i].line; i++)
		if (strlen(e->packets[i].line) > widest)
			widest = strlen(e->packets[i].line);
	for (size_t i = 0; i < EXPLAINED_PACKETS && e->packets[i].line; i++) {
		const struct explained_packet *p = &e->packets[i];

		output_blanks(out, INDENT);
		output_text(out, p->line);
		if (p->note) {
			output_blanks(out, widest - strlen(p->line) + 2);
			output_text(out, p->note);
		}
		output_char(out, '\n');
	}
}

static void put_explanation(struct output *out, int code)
{
	const struct explanation *e = &explanations[code];
	enum vsock_class class = vsock_finding_severity((enum vsock_finding_code)code);

	output_printf(out, "%s (%s", name_of(code), vsock_class_name(class));
	if (e->less)
		output_printf(out, " or %s", vsock_class_name((enum vsock_class)(class - 1)));
	output_text(out, ")\n\n");
	put_filled(out, e->summary, 0);
	put_filled(out, e->meaning, 0);
	output_char(out, '\n');
	put_packets(out, e);
	put_part(out, "Usual causes", e->causes);
	put_part(out, "What to do", e->advice);
	put_part(out, "Harmless when", e->harmless);
}

static void put_summary(struct output *out, int code)
{
	size_t begin = output_line_begin(out);

	output_printf(out, "  %s", name_of(code));
	output_blanks(out, SUMMARY_COLUMN - 2 - strlen(name_of(code)));
	output_text(out, explanations[code].summary);
	output_char(out, '\n');
	output_line_end(out, begin, INDENT);
}

static void put_list(struct output *out)
{
	static const char *const titles[VSOCK_CLASSES] = {
	    [VSOCK_CERTAIN] = "!! certain: wrong, even if the capture missed packets",
	    [VSOCK_SUSPICIOUS] = "! suspicious: most likely wrong",
	    [VSOCK_INFORMATION] = "* information: worth knowing, but may be normal",
	};

	for (int class = VSOCK_CERTAIN; class >= VSOCK_INFORMATION; class --) {
		output_printf(out, "%s\n", titles[class]);
		for (int code = 1; code < VSOCK_FINDING_CODES; code++)
			if ((int)vsock_finding_severity((enum vsock_finding_code)code) == class)
				put_summary(out, code);
		output_char(out, '\n');
	}
	output_text(out,
		    "For one of them: vsockdump --explain CODE. For all: vsock-findings(7).\n");
}

/* Changes the word to the form of codes: "Credit_Stall" becomes credit-stall. */
static void spell(char spelled[static WORD_DISTANCE_MAX], const char *word)
{
	size_t length = 0;

	for (; *word && length + 1 < WORD_DISTANCE_MAX; word++)
		spelled[length++] = (char)(*word == '_' ? '-' : tolower((unsigned char)*word));
	spelled[length] = '\0';
}

/* The code of this name, or 0. */
static int find_code(const char *name)
{
	for (int code = 1; code < VSOCK_FINDING_CODES; code++)
		if (strcmp(name_of(code), name) == 0)
			return code;
	return 0;
}

static bool begins(int code, const char *name)
{
	return *name && strncmp(name_of(code), name, strlen(name)) == 0;
}

static bool begins_any(const char *name)
{
	for (int code = 1; code < VSOCK_FINDING_CODES; code++)
		if (begins(code, name))
			return true;
	return false;
}

static void reject(const char *word, const char *name)
{
	int nearest = 1;

	for (int code = 2; code < VSOCK_FINDING_CODES; code++)
		if (word_distance(name, name_of(code)) < word_distance(name, name_of(nearest)))
			nearest = code;
	if (word_distance(name, name_of(nearest)) <= NEAR)
		print_error("--explain: no finding is called '%.64s'. Did you mean %s?", word,
			    name_of(nearest));
	else
		print_error("--explain: no finding is called '%.64s'. vsockdump --explain lists "
			    "all of them.",
			    word);
}

static void put_matches(struct output *out, const char *name)
{
	for (int code = 1; code < VSOCK_FINDING_CODES; code++)
		if (begins(code, name))
			put_summary(out, code);
}

enum exit_status explain(struct output *out, char *const *codes)
{
	char name[WORD_DISTANCE_MAX];

	if (!*codes)
		put_list(out);
	for (size_t i = 0; codes[i]; i++) {
		spell(name, codes[i]);
		if (!begins_any(name)) {
			reject(codes[i], name);
			return EXIT_USAGE;
		}
	}
	for (size_t i = 0; codes[i]; i++) {
		spell(name, codes[i]);
		if (i > 0)
			output_char(out, '\n');
		if (find_code(name))
			put_explanation(out, find_code(name));
		else
			put_matches(out, name);
	}
	return EXIT_OK;
}
