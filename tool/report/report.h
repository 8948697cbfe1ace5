/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --report: what is gathered while packets pass, and the parts of the page. */
#ifndef VSOCKDUMP_REPORT_REPORT_H
#define VSOCKDUMP_REPORT_REPORT_H

#include "tool/mode/cause.h"
#include "tool/report/html.h"
#include "tool/mode/recorder.h"
#include "tool/stats/gather.h"

/* The page is made in memory, and written when it is whole. */
#define REPORT_MAX ((size_t)5 << 20)
/* What a page shows of each kind; it says how many there are besides. */
#define REPORT_CAUSES   50
#define REPORT_PICTURES 20 /* causes with a ladder and a plot */
#define REPORT_FLOWS    500
#define REPORT_BARS     30 /* flows in the picture of the time line */
#define REPORT_SERVICES 200

struct report {
	struct causes
	    causes; /* the first member: tool/mode/diagnose-both.c gets it as session->own */
	struct stats stats;
	struct recorder recorder;
	uint64_t flows_left; /* that left the table before the end */
	int fd;              /* of the file; -1: none */
};

struct page {
	struct html html;
	struct session *session;
	struct report *report;
	struct stats_flows flows;         /* of all servers */
	const struct vsock_flow **sorted; /* flows in the table, those in trouble first */
	size_t flow_count;
};

/* Writes all of the page. False without memory. */
bool page_print(struct page *page);

/* Its sections. */
void page_causes(struct page *page);
void page_time(struct page *page);
void page_services(struct page *page);
void page_flows(struct page *page);

/* "14:02:07 on 2026-11-25" in local time, and the length of a time. */
void page_put_time(struct output *text, uint64_t ts);
void page_put_addresses(struct page *page, struct output *text, const struct vsock_flow *flow);

extern const char page_style[];
/* The base64 of its SHA-256, for the page's policy: tests/golden/report compares them. */
extern const char page_style_hash[];

#endif
