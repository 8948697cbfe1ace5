/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/report/html.h"

void html_escaped(struct output *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char c = text[i];

		if (c == '&')
			output_text(out, "&amp;");
		else if (c == '<')
			output_text(out, "&lt;");
		else if (c == '>')
			output_text(out, "&gt;");
		else if (c == '"')
			output_text(out, "&quot;");
		else if (c == '\'')
			output_text(out, "&#39;");
		else if (c == '\n' || (c >= ' ' && c <= '~'))
			output_char(out, c);
		else
			output_printf(out, "\\x%02x", (unsigned)(unsigned char)c);
	}
}

struct output *html_begin(struct html *html)
{
	output_memory(&html->text, html->room, sizeof(html->room));
	return &html->text;
}

/* Text that does not fit is cut, and the page's error says so. */
void html_end(struct html *html)
{
	if (html->text.error && !html->out->error)
		html->out->error = html->text.error;
	html_escaped(html->out, html->text.data, html->text.length);
}

void html_text(struct html *html, const char *text)
{
	html_escaped(html->out, text, strlen(text));
}
