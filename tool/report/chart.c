/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/report/chart.h"

#include <inttypes.h>

#include "core/verdict.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

/* Of all pictures, in their own units. */
#define WIDTH  1000
#define LEFT   90
#define RIGHT  985
#define HEIGHT 220
#define BOTTOM 185
#define TOP    15

/* Less than this part of the buffer in flight is a flat line, which says nothing. */
#define PLOT_LEAST 20

/* Colors that are seen on white and on black. */
#define BLUE   "#3b7dd8"
#define ORANGE "#c8641b"
#define RED    "#d03c3c"

/* The part of `most` that a value is, in units of the picture. */
static int scale(uint64_t value, uint64_t most, int length)
{
	return most > 0 ? (int)((double)value / (double)most * length + 0.5) : 0;
}

static void begin(struct page *page, int height, const char *title, const char *description)
{
	struct html *html = &page->html;

	output_printf(html->out,
		      "<svg viewBox=\"0 0 %d %d\" role=\"img\" font-size=\"20\" "
		      "fill=\"currentColor\">\n<title>",
		      WIDTH, height);
	html_text(html, title);
	html_markup(html, "</title>\n<desc>");
	html_text(html, description);
	html_markup(html, "</desc>\n");
}

static void line(struct page *page, int x1, int y1, int x2, int y2)
{
	output_printf(page->html.out,
		      "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#888\"/>\n", x1, y1,
		      x2, y2);
}

static void box(struct page *page, int x, int y, int width, int height, const char *color)
{
	output_printf(page->html.out,
		      "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", x, y,
		      width > 0 ? width : 1, height > 0 ? height : 1, color);
}

/* Returns where the label's text goes; end it with end_label(). */
static struct output *begin_label(struct page *page, int x, int y, const char *anchor)
{
	output_printf(page->html.out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, anchor);
	return html_begin(&page->html);
}

static void end_label(struct page *page)
{
	html_end(&page->html);
	html_markup(&page->html, "</text>\n");
}

/* The two axes, the largest value, and the times at both ends. */
static void axes(struct page *page, uint64_t most, uint64_t from, uint64_t to)
{
	line(page, LEFT, TOP, LEFT, BOTTOM);
	line(page, LEFT, BOTTOM, RIGHT, BOTTOM);
	size_print_short(begin_label(page, LEFT - 8, TOP + 12, "end"), most);
	end_label(page);
	output_text(begin_label(page, LEFT - 8, BOTTOM, "end"), "0");
	end_label(page);
	page_put_time(begin_label(page, LEFT, BOTTOM + 26, "start"), from);
	end_label(page);
	page_put_time(begin_label(page, RIGHT, BOTTOM + 26, "end"), to);
	end_label(page);
}

struct plan {
	uint64_t first;
	uint64_t end;
	uint64_t most; /* bytes of an interval */
};

static struct plan plan_intervals(const struct stats *stats)
{
	struct plan plan = {.first = UINT64_MAX};
	struct interval_walk walk = {0};
	struct shown_interval shown;

	while (stats_next_interval(stats, &walk, &shown)) {
		uint64_t bytes = shown.sum.bytes[VSOCK_CLIENT] + shown.sum.bytes[VSOCK_SERVER];

		plan.most = bytes > plan.most ? bytes : plan.most;
		plan.first = shown.sum.start < plan.first ? shown.sum.start : plan.first;
	}
	plan.end = walk.end;
	return plan;
}

static void interval_bar(struct page *page, const struct plan *plan,
			 const struct shown_interval *shown, uint64_t end)
{
	const struct interval *sum = &shown->sum;
	uint64_t span = plan->end - plan->first;
	int x = LEFT + scale(sum->start - plan->first, span, RIGHT - LEFT);
	int width = LEFT + scale(end - plan->first, span, RIGHT - LEFT) - x - 2;
	int room = BOTTOM - TOP - 20;
	int client = scale(sum->bytes[VSOCK_CLIENT], plan->most, room);
	int server = scale(sum->bytes[VSOCK_SERVER], plan->most, room);

	if (client > 0)
		box(page, x + 1, BOTTOM - client, width, client, BLUE);
	if (server > 0)
		box(page, x + 1, BOTTOM - client - server, width, server, ORANGE);
	/* Ten per cent of the interval, or more. */
	if (shown->stall_us / 100 >= (end - sum->start) / 1000000)
		box(page, x + 1, TOP, width, 8, RED);
}

void chart_intervals(struct page *page)
{
	const struct stats *stats = &page->report->stats;
	struct plan plan = plan_intervals(stats);
	struct interval_walk walk = {0};
	struct shown_interval shown;

	begin(
	    page, HEIGHT, "Payload over time",
	    "A bar for each interval. The lower, blue part is what clients sent, the upper, orange "
	    "part what servers sent. A red mark at the top: senders had no credit for a tenth of "
	    "the interval or more. The table below has the numbers.");
	axes(page, plan.most, plan.first, plan.end);
	while (stats_next_interval(stats, &walk, &shown))
		interval_bar(page, &plan, &shown, walk.end);
	html_markup(&page->html, "</svg>\n");
}

static const char *color_of(const struct vsock_flow *flow)
{
	switch (vsock_flow_verdict(flow)) {
	case VSOCK_UNHEALTHY:
	case VSOCK_REFUSED:
		return RED;
	case VSOCK_WAITING:
	case VSOCK_GIVEN_UP:
	case VSOCK_RECOVERED:
		return ORANGE;
	default:
		return BLUE;
	}
}

#define ROW 26

static void flow_bar(struct page *page, const struct vsock_flow *flow, int y)
{
	uint64_t first = page->session->lowest_ts;
	uint64_t span = page->session->latest_ts - first;
	uint64_t from = flow->first_ts > first ? flow->first_ts - first : 0;
	uint64_t to = flow->last_ts > first ? flow->last_ts - first : 0;
	int x = LEFT + scale(from < span ? from : span, span, RIGHT - LEFT - 4);
	int end = LEFT + scale(to < span ? to : span, span, RIGHT - LEFT - 4);

	output_u64(begin_label(page, LEFT - 8, y + 18, "end"), flow->number);
	end_label(page);
	box(page, x, y + 3, end - x > 3 ? end - x : 3, ROW - 8, color_of(flow));
}

void chart_flows(struct page *page)
{
	size_t count = page->flow_count < REPORT_BARS ? page->flow_count : REPORT_BARS;
	int bottom = TOP + (int)count * ROW;

	begin(page, bottom + 40, "When the flows were open",
	      "A bar from the first to the last packet of each flow, with the flow's number at the "
	      "left. Red: unhealthy or refused. Orange: waiting, given up or recovered. Blue: all "
	      "others. The table of flows has the numbers.");
	line(page, LEFT, TOP, LEFT, bottom);
	line(page, LEFT, bottom, RIGHT, bottom);
	for (size_t i = 0; i < count; i++)
		flow_bar(page, page->sorted[i], TOP + (int)i * ROW);
	page_put_time(begin_label(page, LEFT, bottom + 26, "start"), page->session->lowest_ts);
	end_label(page);
	page_put_time(begin_label(page, RIGHT, bottom + 26, "end"), page->session->latest_ts);
	end_label(page);
	html_markup(&page->html, "</svg>\n");
}

struct curve {
	const struct record_line *line;
	uint64_t from;
	uint64_t span;
	uint64_t most;    /* of both lines */
	uint64_t highest; /* bytes in flight */
};

static struct curve plan_curve(const struct record_line *line)
{
	struct curve curve = {.line = line, .from = UINT64_MAX};
	uint64_t to = 0;

	for (uint32_t i = 0; i < line->count; i++) {
		const struct record_point *point = &line->points[i];

		curve.from = point->ts < curve.from ? point->ts : curve.from;
		to = point->ts > to ? point->ts : to;
		curve.most = point->in_flight > curve.most ? point->in_flight : curve.most;
		curve.highest = point->in_flight > curve.highest ? point->in_flight : curve.highest;
		curve.most = point->buffer > curve.most ? point->buffer : curve.most;
	}
	curve.span = to - curve.from;
	return curve;
}

/* A value holds until the next point. */
static void steps(struct page *page, const struct curve *curve, bool buffer, const char *style)
{
	int before = 0;

	output_text(page->html.out, "<polyline fill=\"none\" points=\"");
	for (uint32_t i = 0; i < curve->line->count; i++) {
		const struct record_point *point = &curve->line->points[i];
		uint32_t value = buffer ? point->buffer : point->in_flight;
		int x = LEFT + scale(point->ts - curve->from, curve->span, RIGHT - LEFT);
		int y = BOTTOM - scale(value, curve->most, BOTTOM - TOP);

		if (i > 0)
			output_printf(page->html.out, "%d,%d ", x, before);
		output_printf(page->html.out, "%d,%d ", x, y);
		before = y;
	}
	output_printf(page->html.out, "\" %s/>\n", style);
}

void chart_credit(struct page *page, const struct record *record)
{
	const struct vsock_flow_side *sides = record->ladder.flow.side;
	bool server = sides[VSOCK_SERVER].bytes > sides[VSOCK_CLIENT].bytes;
	struct curve curve = plan_curve(&record->lines[server]);

	if (curve.line->count < 2 || curve.highest < curve.most / PLOT_LEAST || curve.highest == 0)
		return;
	html_markup(&page->html, "<figure class=\"wide\">");
	begin(page, HEIGHT,
	      server ? "Bytes in flight from the server to the client"
		     : "Bytes in flight from the client to the server",
	      "The solid line is what was sent and not yet acknowledged. The dashed line is the "
	      "receive buffer of the peer. Where both meet, the sender must wait. The ladder has "
	      "the numbers.");
	axes(page, curve.most, curve.from, curve.from + curve.span);
	steps(page, &curve, true,
	      "stroke=\"" ORANGE "\" stroke-width=\"3\" stroke-dasharray=\"10 6\"");
	steps(page, &curve, false, "stroke=\"" BLUE "\" stroke-width=\"3\"");
	html_markup(&page->html,
		    "</svg>\n<figcaption>Solid: bytes in flight. Dashed: the receive "
		    "buffer. Where both meet, the sender must wait.</figcaption></figure>\n");
}
