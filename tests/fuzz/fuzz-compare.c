/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/compare: flows of two files are paired, and their packets are compared.
 *
 * The input is a byte that sets up the clocks, and a sequence of frames with capture points: see
 * steps.h. Point 1 is file A, point 2 is file B, and all others are both. The sequence runs twice.
 * First both files get all frames: then nothing may differ. Then each gets its own: all memory must
 * be free at the end, and each difference is within its streams.
 */
#include <string.h>

#include "core/analysis.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/steps.h"
#include "tool/compare/pairs.h"

#define MAX_FLOWS 2048

#define AHEAD UINT64_C(7000000)

struct both {
	struct pairs pairs;
	struct scan scan;
	struct flow_settings settings;
	struct vsock_analysis *analyses[2];
	uint64_t packets;
};

static struct both both;

static void flow_left(void *context, const struct vsock_flow *flow)
{
	const enum compare_file *file = context;

	pairs_flow_left(&both.pairs, *file, flow);
}

static void open_both(uint8_t setup)
{
	static enum compare_file files[2] = {FILE_A, FILE_B};
	struct vsock_analysis_config config = {.flows = {.on_leave = flow_left}};

	config.flows.max_flows = setup & 1 ? 3 : MAX_FLOWS;
	for (int file = FILE_A; file <= FILE_B; file++) {
		config.flows.context = &files[file];
		both.analyses[file] = vsock_analysis_new(&config);
		must(both.analyses[file]);
	}
	if (setup & 2)
		both.settings = (struct flow_settings){.map = {{3, 4}}, .map_count = 1};
	must(pairs_open(&both.pairs, &both.scan, &both.settings));
	both.pairs.world.kernel_doubtful[FILE_B] = setup & 4;
	both.pairs.world.offset = clock_offset_at(&both.scan.clock, 0);
}

static void take(enum compare_file file, const struct vsock_packet *packet,
		 const struct vsock_moment *moment, uint64_t ahead)
{
	struct vsock_moment own = *moment;
	struct vsock_flow_event event;

	own.point = 0;
	own.ts += file == FILE_B ? ahead : 0;
	vsock_analysis_packet(both.analyses[file], packet, &own, &event);
	pairs_packet(&both.pairs, file, packet, &event);
}

static void begin_steps(struct steps *steps, const uint8_t *data, size_t size)
{
	steps_begin(steps, data + 1, size - 1);
	steps->with_points = true;
	steps->with_bare = data[0] & 64;
}

/* What a first look at the files would find. */
static void look(const uint8_t *data, size_t size, uint64_t ahead)
{
	struct capture_record record;
	struct steps steps;
	uint64_t least = UINT64_MAX;
	uint64_t most = 0;

	begin_steps(&steps, data, size);
	while (steps.number < MAX_FLOWS && steps_next(&steps, &record)) {
		least = steps.ts < least ? steps.ts : least;
		most = steps.ts > most ? steps.ts : most;
	}
	steps_end(&steps);
	for (int file = FILE_A; file <= FILE_B; file++) {
		struct scan_file *own = &both.scan.files[file];

		own->machines.full = true;
		own->first_ts = least + (file == FILE_B ? ahead : 0);
		own->last_ts = most + (file == FILE_B ? ahead : 0);
	}
	both.scan.made_up = data[0] & 32;
	if (data[0] & 8)
		clock_add(&both.scan.samples, CLOCK_FROM_LOWER, least, least + ahead);
	clock_estimate(&both.scan.samples, &both.scan.clock);
}

static void check_differences(void)
{
	for (const struct difference *d = both.pairs.world.differences.first; d; d = d->next) {
		must(d->sampled <= COMPARE_SHOWN_BYTES);
		must(difference_kind_name(difference_kind(d, FILE_A)));
		must(difference_kind_name(difference_kind(d, FILE_B)));
		if (d->form == FORM_GAP && d->packets)
			must(d->packet[other_file(d->lacking)]);
	}
}

static void close_both(void)
{
	struct lane_world *world = &both.pairs.world;
	struct clock_estimate estimate;

	pairs_end(&both.pairs);
	clock_estimate(&world->clock, &estimate);
	check_differences();
	must(world->store.count == 0 && world->store.payload == 0);
	must(both.pairs.pool.count == 0);
	pairs_free(&both.pairs);
	vsock_analysis_free(both.analyses[FILE_A]);
	vsock_analysis_free(both.analyses[FILE_B]);
}

/* `twins`: both files get all frames. */
static void compare(const uint8_t *data, size_t size, bool twins)
{
	uint64_t ahead = data[0] & 16 ? AHEAD : 0;
	struct capture_record record;
	struct vsock_packet packet;
	struct steps steps;

	memset(&both, 0, sizeof(both));
	look(data, size, ahead);
	open_both(data[0]);
	begin_steps(&steps, data, size);
	while (steps.number < MAX_FLOWS && steps_next(&steps, &record)) {
		struct vsock_moment moment = steps_moment(&steps);

		vsock_decode(&packet, record.data, record.captured, record.on_wire);
		if (twins || steps.point != 2)
			take(FILE_A, &packet, &moment, ahead);
		if (twins || steps.point != 1)
			take(FILE_B, &packet, &moment, ahead);
	}
	steps_end(&steps);
	if (twins) {
		pairs_end(&both.pairs);
		must(both.pairs.differ == 0);
		must(both.pairs.only[FILE_A] == 0 && both.pairs.only[FILE_B] == 0);
		must(both.pairs.world.abandoned == 0);
	}
	close_both();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	/* Renumbered machines are no twins. */
	if (!(data[0] & 2))
		compare(data, size, true);
	compare(data, size, false);
	return 0;
}
