/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --ladder: collects the rows of each wanted flow, until the end or SIGUSR1.
 *
 * Consecutive packets of the same side and op become one row, unless the user asks for more with
 * -v. A CREDIT_UPDATE within a run of RWs belongs to the run, except one that ends a stall.
 */
#include "tool/mode/ladder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/message.h"
#include "tool/mode/flow-list.h"
#include "tool/mode/mode.h"

/* Rows in memory: 120 MB at most, and without -v much less. */
#define ROWS_MAX        (1u << 20)
#define ROWS_MAX_FOLDED (1u << 14)
#define FINDINGS_MAX    128

/* A CREDIT_UPDATE that ends a longer stall gets its own row. */
#define LONG_STALL_US 100000

struct ladders {
	struct ladder *all;
	size_t count;
};

static bool is_worst(const struct session *session)
{
	return session->settings->flow.ladder_worst;
}

static void ladder_begin(struct session *session)
{
	struct ladders *ladders;

	if (!session_make_own(session, sizeof(*ladders)))
		return;
	ladders = session->own;
	ladders->count = is_worst(session) ? 1 : session->settings->flow.ladder_count;
	ladders->all = calloc(ladders->count, sizeof(*ladders->all));
	if (ladders->all)
		return;
	print_error("not enough memory");
	session->failure = EXIT_FAILED;
}

/* The ladder of this flow, or NULL. With "worst", only one flow is selected. */
static struct ladder *ladder_of(struct session *session, uint64_t flow)
{
	const struct flow_settings *settings = &session->settings->flow;
	struct ladders *ladders = session->own;

	if (is_worst(session)) {
		struct ladder *only = &ladders->all[0];

		return only->packets == 0 || only->flow.number == flow ? only : NULL;
	}
	for (size_t i = 0; i < ladders->count; i++)
		if (settings->ladder[i] == flow)
			return &ladders->all[i];
	return NULL;
}

static bool is_near_finding(const struct ladder *ladder, uint32_t row)
{
	uint32_t from = row > LADDER_AROUND ? row - LADDER_AROUND : 0;

	for (uint32_t i = from; i <= row + LADDER_AROUND && i < ladder->count; i++)
		if (ladder->rows[i].kind == LADDER_FINDING)
			return true;
	return false;
}

void ladder_cut(struct ladder *ladder)
{
	uint32_t kept = LADDER_HEAD;
	/* Whether a row stays depends on its neighbors, so marks come before the rows move. */
	uint8_t *stays;

	if (ladder->count <= LADDER_HEAD + LADDER_TAIL)
		return;
	stays = malloc(ladder->count);
	if (!stays) {
		ladder->failed = true;
		return;
	}
	for (uint32_t i = 0; i < ladder->count; i++)
		stays[i] = i + LADDER_TAIL >= ladder->count || is_near_finding(ladder, i);
	for (uint32_t i = LADDER_HEAD; i < ladder->count; i++) {
		const struct ladder_row row = ladder->rows[i];
		struct ladder_row *before = &ladder->rows[kept - 1];
		uint32_t rows = row.kind == LADDER_LEFT_OUT ? row.count : 1;

		if (stays[i] && row.kind != LADDER_LEFT_OUT)
			ladder->rows[kept++] = row;
		else if (before->kind == LADDER_LEFT_OUT)
			before->count += rows;
		else
			ladder->rows[kept++] =
			    (struct ladder_row){.kind = LADDER_LEFT_OUT, .count = rows};
	}
	ladder->count = kept;
	free(stays);
}

static struct ladder_row *add_row(struct session *session, struct ladder *ladder)
{
	uint32_t all = session->settings->print.verbose ? ROWS_MAX : ROWS_MAX_FOLDED;
	uint32_t most = ladder->most ? ladder->most : all;
	struct ladder_row *rows;
	uint32_t capacity;

	if (ladder->count >= most)
		ladder_cut(ladder);
	if (ladder->count == ladder->capacity) {
		capacity = ladder->capacity ? ladder->capacity * 2 : 64;
		rows = realloc(ladder->rows, capacity * sizeof(*rows));
		if (!rows) {
			ladder->failed = true;
			return NULL;
		}
		ladder->rows = rows;
		ladder->capacity = capacity;
	}
	ladder->rows[ladder->count] = (struct ladder_row){0};
	return &ladder->rows[ladder->count++];
}

static void add_finding(struct session *session, struct ladder *ladder,
			const struct vsock_finding *finding)
{
	struct ladder_row *row;

	if (finding->update || session->settings->flow.no_findings ||
	    ladder->finding_count == FINDINGS_MAX)
		return;
	if (!ladder->findings)
		ladder->findings = calloc(FINDINGS_MAX, sizeof(*ladder->findings));
	row = ladder->findings ? add_row(session, ladder) : NULL;
	if (!row) {
		ladder->failed = true;
		return;
	}
	ladder->findings[ladder->finding_count] = *finding;
	row->kind = LADDER_FINDING;
	row->first_ts = row->last_ts = finding->ts;
	row->count = ladder->finding_count++;
}

/* A stall that is over is longer than its finding said at first. */
static void update_finding(struct ladder *ladder, const struct vsock_finding *finding)
{
	for (uint32_t i = 0; i < ladder->finding_count; i++)
		if (ladder->findings[i].code == finding->code)
			ladder->findings[i].amount = finding->amount;
}

void ladder_take_finding(struct session *session, struct ladder *ladder,
			 const struct vsock_finding *finding)
{
	if (finding->update)
		update_finding(ladder, finding);
	else
		add_finding(session, ladder, finding);
}

static struct ladder_credit credit_of(const struct vsock_flow *flow, enum vsock_side side)
{
	const struct vsock_flow_side *peer = &flow->side[vsock_peer(side)];
	int32_t in_flight = flow->side[side].in_flight;

	return (struct ladder_credit){
	    .in_flight = in_flight > 0 ? (uint32_t)in_flight : 0,
	    .buffer = peer->buf_alloc,
	    .known = !flow->bare && peer->marks & VSOCK_SIDE_CREDIT_KNOWN,
	    .least = flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_LOSSY),
	};
}

/* Bytes that the sender has read since its previous packet. */
static uint32_t bytes_read(struct ladder *ladder, const struct seen *seen)
{
	enum vsock_side side = seen->event.sender;
	uint32_t before = ladder->fwd_cnt[side];
	bool known = ladder->fwd_known[side];

	if (!vsock_has_virtio(seen->packet) || seen->packet->op == VSOCK_OP_RST)
		return 0;
	ladder->fwd_cnt[side] = seen->packet->fwd_cnt;
	ladder->fwd_known[side] = true;
	return known ? seen->packet->fwd_cnt - before : 0;
}

static struct ladder_row row_of(struct ladder *ladder, const struct seen *seen)
{
	const struct vsock_packet *packet = seen->packet;
	const struct vsock_flow *flow = seen->event.flow;
	bool bare = vsock_is_bare(packet);

	return (struct ladder_row){
	    .kind = LADDER_PACKETS,
	    .side = (uint8_t)seen->event.sender,
	    .op = bare ? packet->monitor_op : packet->op,
	    .type = packet->type,
	    .bare = bare,
	    .first_ts = seen->event.moment.ts,
	    .last_ts = seen->event.moment.ts,
	    .timeless = seen->event.moment.timeless,
	    .number = seen->number,
	    .count = 1,
	    .bytes = packet->len,
	    .flags = packet->flags,
	    .buf_alloc = packet->buf_alloc,
	    .fwd_cnt = packet->fwd_cnt,
	    .read = bytes_read(ladder, seen),
	    .again = (seen->event.facts & VSOCK_FACT_REPETITION) != 0,
	    .credit = {credit_of(flow, VSOCK_CLIENT), credit_of(flow, VSOCK_SERVER)},
	};
}

static bool is_data(const struct ladder_row *row)
{
	return row->bare ? row->op == VSOCK_MONITOR_PAYLOAD : row->op == VSOCK_OP_RW;
}

static bool is_credit_update(const struct ladder_row *row)
{
	return !row->bare && row->op == VSOCK_OP_CREDIT_UPDATE;
}

/* Whether the packet continues the run of packets in the last row. */
static bool continues(const struct ladder_row *last, const struct ladder_row *row,
		      const struct seen *seen)
{
	if (last->kind != LADDER_PACKETS || last->again != row->again || row->timeless ||
	    last->timeless)
		return false;
	if (is_data(last) && is_credit_update(row) && row->side != last->side)
		return !(seen->event.facts & VSOCK_FACT_STALL_ENDED) ||
		       seen->event.stalled_us < LONG_STALL_US;
	return last->side == row->side && last->op == row->op && last->type == row->type &&
	       last->bare == row->bare && (is_data(row) || is_credit_update(row));
}

static void join(struct ladder_row *last, const struct ladder_row *row, const struct seen *seen)
{
	last->stalls += (seen->event.facts & VSOCK_FACT_STALL_ENDED) != 0;
	last->last_ts = row->last_ts;
	memcpy(last->credit, row->credit, sizeof(last->credit));
	if (row->op != last->op)
		return;
	last->count++;
	last->bytes += row->bytes;
	last->read += row->read;
	last->flags |= row->flags;
}

/* The first bytes that are known to be missing, before the packet that shows it. */
static void add_loss(struct session *session, struct ladder *ladder, const struct seen *seen)
{
	struct ladder_row *row;

	if (!(seen->event.facts & VSOCK_FACT_FWD_AHEAD))
		return;
	row = add_row(session, ladder);
	if (!row)
		return;
	row->kind = LADDER_LOST;
	row->first_ts = row->last_ts = seen->event.moment.ts;
	row->bytes = seen->event.ahead;
}

void ladder_take_packet(struct session *session, struct ladder *ladder, const struct seen *seen)
{
	struct ladder_row *last;
	struct ladder_row row;

	ladder->flow = *seen->event.flow;
	ladder->packets++;
	add_loss(session, ladder, seen);
	row = row_of(ladder, seen);
	last = ladder->count ? &ladder->rows[ladder->count - 1] : NULL;
	if (last && !session->settings->print.verbose && continues(last, &row, seen)) {
		join(last, &row, seen);
	} else {
		last = add_row(session, ladder);
		if (last)
			*last = row;
	}
	for (size_t i = 0; i < seen->finding_count; i++)
		if (seen->findings[i].flow == ladder->flow.number)
			ladder_take_finding(session, ladder, &seen->findings[i]);
}

static void ladder_packet(struct session *session, const struct seen *seen)
{
	struct ladder *ladder =
	    seen->event.flow ? ladder_of(session, seen->event.flow->number) : NULL;

	if (ladder)
		ladder_take_packet(session, ladder, seen);
}

static void ladder_finding(struct session *session, const struct vsock_finding *finding)
{
	struct ladder *ladder =
	    finding->flow != VSOCK_NO_FLOW ? ladder_of(session, finding->flow) : NULL;

	if (ladder && ladder->packets > 0)
		ladder_take_finding(session, ladder, finding);
}

static void ladder_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct ladder *ladder = ladder_of(session, flow->number);

	if (ladder && ladder->packets > 0)
		ladder->flow = *flow;
}

/* The table may know more of a flow than its last packet did. */
static void update_flows(struct session *session)
{
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;

	if (!flow_list_walk(session, &walk))
		return;
	while ((flow = flow_list_next(session, &walk)))
		ladder_flow_left(session, flow);
	vsock_flow_walk_end(&walk);
}

static void print_ladders(struct session *session)
{
	struct ladders *ladders = session->own;
	bool any = false;

	update_flows(session);
	for (size_t i = 0; i < ladders->count; i++) {
		if (ladders->all[i].packets == 0)
			continue;
		if (any)
			output_char(session->out, '\n');
		if (!session->settings->print.verbose && ladders->all[i].count > LADDER_SHOWN)
			ladder_cut(&ladders->all[i]);
		ladder_print(session, &ladders->all[i]);
		any = true;
	}
}

static void ladder_snapshot(struct session *session)
{
	print_ladders(session);
	output_char(session->out, '\n');
	output_flush(session->out);
}

static void report_missing(struct session *session)
{
	const struct ladders *ladders = session->own;

	for (size_t i = 0; i < ladders->count; i++) {
		if (ladders->all[i].failed)
			print_error("not enough memory for all rows");
		if (ladders->all[i].packets > 0)
			continue;
		session->failure = EXIT_INPUT;
		if (is_worst(session))
			print_error("--ladder worst: there is no flow");
		else
			flow_list_report_missing(session, mode_ladder.option,
						 session->settings->flow.ladder[i]);
	}
}

void ladder_free(struct ladder *ladder)
{
	free(ladder->rows);
	free(ladder->findings);
	*ladder = (struct ladder){0};
}

static void ladder_end(struct session *session)
{
	struct ladders *ladders = session->own;

	if (!ladders)
		return;
	if (ladders->all) {
		print_ladders(session);
		report_missing(session);
	}
	for (size_t i = 0; ladders->all && i < ladders->count; i++)
		ladder_free(&ladders->all[i]);
	free(ladders->all);
	session_free_own(session);
}

const struct mode mode_ladder = {
    .option = "--ladder",
    .takes = MODE_TAKES_NO_FINDINGS,
    .prints_at_end = true,
    .whole_flows = true,
    .needs_flows = true,
    .keep_ended_flows = true,
    .begin = ladder_begin,
    .packet = ladder_packet,
    .finding = ladder_finding,
    .flow_left = ladder_flow_left,
    .snapshot = ladder_snapshot,
    .end = ladder_end,
};
