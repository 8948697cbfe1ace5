/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In the place of tool/run/pipeline.c, which needs files: modes get packets, findings and flows in
 * the same order here. Output goes to memory, so all that is printed for one packet must fit.
 */
#include "tests/fuzz/modes.h"

#include <string.h>

#include "tests/fuzz/must.h"
#include "tests/fuzz/steps.h"
#include "tool/message.h"

#define OUTPUT_SIZE   ((size_t)1 << 22)
#define MOST_FINDINGS 64

struct driver {
	const struct mode *mode;
	struct session session;
	struct output out;
	struct vsock_finding findings[MOST_FINDINGS];
	size_t finding_count;
	bool in_packet;
	check_output *check;
};

/* What modes say on standard error is no part of this. */
void print_error(const char *format, ...)
{
	(void)format;
}

void notice(const char *format, ...)
{
	(void)format;
}

const char *messages_newest(void)
{
	return "";
}

static struct vsock_cid_names *some_names(void)
{
	static struct vsock_cid_names *names;

	if (names)
		return names;
	names = vsock_cid_names_new();
	must(names);
	vsock_cid_names_add(names, 3, "web");
	vsock_cid_names_add(names, 4,
			    "a-rather-long-name.with-all.kinds_of-characters.of-63-bytes-000");
	return names;
}

struct settings_choice choose_settings(const uint8_t choice[static CHOICE_SIZE])
{
	/* 0: no terminal. */
	static const unsigned widths[4] = {0, 20, 80, 132};
	static const char *files[] = {"./a \033[2Jfile"};
	uint8_t a = choice[0], b = choice[1], c = choice[2];

	return (struct settings_choice){
	    .settings =
		{
		    .source = {.files = files, .file_count = 1},
		    .print =
			{
			    .verbose = a & 3,
			    .quiet = (a & 7) == 4,
			    .numbers = a >> 3 & 1,
			    .payload = (enum payload_style)(a >> 4 & 3),
			    .time = (enum time_style)((b & 7) % (TIME_SINCE_FIRST + 1)),
			    .names = some_names(),
			},
		    .flow =
			{
			    .no_findings = (a >> 6 & 3) == 3,
			    .follow = b >> 3 & 1,
			    .what = (enum follow_what)((b >> 3 & 1) ? c >> 5 & 3 : FOLLOW_ALL),
			    .sides = (enum follow_sides)((b >> 4 & 3) % (FOLLOW_SERVER + 1)),
			    .ladder = {0, c & 7},
			    .ladder_count = 1 + (size_t)(b & 1),
			    .ladder_worst = c >> 7,
			    .stats_seconds = (uint32_t)(b & 7) * (c & 7),
			    .report = "/dev/null",
			    .top_rows = (uint32_t)(c & 3) * 3,
			    .most = 1 + (c & 15),
			    .sort = (enum flow_sort)((c >> 6) + (a >> 7)),
			},
		},
	    .color = b >> 6 & 1,
	    .columns = widths[c >> 4 & 3],
	    .nanosecond = b >> 7,
	};
}

/* Hands over what was printed, and makes room. */
static void check_printed(struct driver *driver)
{
	must(driver->out.error == 0);
	driver->check(driver->out.data, driver->out.length, driver->out.color);
	driver->out.length = 0;
}

static void on_finding(void *context, const struct vsock_finding *finding)
{
	struct driver *driver = context;
	const unsigned count = finding->packet_count;

	if (driver->in_packet && count && finding->packets[count - 1] == driver->session.packets) {
		must(driver->finding_count < MOST_FINDINGS);
		driver->findings[driver->finding_count++] = *finding;
	} else if (driver->mode->finding) {
		driver->mode->finding(&driver->session, finding);
	}
}

static void on_leave(void *context, const struct vsock_flow *flow)
{
	struct driver *driver = context;

	if (driver->mode->flow_left)
		driver->mode->flow_left(&driver->session, flow);
}

static void begin(struct driver *driver)
{
	const struct settings *settings = driver->session.settings;
	struct vsock_analysis_config config = {
	    .flows = {.max_flows = settings->flow.most,
		      .keep_ended = driver->mode->keep_ended_flows,
		      .on_leave = on_leave,
		      .context = driver},
	    .on_finding = settings->flow.no_findings ? NULL : on_finding,
	};

	driver->session.analysis = vsock_analysis_new(&config);
	must(driver->session.analysis);
	driver->session.flows = vsock_analysis_flows(driver->session.analysis);
	if (driver->mode->begin)
		driver->mode->begin(&driver->session);
}

static void take_record(struct driver *driver, const struct capture_record *record)
{
	struct session *session = &driver->session;
	struct vsock_packet packet;
	struct seen seen = {.record = record, .packet = &packet, .findings = driver->findings};

	if (session->packets++ == 0)
		session->first_ts = session->previous_ts = record->ts;
	if (record->ts > session->latest_ts)
		session->latest_ts = record->ts;
	vsock_decode(&packet, record->data, record->captured, record->on_wire);
	driver->finding_count = 0;
	driver->in_packet = true;
	vsock_analysis_packet(session->analysis, &packet,
			      &(struct vsock_moment){.number = session->packets, .ts = record->ts},
			      &seen.event);
	driver->in_packet = false;
	seen.finding_count = driver->finding_count;
	if (driver->mode->packet)
		driver->mode->packet(session, &seen);
	session->previous_ts = record->ts;
	check_printed(driver);
}

static void take_tick(struct driver *driver, uint64_t now)
{
	vsock_analysis_tick(driver->session.analysis, now);
	if (driver->mode->clock)
		driver->mode->clock(&driver->session, now);
	check_printed(driver);
}

static void end(struct driver *driver)
{
	vsock_analysis_tick(driver->session.analysis, driver->session.latest_ts);
	if (driver->mode->end)
		driver->mode->end(&driver->session);
	check_printed(driver);
	vsock_analysis_free(driver->session.analysis);
}

void drive_mode(const struct mode *mode, const struct settings_choice *choice, const uint8_t *data,
		size_t size, check_output *check)
{
	static char *memory;
	struct driver driver = {.mode = mode, .check = check};
	struct capture_record record;
	struct steps steps;

	if (!memory)
		memory = malloc(OUTPUT_SIZE);
	must(memory);
	output_memory(&driver.out, memory, OUTPUT_SIZE);
	driver.out.color = choice->color;
	driver.out.columns = choice->columns;
	driver.session = (struct session){
	    .settings = &choice->settings, .out = &driver.out, .nanosecond = choice->nanosecond};
	begin(&driver);
	steps_begin(&steps, data, size);
	/* As many flows as a table may keep decides it, because no bit is left for it. */
	steps.with_bare = choice->settings.flow.most > 8;
	while (steps_next(&steps, &record)) {
		if (steps.tick)
			take_tick(&driver, record.ts);
		take_record(&driver, &record);
	}
	steps_end(&steps);
	end(&driver);
}
