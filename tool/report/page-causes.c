/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The causes: each with its sentence, its explanation, a plot of the credit and a ladder. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/finding-text.h"
#include "lib/common/plural.h"
#include "tool/explain/explanation.h"
#include "tool/mode/cause-text.h"
#include "tool/print/timestamp.h"
#include "tool/report/chart.h"

static void paragraph(struct page *page, const char *name, const char *text)
{
	if (!text)
		return;
	output_printf(page->html.out, "<dt>%s</dt><dd>", name);
	html_text(&page->html, text);
	html_markup(&page->html, "</dd>\n");
}

static void print_explanation(struct page *page, enum vsock_finding_code code)
{
	const struct explanation *explanation = &explanations[code];

	output_printf(page->html.out,
		      "<details>\n<summary>What %s means, and what to do</summary>\n<dl>\n",
		      vsock_finding_name(code));
	paragraph(page, "Meaning", explanation->meaning);
	paragraph(page, "Causes", explanation->causes);
	paragraph(page, "To do", explanation->advice);
	paragraph(page, "Harmless if", explanation->harmless);
	html_markup(&page->html, "</dl>\n</details>\n");
}

static void put_flows(struct output *text, const struct cause *cause)
{
	unsigned shown = cause_flow_count(cause);

	output_printf(text, "; flow%s ", plural(cause->connections));
	for (unsigned i = 0; i < shown; i++)
		output_printf(text, "%s%" PRIu64, i > 0 ? ", " : "", cause->flows[i]);
	if (cause->connections > shown)
		output_printf(text, " and %" PRIu64 " more", cause->connections - shown);
}

static void print_facts(struct page *page, const struct cause *cause)
{
	const struct vsock_finding *example = &cause->example;
	struct output *text;

	html_markup(&page->html, "<p class=\"note\">");
	text = html_begin(&page->html);
	output_printf(text, "%s, %s; ", vsock_finding_name(cause->code),
		      vsock_class_name(cause->severity));
	page_put_time(text, cause->first_ts);
	if (cause->last_ts != cause->first_ts) {
		output_text(text, " to ");
		page_put_time(text, cause->last_ts);
	}
	if (cause->connections > 0)
		put_flows(text, cause);
	for (unsigned i = 0; i < example->packet_count; i++)
		output_printf(text, "%s %" PRIu64,
			      i > 0 ? "," : (example->packet_count > 1 ? "; packets" : "; packet"),
			      example->packets[i]);
	html_end(&page->html);
	html_markup(&page->html, "</p>\n");
}

/* The first of the cause's flows that was recorded. */
static struct record *find_record(struct page *page, const struct cause *cause)
{
	struct record *record = NULL;

	for (unsigned i = 0; !record && i < cause_flow_count(cause); i++)
		record = recorder_find(&page->report->recorder, cause->flows[i]);
	return record;
}

static void print_ladder(struct page *page, struct record *record)
{
	struct session *session = page->session;
	struct output *before = session->out;

	chart_credit(page, record);
	output_printf(page->html.out,
		      "<details>\n<summary>The packets of flow %" PRIu64 "</summary>\n"
		      "<pre tabindex=\"0\">",
		      record->flow);
	if (record->ladder.count > LADDER_SHOWN)
		ladder_cut(&record->ladder);
	session->out = html_begin(&page->html);
	ladder_print(session, &record->ladder);
	session->out = before;
	html_end(&page->html);
	html_markup(&page->html, "</pre>\n</details>\n");
}

static void print_cause(struct page *page, const struct cause *cause, bool *picture)
{
	const struct print_settings *settings = &page->session->settings->print;
	struct record *record = *picture ? find_record(page, cause) : NULL;

	html_markup(&page->html, "<article>\n<h3>");
	cause_text(html_begin(&page->html), settings, &page->report->causes, cause);
	html_end(&page->html);
	html_markup(&page->html, "</h3>\n");
	print_facts(page, cause);
	print_explanation(page, cause->code);
	*picture = record;
	if (record)
		print_ladder(page, record);
	html_markup(&page->html, "</article>\n");
}

void page_causes(struct page *page)
{
	const struct causes *causes = &page->report->causes;
	const struct cause **worst = causes_worst_first(causes);
	unsigned pictures = 0;

	html_markup(&page->html, "<section id=\"causes\">\n<h2>Causes</h2>\n");
	if (causes->count == 0)
		html_markup(&page->html, "<p>Nothing was found.</p>\n");
	for (uint32_t i = 0; worst && i < causes->count && i < REPORT_CAUSES; i++) {
		bool picture = pictures < REPORT_PICTURES;

		print_cause(page, worst[i], &picture);
		pictures += picture;
	}
	if (causes->count > REPORT_CAUSES)
		output_printf(page->html.out,
			      "<p>%" PRIu32 " more causes are not in this page: vsockdump "
			      "--diagnose prints them.</p>\n",
			      causes->count - REPORT_CAUSES);
	html_markup(&page->html, "</section>\n");
	free(worst);
}
