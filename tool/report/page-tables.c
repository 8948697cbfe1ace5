/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened over time, at each server, and in each flow. */
#include <inttypes.h>

#include "core/duration.h"
#include "core/verdict.h"
#include "tool/mode/flow-list.h"
#include "tool/print/address.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"
#include "tool/report/chart.h"

/* As in --stats. */
#define P99_LEAST 100

static void begin_table(struct page *page, const char *caption, const char *const *titles)
{
	output_printf(page->html.out,
		      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n"
		      "<table>\n<caption>%s</caption>\n<thead><tr>",
		      caption, caption);
	/* A star marks a column of text. */
	for (; *titles; titles++)
		output_printf(page->html.out, "<th scope=\"col\"%s>%s</th>",
			      **titles == '*' ? " class=\"t\"" : "", *titles + (**titles == '*'));
	html_markup(&page->html, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct page *page)
{
	html_markup(&page->html, "</tbody>\n</table>\n</div>\n");
}

static void number(struct page *page, uint64_t value)
{
	output_printf(page->html.out, "<td>%" PRIu64 "</td>", value);
}

static void bytes(struct page *page, uint64_t value)
{
	html_markup(&page->html, "<td>");
	size_print_short(html_begin(&page->html), value);
	html_end(&page->html);
	html_markup(&page->html, "</td>");
}

static void duration(struct page *page, bool known, uint64_t ns)
{
	html_markup(&page->html, "<td>");
	if (known)
		timestamp_print_duration(html_begin(&page->html), ns);
	else
		output_char(html_begin(&page->html), '-');
	html_end(&page->html);
	html_markup(&page->html, "</td>");
}

static void interval_row(struct page *page, const struct shown_interval *shown)
{
	const struct interval *sum = &shown->sum;

	html_markup(&page->html, "<tr><th scope=\"row\">");
	page_put_time(html_begin(&page->html), sum->start);
	html_end(&page->html);
	html_markup(&page->html, "</th>");
	number(page, sum->packets);
	bytes(page, sum->bytes[VSOCK_CLIENT]);
	bytes(page, sum->bytes[VSOCK_SERVER]);
	number(page, sum->open);
	number(page, sum->opened);
	number(page, sum->ended);
	number(page, sum->refused);
	duration(page, shown->stall_us > 0, shown->stall_us * NANOSECONDS_PER_MICROSECOND);
	html_markup(&page->html, "</tr>\n");
}

void page_time(struct page *page)
{
	static const char *const titles[] = {
	    "Time", "Packets", "From clients", "From servers", "Open",
	    "New",  "Ended",   "Refused",      "Stalled",      NULL,
	};
	const struct stats *stats = &page->report->stats;
	struct interval_walk walk = {0};
	struct shown_interval shown;

	html_markup(&page->html, "<section id=\"time\">\n<h2>Time</h2>\n");
	if (stats->intervals.count > 0) {
		html_markup(&page->html, "<figure class=\"wide\">");
		chart_intervals(page);
		html_markup(&page->html, "<figcaption>Payload in each interval: from clients below "
					 "(blue), from servers above (orange). Red at the top: "
					 "senders had no credit.</figcaption></figure>\n<details>\n"
					 "<summary>As a table</summary>\n");
		begin_table(page, "Each interval, from its start", titles);
		while (stats_next_interval(stats, &walk, &shown))
			interval_row(page, &shown);
		end_table(page);
		html_markup(&page->html, "</details>\n");
	}
	html_markup(&page->html, "</section>\n");
}

static void service_row(struct page *page, const struct service *service)
{
	const struct histogram *setups = &service->setups;

	html_markup(&page->html, "<tr><th scope=\"row\">");
	address_print_marked(html_begin(&page->html), &page->session->settings->print, service->cid,
			     service->port, service->made_up);
	html_end(&page->html);
	html_markup(&page->html, "</th>");
	number(page, service->flows);
	number(page, service->refused);
	number(page, service->troubled);
	bytes(page, service->bytes[VSOCK_CLIENT]);
	bytes(page, service->bytes[VSOCK_SERVER]);
	duration(page, setups->count > 0, histogram_percentile(setups, 50));
	duration(page, setups->count >= P99_LEAST, histogram_percentile(setups, 99));
	duration(page, service->stall_us > 0, service->stall_us * NANOSECONDS_PER_MICROSECOND);
	html_markup(&page->html, "</tr>\n");
}

void page_services(struct page *page)
{
	static const char *const titles[] = {
	    "Server",      "Flows",         "Refused",    "In trouble", "From clients",
	    "From server", "Setup, median", "Setup, 99%", "Stalled",    NULL,
	};
	const struct services *services = &page->flows.services;

	html_markup(&page->html, "<section id=\"servers\">\n<h2>Servers</h2>\n");
	begin_table(page, "Servers, those with most payload first", titles);
	for (uint32_t i = 0; i < services->count && i < REPORT_SERVICES; i++)
		service_row(page, &services->sorted[i]);
	end_table(page);
	if (services->count > REPORT_SERVICES || services->others.flows > 0)
		output_printf(page->html.out,
			      "<p>The table has the first %d servers: vsockdump --stats -v prints "
			      "more.</p>\n",
			      REPORT_SERVICES);
	html_markup(&page->html, "</section>\n");
}

static void flow_row(struct page *page, const struct vsock_flow *flow, uint64_t now)
{
	uint64_t stall_us =
	    services_stall_us(flow, VSOCK_CLIENT, now) + services_stall_us(flow, VSOCK_SERVER, now);
	int64_t setup = vsock_flow_handshake_ns(flow);

	output_printf(page->html.out, "<tr><th scope=\"row\">%" PRIu64 "</th><td class=\"t\">",
		      flow->number);
	page_put_addresses(page, html_begin(&page->html), flow);
	html_end(&page->html);
	output_printf(page->html.out, "</td><td class=\"t\">%s</td><td class=\"t\">%s</td>",
		      vsock_verdict_name(vsock_flow_verdict(flow)),
		      vsock_flow_state_name(vsock_flow_state_at(flow, now)));
	number(page, flow->side[VSOCK_CLIENT].packets + flow->side[VSOCK_SERVER].packets);
	bytes(page, flow->side[VSOCK_CLIENT].bytes);
	bytes(page, flow->side[VSOCK_SERVER].bytes);
	duration(page, flow->last_ts >= flow->first_ts, flow->last_ts - flow->first_ts);
	duration(page, setup >= 0, (uint64_t)setup);
	duration(page, stall_us > 0, stall_us * NANOSECONDS_PER_MICROSECOND);
	html_markup(&page->html, "</tr>\n");
}

void page_flows(struct page *page)
{
	static const char *const titles[] = {
	    "Flow",        "*Client &gt; server", "*Verdict", "*State", "Packets",
	    "From client", "From server",         "Duration", "Setup",  "Stalled",
	    NULL,
	};
	const uint64_t now = flow_list_now(page->session);

	html_markup(&page->html, "<section id=\"flows\">\n<h2>Flows</h2>\n");
	if (page->flow_count > 0) {
		html_markup(&page->html, "<figure class=\"wide\">");
		chart_flows(page);
		output_printf(
		    page->html.out,
		    "<figcaption>From the first to the last packet of each flow; the first "
		    "%d flows of the table. Red: unhealthy or refused. Orange: waiting, "
		    "given up or recovered.</figcaption></figure>\n",
		    REPORT_BARS);
	}
	begin_table(page, "Flows, those in trouble first", titles);
	for (size_t i = 0; i < page->flow_count && i < REPORT_FLOWS; i++)
		flow_row(page, page->sorted[i], now);
	end_table(page);
	if (page->flow_count > REPORT_FLOWS)
		output_printf(page->html.out,
			      "<p>%zu more flows are not in this page: vsockdump --flows lists "
			      "them.</p>\n",
			      page->flow_count - REPORT_FLOWS);
	html_markup(&page->html, "</section>\n");
}
