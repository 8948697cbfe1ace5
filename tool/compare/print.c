/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --compare found, for people. */
#include <inttypes.h>
#include <string.h>

#include "core/duration.h"
#include "core/names.h"
#include "lib/common/plural.h"
#include "tool/compare/compare.h"
#include "tool/print/address.h"
#include "tool/print/size.h"
#include "tool/print/timestamp.h"

static const char letters[] = "AB";

static void print_time(const struct compare *compare, uint64_t ts)
{
	struct timestamp_cache cache = {0};

	timestamp_print(compare->session->out, &cache, TIME_OF_DAY, false, ts, 0);
}

static void print_file(const struct compare *compare, enum compare_file file)
{
	struct output *out = compare->session->out;
	const struct scan_file *own = &compare->scan.files[file];
	const char *name = compare_file_name(compare, file);
	const char *os = compare_origin(compare, file)->os;

	output_char(out, letters[file]);
	output_char(out, ' ');
	output_escaped(out, name, strlen(name));
	if (*os) {
		output_text(out, "  ");
		output_escaped(out, os, strlen(os));
	}
	output_printf(out, "  %" PRIu64 " packet%s", own->packets, plural(own->packets));
	if (own->packets > 0) {
		output_text(out, "  ");
		print_time(compare, own->first_ts);
		output_text(out, "to ");
		print_time(compare, own->last_ts);
		out->length--; /* the blank */
	}
	output_char(out, '\n');
}

/* "7.11 ms" of any sign. */
static void print_span(struct output *out, int64_t ns)
{
	timestamp_say_duration(out, (uint64_t)(ns < 0 ? -ns : ns));
}

/* A clock offset needs more digits than a delay. */
static void print_offset(struct output *out, int64_t ns)
{
	if (ns > INT64_C(10000000000) || ns < INT64_C(-10000000000))
		output_printf(out, "%.5f s", (double)ns / 1e9);
	else
		output_printf(out, "%.2f ms", (double)ns / 1e6);
}

static void print_ahead(struct output *out, int64_t offset)
{
	print_offset(out, offset < 0 ? -offset : offset);
	output_text(out, offset < 0 ? " behind A" : " ahead of A");
}

static void print_part(struct output *out, const struct clock_part *part)
{
	output_text(out, "B is ");
	if (part->below)
		output_text(out, "at most ");
	else if (part->above)
		output_text(out, "at least ");
	print_ahead(out, clock_part_offset(part));
	if (!part->below && !part->above) {
		int64_t least = part->least < part->most ? part->least : part->most;
		int64_t most = part->least < part->most ? part->most : part->least;

		output_text(out, " (");
		print_offset(out, least);
		output_text(out, " to ");
		print_offset(out, most);
		output_char(out, ')');
	}
	if (part->drift > 1e-9 || part->drift < -1e-9)
		output_printf(out, ", drifting %+.1f us/s", part->drift * 1e6);
}

static void print_clock(const struct compare *compare)
{
	const struct clock_estimate *clock = &compare->clock;
	struct output *out = compare->session->out;

	output_text(out, "clock  ");
	if (!clock->known) {
		output_text(out, "not known: no packet is in both files\n");
		return;
	}
	print_part(out, &clock->parts[0]);
	output_text(out, clock->count > 1 ? "\n" : ", no step\n");
	for (uint32_t i = 1; i < clock->count; i++) {
		output_text(out, "*  clock-step: from about ");
		print_time(compare, clock->parts[i].begins);
		print_part(out, &clock->parts[i]);
		output_char(out, '\n');
	}
}

static void print_flow_counts(const struct compare *compare)
{
	const struct pairs *pairs = &compare->pairs;
	struct output *out = compare->session->out;

	output_printf(out,
		      "flows  %" PRIu64 " in both, %" PRIu64 " only in A, %" PRIu64 " only in B",
		      pairs->in_both, pairs->only[FILE_A], pairs->only[FILE_B]);
	for (int file = FILE_A; file <= FILE_B; file++)
		if (pairs->other_machines[file])
			output_printf(out, "; %" PRIu64 " of other machines in %c not compared",
				      pairs->other_machines[file], letters[file]);
	output_char(out, '\n');
}

static void print_ends(struct session *session, const struct compared_flow *flow,
		       enum vsock_side sender)
{
	const struct print_settings *print = &session->settings->print;
	struct output *out = session->out;
	bool client = sender == VSOCK_CLIENT;

	for (int file = FILE_A; file <= FILE_B; file++) {
		if (file == FILE_B)
			output_char(out, '=');
		if (flow->in[file])
			output_u64(out, flow->number[file]);
		else
			output_char(out, '-');
	}
	output_char(out, ' ');
	address_print(out, print, client ? flow->client_cid : flow->server_cid,
		      client ? flow->client_port : flow->server_port);
	output_text(out, " > ");
	address_print(out, print, client ? flow->server_cid : flow->client_cid,
		      client ? flow->server_port : flow->client_port);
}

static const char *mark_of(const struct difference *d, enum difference_kind kind)
{
	if (kind == DIFFERENCE_CAPTURE_LOSS)
		return "*  ";
	return d->certain ? "!! " : "!  ";
}

static void print_places(const struct compare *compare, const struct difference *d)
{
	struct output *out = compare->session->out;
	bool any = false;

	for (int file = FILE_A; file <= FILE_B; file++) {
		if (!d->packet[file])
			continue;
		output_printf(out, "%s%c packet %" PRIu64 "  ", any ? "    " : "     ",
			      letters[file], d->packet[file]);
		print_time(compare, d->ts[file]);
		out->length--;
		any = true;
	}
	if (any)
		output_char(out, '\n');
}

static void print_bytes(struct output *out, const uint8_t *bytes, uint8_t n)
{
	for (uint8_t i = 0; i < n; i++)
		output_printf(out, "%s%02x", i ? " " : "", bytes[i]);
}

/* "bytes 32768 to 40959 (8192)". */
static void print_range(struct output *out, uint64_t from, uint64_t length)
{
	if (length <= 1)
		output_printf(out, "byte %" PRIu64, from);
	else
		output_printf(out, "bytes %" PRIu64 " to %" PRIu64 " (%" PRIu64 ")", from,
			      from + length - 1, length);
}

static void print_samples(const struct compare *compare, const struct difference *d)
{
	struct output *out = compare->session->out;
	enum compare_file sender = compare_sender(compare, d);

	if (!d->sampled)
		return;
	output_text(out, ": sent ");
	print_bytes(out, d->sample[sender], d->sampled);
	output_text(out, ", arrived ");
	print_bytes(out, d->sample[sender ^ 1], d->sampled);
}

static void print_change(const struct compare *compare, const struct difference *d)
{
	struct output *out = compare->session->out;
	enum compare_file sender = compare_sender(compare, d);
	const struct change *change = &d->change[sender];

	print_range(out, d->offset[sender], change->length);
	switch (change->kind) {
	case CHANGE_ZEROED:
		output_text(out, " arrived as zeros");
		break;
	case CHANGE_SHIFTED:
		output_printf(out, " have the bytes that were sent %" PRIu64 " %s",
			      (uint64_t)(change->shift < 0 ? -change->shift : change->shift),
			      change->shift > 0 ? "earlier" : "later");
		break;
	case CHANGE_MISSING:
		output_text(out, " never came, the rest did");
		break;
	case CHANGE_EXTRA:
		output_text(out, " were not sent, the rest was");
		break;
	case CHANGE_REPEATED:
		output_text(out, " came again");
		break;
	default:
		output_text(out, " changed");
		if (change->length > 1)
			output_printf(out, ", %zu of them differ", change->differing);
		print_samples(compare, d);
		break;
	}
	if (d->last)
		output_text(out, ". The rest was not compared");
}

static void print_gap(const struct compare *compare, const struct difference *d,
		      enum difference_kind kind)
{
	struct output *out = compare->session->out;
	enum compare_file has = other_file(d->lacking);

	output_printf(out, "%c has ", letters[has]);
	print_range(out, d->offset[has], d->length);
	output_printf(out, " in %" PRIu64 " packet%s that %c lacks", d->packets, plural(d->packets),
		      letters[d->lacking]);
	if (kind == DIFFERENCE_CAPTURE_LOSS)
		output_text(out, ": fwd_cnt shows that they arrived, so the capture lost them");
	else if (kind == DIFFERENCE_REPEATED)
		output_text(out, ": they equal the bytes before them");
	else if (!d->certain)
		output_text(out, d->dropped ? ". Its capture dropped packets, maybe these"
					    : ". Its capture may have lost them");
}

static void print_details(const struct compare *compare, const struct difference *d,
			  enum difference_kind kind)
{
	struct output *out = compare->session->out;

	switch (d->form) {
	case FORM_ONLY:
		output_printf(out, "%" PRIu64 " packet%s in the time of both files", d->packets,
			      plural(d->packets));
		if (d->dropped)
			output_text(out, "; the other capture dropped packets");
		break;
	case FORM_GAP:
		print_gap(compare, d, kind);
		break;
	case FORM_CHANGE:
		print_change(compare, d);
		break;
	case FORM_HEADER:
		output_printf(out, "%s: %s is %" PRIu32 " in A and %" PRIu32 " in B",
			      vsock_op_name(d->op) ? vsock_op_name(d->op) : "packet",
			      header_field_name(d->field), d->value[FILE_A], d->value[FILE_B]);
		break;
	case FORM_ORDER:
		output_printf(out, "the order of packets differs from byte %" PRIu64 " on",
			      d->offset[compare_sender(compare, d)]);
		break;
	case FORM_END:
		output_printf(out, "%c has %s, %c does not", letters[other_file(d->lacking)],
			      vsock_op_name(d->op), letters[d->lacking]);
		break;
	}
}

static void print_difference(const struct compare *compare, const struct difference *d)
{
	struct output *out = compare->session->out;
	enum difference_kind kind = compare_kind(compare, d);
	enum compare_file sender = compare_sender(compare, d);

	output_text(out, mark_of(d, kind));
	print_ends(compare->session, &d->flow, d->sender);
	output_printf(out, "   %s\n     ", difference_kind_name(kind));
	if (d->form != FORM_ONLY && d->total[FILE_A] != d->total[FILE_B])
		output_printf(out, "sent %" PRIu64 ", arrived %" PRIu64 ": ", d->total[sender],
			      d->total[sender ^ 1]);
	print_details(compare, d, kind);
	output_char(out, '\n');
	print_places(compare, d);
}

static void print_late(const struct compare *compare, enum compare_file sender)
{
	const struct delay_summary *delay = &compare->delays[sender];
	struct output *out = compare->session->out;

	if (!delay->late)
		return;
	output_printf(out, "*  %" PRIu64 "=%" PRIu64 "   late: ", delay->worst.flow[FILE_A],
		      delay->worst.flow[FILE_B]);
	print_span(out, delay->most);
	output_text(out, ", median ");
	print_span(out, delay->median);
	output_printf(out, " (%c packet %" PRIu64 ")\n", letters[sender],
		      delay->worst.packet[sender]);
}

/* "*  B lacks 6 packets ..." and its like: what is no difference of the ends. */
static void print_notes(const struct compare *compare)
{
	const struct pairs *pairs = &compare->pairs;
	const struct lane_world *world = &pairs->world;
	struct output *out = compare->session->out;

	for (int file = FILE_A; file <= FILE_B; file++)
		if (world->control_lost[file])
			output_printf(out,
				      "*  capture-loss: %c lacks %" PRIu64
				      " packet%s without data, and the connections went on\n",
				      letters[file], world->control_lost[file],
				      plural(world->control_lost[file]));
	if (world->split)
		output_printf(
		    out, "*  split-differently: %" PRIu64 " bytes came in packets of other sizes\n",
		    world->split);
	if (world->doubtful)
		output_printf(out,
			      "*  unreliable-payload: %" PRIu64
			      " bytes not compared, because the kernel copies them wrongly\n",
			      world->doubtful);
	if (world->unknown)
		output_printf(out,
			      "*  %" PRIu64
			      " bytes not compared, because a capture has only their length\n",
			      world->unknown);
	if (world->outside || pairs->outside[FILE_A] || pairs->outside[FILE_B])
		output_printf(out,
			      "*  outside-common-time: %" PRIu64 " packets, %" PRIu64 " flows\n",
			      world->outside, pairs->outside[FILE_A] + pairs->outside[FILE_B]);
	if (pairs->unsure[FILE_A] || pairs->unsure[FILE_B])
		output_printf(
		    out,
		    "*  %" PRIu64 " flows in A and %" PRIu64
		    " in B not compared: ports are made up, and no data shows which are one\n",
		    pairs->unsure[FILE_A], pairs->unsure[FILE_B]);
	if (world->abandoned)
		output_printf(out,
			      "*  %" PRIu64 " directions of flows not compared to their ends\n",
			      world->abandoned);
	if (pairs->incomplete)
		output_printf(out,
			      "*  %" PRIu64 " flows without a difference, but not compared to "
			      "their ends\n",
			      pairs->incomplete);
	if (pairs->too_many)
		output_printf(out, "*  %" PRIu64 " flows not compared: more than %d at a time\n",
			      pairs->too_many, COMPARE_PAIRS_MAX);
	if (pairs->copies)
		output_printf(out,
			      "*  %" PRIu64 " packets not compared: a file has their flow twice\n",
			      pairs->copies);
	if (pairs->datagrams)
		output_printf(out, "*  %" PRIu64 " packets of type DGRAM not compared\n",
			      pairs->datagrams);
	if (compare->clock.count > 1 && !compare->equal)
		output_text(out,
			    "*  clock-step: do the files belong together? Captures of two runs "
			    "with the same addresses look like this, too\n");
	if (world->differences.more)
		output_printf(out, "*  %" PRIu64 " more differences not shown\n",
			      world->differences.more);
}

static void print_delays(const struct compare *compare)
{
	struct output *out = compare->session->out;

	output_text(out, "\ndelay        packets  median     p99        max\n");
	for (int file = FILE_A; file <= FILE_B; file++) {
		const struct delay_summary *delay = &compare->delays[file];
		const int64_t values[] = {delay->median, delay->p99, delay->most};

		output_printf(out, "%c to %c", letters[file], letters[file ^ 1]);
		output_padded(out, delay->count, 14, ' ');
		for (int i = 0; i < 3 && delay->count; i++) {
			char text[VSOCK_DURATION_TEXT_MAX];

			vsock_duration_text(text, (uint64_t)values[i], "");
			output_printf(out, i < 2 ? "  %-9s" : "  %s", text);
		}
		output_char(out, '\n');
	}
}

static void print_verdict(const struct compare *compare)
{
	const struct pairs *pairs = &compare->pairs;
	uint64_t equal = pairs->in_both - pairs->differ - pairs->incomplete;
	struct output *out = compare->session->out;

	if (!compare->comparable) {
		output_printf(out, "Not comparable: %s.\n", compare->why);
		return;
	}
	output_printf(out, "%" PRIu64 " of %" PRIu64 " flows equal: %" PRIu64 " packets and ",
		      equal, pairs->in_both, pairs->world.packets);
	size_print(out, pairs->world.bytes);
	output_text(out, " of payload agree.\n");
}

void compare_print(const struct compare *compare)
{
	print_file(compare, FILE_A);
	print_file(compare, FILE_B);
	print_clock(compare);
	print_flow_counts(compare);
	if (compare->pairs.world.differences.first)
		output_char(compare->session->out, '\n');
	for (const struct difference *d = compare->pairs.world.differences.first; d; d = d->next)
		print_difference(compare, d);
	print_late(compare, FILE_A);
	print_late(compare, FILE_B);
	print_notes(compare);
	if (compare->comparable)
		print_delays(compare);
	print_verdict(compare);
}

/* With -v: a line for each pair. */
void compare_print_pair(struct session *session, const struct pair *pair)
{
	struct output *out = session->out;

	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		const struct lane *lane = &pair->lanes[side];

		output_text(out, "   ");
		print_ends(session, &pair->flow, (enum vsock_side)side);
		output_printf(out, "   %s, %" PRIu64 " bytes",
			      lane->rest->found > lane->rest->lost ? "differs"
			      : lane->abandoned                    ? "equal as far as compared"
								   : "equal",
			      lane->equal);
		if (lane->rest->unknown)
			output_printf(out, ", %" PRIu64 " not known", lane->rest->unknown);
		output_char(out, '\n');
	}
}
