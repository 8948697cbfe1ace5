/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -r A --compare B: whether two captures of one run agree.
 *
 * All files are opened before the sandbox closes. Each is read twice: first for a look (scan.h),
 * then A by the pipeline, and B side by side with it (file-b.h). So each needs to be a file.
 *
 * No second thread reads ahead by default: that would save 2 % of the wall time, and take 10 % more
 * of the processor.
 */
#include "tool/compare/compare.h"

#include <stdlib.h>
#include <string.h>

#include "tool/message.h"
#include "tool/mode/mode.h"
#include "tool/signals.h"

static bool fail(struct session *session, enum exit_status status)
{
	session->failure = status;
	return false;
}

static bool open_look(struct session *session, struct compare *compare, enum compare_file file,
		      const char *path)
{
	char error[CAPTURE_ERROR_MAX];

	compare->first_look[file] = capture_reader_open(path, error);
	if (compare->first_look[file] &&
	    capture_reader_info(compare->first_look[file]).bytes_total > 0)
		return true;
	if (compare->first_look[file])
		print_error(
		    "--compare: %s is read twice, and it is no regular file. Save it to one "
		    "first",
		    path);
	else
		print_error("%s", error);
	return fail(session, EXIT_INPUT);
}

static void on_pair(void *context, const struct pair *pair)
{
	struct compare *compare = context;
	struct session *session = compare->session;

	if (session->settings->mode->prints_json)
		compare_json_pair(session, pair);
	else if (session->settings->print.verbose)
		compare_print_pair(session, pair);
}

static void compare_begin(struct session *session)
{
	struct compare *compare;

	if (!session_make_own(session, sizeof(*compare)))
		return;
	compare = session->own;
	compare->session = session;
	if (!open_look(session, compare, FILE_A, session->settings->source.files[0]) ||
	    !open_look(session, compare, FILE_B, session->settings->flow.compare))
		return;
	if (!file_b_open(&compare->b, session->settings->flow.compare))
		fail(session, EXIT_INPUT);
}

static void file_b_expect_soon(void *context, uint32_t slot)
{
	const struct compare *compare = context;

	pairs_expect_soon(&compare->pairs, FILE_B, slot);
}

static void file_b_expect_next(void *context, uint32_t slot)
{
	const struct compare *compare = context;

	pairs_expect_next(&compare->pairs, FILE_B, slot);
}

static void file_b_packet(void *context, const struct vsock_packet *packet,
			  const struct vsock_flow_event *event)
{
	struct compare *compare = context;

	pairs_packet(&compare->pairs, FILE_B, packet, event);
}

static void file_b_flow_left(void *context, const struct vsock_flow *flow)
{
	struct compare *compare = context;

	pairs_flow_left(&compare->pairs, FILE_B, flow);
}

static bool same_machine(const struct capture_origin *a, const struct capture_origin *b)
{
	return *a->host && strcmp(a->host, b->host) == 0 && strcmp(a->boot, b->boot) == 0;
}

static bool look(struct compare *compare, enum compare_file file)
{
	struct capture_reader *reader = compare->first_look[file];
	bool ok;

	ok = scan_read(&compare->scan, file, reader, signals_stop);
	if (file == FILE_A)
		compare->scan.same_machine = same_machine(capture_reader_origin(reader),
							  capture_reader_origin(compare->b.reader));
	return ok;
}

static void note_drops(struct compare *compare, enum compare_file file,
		       const struct capture_reader *reader)
{
	const struct capture_statistics statistics = capture_reader_statistics(reader);
	const struct capture_origin *origin = capture_reader_origin(reader);

	compare->pairs.world.kernel_doubtful[file] = capture_origin_payload(origin).unreliable;
	compare->pairs.world.drops[file] =
	    (statistics.kernel_drops != CAPTURE_NOT_KNOWN && statistics.kernel_drops > 0) ||
	    (statistics.interface_drops != CAPTURE_NOT_KNOWN && statistics.interface_drops > 0);
}

/* With the first packet of A, or at its end: now the process is confined. */
static bool start(struct compare *compare)
{
	struct session *session = compare->session;
	const struct settings *settings = session->settings;

	compare->begun = true;
	compare->scan.settings = &settings->flow;
	compare->b.expect_soon = file_b_expect_soon;
	compare->b.expect_next = file_b_expect_next;
	compare->b.packet = file_b_packet;
	compare->b.flow_left = file_b_flow_left;
	compare->b.context = compare;
	if (!look(compare, FILE_A) || !look(compare, FILE_B)) {
		print_error("not enough memory to compare");
		return fail(session, EXIT_FAILED);
	}
	if (signals_stop()) {
		print_error("--compare was stopped before it had looked at both files");
		return fail(session, EXIT_FAILED);
	}
	scan_end(&compare->scan);
	if (!pairs_open(&compare->pairs, &compare->scan, &settings->flow) ||
	    !file_b_begin(&compare->b, settings->flow.most)) {
		print_error("not enough memory to compare");
		return fail(session, EXIT_FAILED);
	}
	compare->pairs.on_pair = on_pair;
	compare->pairs.context = compare;
	for (int file = FILE_A; file <= FILE_B; file++) {
		note_drops(compare, (enum compare_file)file, compare->first_look[file]);
		if (file == FILE_A)
			continue;
		capture_reader_close(compare->first_look[file]);
		compare->first_look[file] = NULL;
	}
	return true;
}

static void compare_expect(struct session *session, const uint32_t *slots, size_t count)
{
	const struct compare *compare = session->own;

	/* File B was read further, and had the pairs fetched. */
	for (size_t i = 0; i < count; i++)
		pairs_expect_soon(&compare->pairs, FILE_A, slots[i]);
}

static void compare_packet(struct session *session, const struct seen *seen)
{
	struct compare *compare = session->own;
	uint64_t ts = seen->event.moment.ts;
	struct lane_world *world = &compare->pairs.world;

	if (!compare->begun && !start(compare))
		return;
	compare->packets++;
	world->offset = clock_offset_at(&compare->scan.clock, ts);
	file_b_read(&compare->b, ts + (uint64_t)world->offset);
	pairs_packet(&compare->pairs, FILE_A, seen->packet, &seen->event);
}

static void compare_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct compare *compare = session->own;

	if (compare->begun && session->failure == EXIT_OK)
		pairs_flow_left(&compare->pairs, FILE_A, flow);
}

const char *compare_file_name(const struct compare *compare, enum compare_file file)
{
	const struct settings *settings = compare->session->settings;
	const char *path = file == FILE_A ? settings->source.files[0] : settings->flow.compare;
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const struct capture_origin *compare_origin(const struct compare *compare, enum compare_file file)
{
	return capture_reader_origin(file == FILE_A ? compare->first_look[FILE_A]
						    : compare->b.reader);
}

enum compare_file compare_sender(const struct compare *compare, const struct difference *d)
{
	return pairs_sender(&compare->clock, d->class);
}

enum difference_kind compare_kind(const struct compare *compare, const struct difference *d)
{
	return difference_kind(d, compare_sender(compare, d));
}

static int by_value(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a;
	const int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* `sign`: 1 if B - A is the delay, -1 if A - B is. */
static int64_t delay_of(const struct compare *compare, const struct delay *delay, int sign)
{
	int64_t offset = clock_offset_at(&compare->clock, delay->a);
	int64_t value = (int64_t)((uint64_t)delay->difference - (uint64_t)offset);

	value = sign > 0 ? value : (int64_t)(0 - (uint64_t)value);
	return value > 0 ? value : 0;
}

/* Near a step of a clock, nobody knows which offset applies. */
static bool is_near_step(const struct clock_estimate *clock, uint64_t a)
{
	for (uint32_t i = 1; i < clock->count; i++) {
		uint64_t begins = clock->parts[i].begins;

		if ((a > begins ? a - begins : begins - a) <= clock->width)
			return true;
	}
	return false;
}

static void summarize(struct compare *compare, enum clock_class class)
{
	const struct delays *delays = &compare->pairs.world.delays[class];
	/* Both ways have a row, even if nobody knows which end a file shows. */
	enum compare_file sender = compare->clock.directed ? pairs_sender(&compare->clock, class)
							   : (enum compare_file) class;
	struct delay_summary *summary = &compare->delays[sender];
	int sign = sender == FILE_A ? 1 : -1;
	int64_t values[DELAYS_KEPT];
	uint32_t count = 0;

	for (uint32_t i = 0; i < delays->kept; i++)
		if (!is_near_step(&compare->clock, delays->values[i].a))
			values[count++] = delay_of(compare, &delays->values[i], sign);
	if (count == 0)
		return;
	qsort(values, count, sizeof(values[0]), by_value);
	summary->count = delays->count;
	summary->median = values[count / 2];
	summary->p99 = values[(uint64_t)count * 99 / 100];
	summary->most = values[count - 1];
	summary->worst = sender == FILE_A ? delays->most : delays->least;
	/* The extremes were kept by an earlier estimate, which a step makes useless. */
	if (compare->clock.count > 1)
		return;
	if (delay_of(compare, &summary->worst, sign) > summary->most)
		summary->most = delay_of(compare, &summary->worst, sign);
	summary->late = summary->most > LATE_TIME && summary->most / LATE_TIMES > summary->median;
}

static bool times_overlap(const struct compare *compare)
{
	const struct scan_file *a = &compare->scan.files[FILE_A];
	const struct scan_file *b = &compare->scan.files[FILE_B];

	return a->first_ts <= b->last_ts && b->first_ts <= a->last_ts;
}

static bool machines_overlap(const struct compare *compare)
{
	const struct machines *machines = &compare->scan.files[FILE_A].machines;

	for (size_t i = 0; i < MACHINES_ROOM; i++)
		if (machines->of[i].used &&
		    scan_has(&compare->scan, FILE_B, machines->of[i].lower, machines->of[i].higher))
			return true;
	return machines->full;
}

static const char *why_not(const struct compare *compare)
{
	if (compare->scan.files[FILE_A].packets == 0)
		return "A has no packets";
	if (compare->scan.files[FILE_B].packets == 0)
		return "B has no packets";
	if (!machines_overlap(compare))
		return "no two machines have packets in both files. If a machine has another CID "
		       "in "
		       "B, use --map";
	if (!compare->scan.clock.known && !times_overlap(compare))
		return "one file ends before the other begins";
	if (compare->pairs.in_both > 0)
		return "no packet of a connection is in both files. Are they of one run?";
	return "no connection is in both files";
}

static void judge(struct compare *compare)
{
	const struct pairs *pairs = &compare->pairs;

	clock_estimate(&pairs->world.clock, &compare->clock);
	if (!compare->clock.known)
		compare->clock = compare->scan.clock;
	summarize(compare, CLOCK_FROM_LOWER);
	summarize(compare, CLOCK_FROM_HIGHER);
	for (const struct difference *d = pairs->world.differences.first; d; d = d->next)
		compare->counts[compare_kind(compare, d)]++;
	compare->comparable = pairs->in_both > pairs->incomplete;
	compare->equal = pairs->differ == 0 && pairs->only[FILE_A] == 0 && pairs->only[FILE_B] == 0;
	if (!compare->comparable)
		compare->why = why_not(compare);
}

static void report(struct compare *compare)
{
	struct session *session = compare->session;
	enum capture_read end = compare->b.end;

	if (end == CAPTURE_READ_CUT || end == CAPTURE_READ_ERROR) {
		print_error("%s", capture_reader_error(compare->b.reader));
		session->failure = EXIT_INPUT;
	}
	judge(compare);
	if (session->settings->mode->prints_json)
		compare_print_json(compare);
	else
		compare_print(compare);
	if (session->failure != EXIT_OK)
		return;
	if (!compare->comparable)
		session->failure = EXIT_INPUT;
	else if (!compare->equal)
		session->failure = EXIT_UNHEALTHY;
}

static void compare_free(struct session *session, struct compare *compare)
{
	pairs_free(&compare->pairs);
	scan_free(&compare->scan);
	file_b_close(&compare->b);
	capture_reader_close(compare->first_look[FILE_A]);
	capture_reader_close(compare->first_look[FILE_B]);
	session_free_own(session);
}

static void compare_end(struct session *session)
{
	struct compare *compare = session->own;

	if (!compare)
		return;
	if (session->failure == EXIT_OK && (compare->begun || start(compare))) {
		if (compare->packets < compare->scan.files[FILE_A].packets)
			pairs_end_at(&compare->pairs, session->latest_ts);
		file_b_read(&compare->b, UINT64_MAX);
		pairs_end(&compare->pairs);
		report(compare);
	}
	compare_free(session, compare);
}

const struct mode mode_compare = {
    .option = "--compare",
    .json = &mode_compare_json,
    .prints_at_end = true,
    .needs_flows = true,
    .reads_alone = true,
    .takes = MODE_TAKES_NO_FINDINGS,
    .begin = compare_begin,
    .expect = compare_expect,
    .packet = compare_packet,
    .flow_left = compare_flow_left,
    .end = compare_end,
};

const struct mode mode_compare_json = {
    .prints_json = true,
    .prints_at_end = true,
    .needs_flows = true,
    .reads_alone = true,
    .begin = compare_begin,
    .expect = compare_expect,
    .packet = compare_packet,
    .flow_left = compare_flow_left,
    .end = compare_end,
};
