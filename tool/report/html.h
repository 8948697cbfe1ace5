/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of the page. The page's own markup is printed as it is. All other text, even numbers and
 * addresses, first goes into a buffer and is then escaped, so no byte of a capture becomes markup.
 */
#ifndef VSOCKDUMP_REPORT_HTML_H
#define VSOCKDUMP_REPORT_HTML_H

#include "tool/print/output.h"

/* Room for a text that is escaped at once. */
#define HTML_TEXT_MAX ((size_t)64 * 1024)

struct html {
	struct output *out; /* the page */
	struct output text; /* between html_begin() and html_end() */
	char room[HTML_TEXT_MAX];
};

/* Printable ASCII and line breaks stay, except the five characters of markup. Others become \xNN.
 */
void html_escaped(struct output *out, const char *text, size_t length);

/* What is printed to the result until html_end() is text. */
struct output *html_begin(struct html *html);
void html_end(struct html *html);

/* A text of ours, such as an explanation. */
void html_text(struct html *html, const char *text);

/* Markup of ours. */
static inline void html_markup(struct html *html, const char *markup)
{
	output_text(html->out, markup);
}

#endif
