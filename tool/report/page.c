/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page from its first to its last line. The same packets give the same bytes. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/verdict.h"
#include "lib/common/plural.h"
#include "tool/mode/diagnose-both.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/verdict-text.h"
#include "tool/print/address.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"
#include "tool/report/report.h"

void page_put_time(struct output *text, uint64_t ts)
{
	struct timestamp_cache cache = {0};

	timestamp_print(text, &cache, TIME_DATE, false, ts, 0);
	text->length--; /* the blank after the time */
}

void page_put_addresses(struct page *page, struct output *text, const struct vsock_flow *flow)
{
	const struct print_settings *settings = &page->session->settings->print;

	address_print_marked(text, settings, flow->client_cid, flow->client_port,
			     flow->made_up & 1);
	output_text(text, " > ");
	address_print_marked(text, settings, flow->server_cid, flow->server_port,
			     flow->made_up >> 1);
}

/* Flows in trouble first, then those with most bytes. */
static unsigned trouble(const struct vsock_flow *flow)
{
	static const uint8_t ranks[VSOCK_VERDICTS] = {
	    [VSOCK_UNHEALTHY] = 6, [VSOCK_REFUSED] = 5,  [VSOCK_WAITING] = 4, [VSOCK_GIVEN_UP] = 3,
	    [VSOCK_RECOVERED] = 2, [VSOCK_UNJUDGED] = 1, [VSOCK_HEALTHY] = 0,
	};

	return ranks[vsock_flow_verdict(flow)];
}

static int worst_first(const void *a, const void *b)
{
	const struct vsock_flow *x = *(const struct vsock_flow *const *)a;
	const struct vsock_flow *y = *(const struct vsock_flow *const *)b;
	uint64_t x_bytes = x->side[VSOCK_CLIENT].bytes + x->side[VSOCK_SERVER].bytes;
	uint64_t y_bytes = y->side[VSOCK_CLIENT].bytes + y->side[VSOCK_SERVER].bytes;
	unsigned x_rank = trouble(x);
	unsigned y_rank = trouble(y);

	if (x_rank != y_rank)
		return x_rank > y_rank ? -1 : 1;
	if (x_bytes != y_bytes)
		return x_bytes > y_bytes ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static bool sort_flows(struct page *page)
{
	size_t most = vsock_flow_table_count(page->session->flows);
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	page->sorted = calloc(most + 1, sizeof(*page->sorted));
	if (!page->sorted || !flow_list_walk(page->session, &walk))
		return false;
	while ((flow = flow_list_next(page->session, &walk))) {
		page->sorted[page->flow_count++] = flow;
		recorder_flow(&page->report->recorder, flow);
	}
	vsock_flow_walk_end(&walk);
	qsort(page->sorted, page->flow_count, sizeof(*page->sorted), worst_first);
	return true;
}

/* "Unhealthy: 5 of 9 connections healthy, 4 refused" */
static void put_verdict(struct page *page, const struct connection_totals *totals)
{
	const struct causes *causes = &page->report->causes;
	struct output *text = html_begin(&page->html);

	if (causes_have(causes, VSOCK_SUSPICIOUS))
		output_text(text, "Unhealthy: ");
	else if (causes_all_is_well(&page->report->causes, totals))
		output_text(text, "Nothing wrong: ");
	else if (totals->connections == 0)
		output_text(text, "No verdict: ");
	else
		output_text(text, "Not all is well: ");
	verdict_print_counts(text, totals);
	html_end(&page->html);
}

static void print_head(struct page *page, const struct connection_totals *totals)
{
	struct html *html = &page->html;

	html_markup(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
			  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
			  "'none'; style-src 'sha256-");
	html_markup(html, page_style_hash);
	html_markup(html, "'; base-uri 'none'; form-action 'none'\"/>\n"
			  "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
			  "<meta name=\"viewport\" content=\"width=device-width, "
			  "initial-scale=1\"/>\n<title>");
	put_verdict(page, totals);
	html_markup(html, " (vsockdump)</title>\n<style>");
	html_markup(html, page_style);
	html_markup(html, "</style>\n</head>\n<body>\n"
			  "<a class=\"skip\" href=\"#causes\">Skip to the causes</a>\n<header>\n");
	output_printf(html->out, "<h1 class=\"%s\">",
		      causes_have(&page->report->causes, VSOCK_SUSPICIOUS) ? "bad"
		      : causes_all_is_well(&page->report->causes, totals)  ? "fine"
									   : "some");
	put_verdict(page, totals);
	html_markup(html, "</h1>\n</header>\n"
			  "<nav aria-label=\"Sections\"><ul>\n"
			  "<li><a href=\"#capture\">Capture</a></li>\n"
			  "<li><a href=\"#causes\">Causes</a></li>\n"
			  "<li><a href=\"#time\">Time</a></li>\n"
			  "<li><a href=\"#servers\">Servers</a></li>\n"
			  "<li><a href=\"#flows\">Flows</a></li>\n"
			  "<li><a href=\"#limits\">Limits</a></li>\n</ul></nav>\n<main>\n");
}

static struct output *begin_fact(struct page *page, const char *name)
{
	output_printf(page->html.out, "<dt>%s</dt><dd>", name);
	return html_begin(&page->html);
}

static void end_fact(struct page *page)
{
	html_end(&page->html);
	html_markup(&page->html, "</dd>\n");
}

/* The names of the files without their folders, which are nobody's business. */
static void put_source(struct page *page)
{
	const struct source_settings *source = &page->session->settings->source;
	struct output *text = begin_fact(page, source->file_count > 1 ? "Files" : "Source");
	const char *name = source->file_count ? source->files[0] : "live capture";
	const char *slash = strrchr(name, '/');

	name = slash ? slash + 1 : name;
	if (source->file_count > 1)
		output_printf(text, "%zu, the first is ", source->file_count);
	output_escaped(text, name, strlen(name));
	end_fact(page);
}

static void put_point(struct page *page)
{
	struct json_context *points = &page->session->json;
	const struct capture_origin *origin;

	if (!points->count || points->count(points->source) != 1)
		return;
	origin = points->describe(points->source, 0);
	if (*origin->os) {
		output_escaped(begin_fact(page, "System"), origin->os, strlen(origin->os));
		end_fact(page);
	}
	if (*origin->interface) {
		output_escaped(begin_fact(page, "Interface"), origin->interface,
			       strlen(origin->interface));
		end_fact(page);
	}
}

static void put_drops(struct page *page)
{
	struct capture_statistics statistics = session_statistics(page->session);
	struct output *text = begin_fact(page, "Dropped");

	if (statistics.kernel_drops == CAPTURE_NOT_KNOWN)
		output_text(text, "not known");
	else
		output_u64(text, statistics.kernel_drops);
	if (page->report->stats.missing > 0)
		output_printf(text, "; %" PRIu64 " bytes were acknowledged and not captured",
			      page->report->stats.missing);
	end_fact(page);
}

static void print_capture(struct page *page, const struct connection_totals *totals)
{
	const struct session *session = page->session;
	int64_t span = session_span(session);
	struct output *text;

	html_markup(&page->html, "<section id=\"capture\">\n<h2>Capture</h2>\n<dl>\n");
	put_source(page);
	put_point(page);
	if (session->packets > 0 && span >= 0) {
		text = begin_fact(page, "Time");
		page_put_time(text, session->lowest_ts);
		output_text(text, ", for ");
		timestamp_say_duration(text, (uint64_t)span);
		end_fact(page);
	}
	text = begin_fact(page, "Packets");
	output_u64(text, session->packets);
	end_fact(page);
	text = begin_fact(page, "Payload");
	size_print(text, totals->bytes);
	end_fact(page);
	put_drops(page);
	html_markup(&page->html, "</dl>\n</section>\n");
}

/* What the verdict depends on, and what had no room. */
static void print_limits(struct page *page, const struct connection_totals *totals)
{
	struct session *session = page->session;
	struct output *before = session->out;
	const struct print_settings *print = &session->settings->print;

	html_markup(&page->html, "<section id=\"limits\">\n<h2>Limits</h2>\n<pre>");
	session->out = html_begin(&page->html);
	verdict_print_limits(session, totals);
	session->out = before;
	html_end(&page->html);
	html_markup(&page->html, "</pre>\n<ul>\n");
	if (print->filtered)
		html_markup(&page->html, "<li>A filter was given: only connections with a packet "
					 "that matches it are in this page.</li>\n");
	if (page->report->flows_left > 0)
		output_printf(page->html.out,
			      "<li>%" PRIu64 " flow%s left the table of flows before the end, to "
			      "make room (--max-flows). The sums have them, the table has not."
			      "</li>\n",
			      page->report->flows_left, plural(page->report->flows_left));
	output_printf(page->html.out,
		      "<li>The packets of at most %d flows are recorded at a time, so a cause may "
		      "have no ladder: vsockdump --ladder FLOW prints it.</li>\n"
		      "<li>The page has no payload. Times are local to where it was made.</li>\n"
		      "</ul>\n</section>\n",
		      RECORDS_MAX);
}

bool page_print(struct page *page)
{
	struct connection_totals totals = diagnose_totals(page->session);
	bool sorted = sort_flows(page);

	if (sorted) {
		stats_flows(page->session, &page->report->stats, &page->flows);
		print_head(page, &totals);
		print_capture(page, &totals);
		page_causes(page);
		page_time(page);
		page_services(page);
		page_flows(page);
		print_limits(page, &totals);
		html_markup(&page->html, "</main>\n</body>\n</html>\n");
		stats_flows_free(&page->flows);
	}
	free(page->sorted);
	return sorted;
}
