/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the analysis in core: flows, credit, findings.
 *
 * The input is a byte that sets up the analysis, and a sequence of frames: see steps.h. If the byte
 * says so, the frames come from several capture points, or from a kernel that copies payload
 * wrongly. After each frame the target asserts what the headers of core/ promise, now and then for
 * the whole table. It keeps a second account of each flow to compare with.
 */
#include <string.h>

#include "core/analysis.h"
#include "core/credit.h"
#include "core/finding-text.h"
#include "core/flow-slots.h"
#include "core/flow-table.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/steps.h"

/* Few, so that flows are evicted. */
#define MAX_FLOWS 5

/* What is known of a flow; numbers are given in order, so the newest ones are enough. */
#define KNOWN 64
struct known {
	uint64_t number;
	uint64_t reported; /* codes, as bits */
	uint32_t longest_us[2];
	uint8_t state;
	uint16_t point;
	bool left;
	bool copy; /* by its marks before the last packet */
};

struct account {
	struct vsock_analysis *analysis;
	struct known flows[KNOWN];
	uint64_t left; /* flows that left the table */
	uint64_t number;
	uint64_t ts;
	uint64_t latest; /* of all packets, as times may run backwards */
};

static struct known *known(struct account *account, uint64_t number)
{
	struct known *k = &account->flows[number % KNOWN];

	if (k->number < number)
		*k = (struct known){.number = number, .state = VSOCK_FLOW_STATES};
	return k->number == number ? k : NULL;
}

/* No way back, and none out of an end. */
static bool may_follow(unsigned before, unsigned now)
{
	if (before == VSOCK_FLOW_STATES || before == now)
		return true;
	return !vsock_flow_state_ended((enum vsock_flow_state)before) && now > before;
}

static void check_state(struct account *account, const struct vsock_flow *flow)
{
	struct known *k = known(account, flow->number);

	must(flow->state < VSOCK_FLOW_STATES && flow->state != VSOCK_FLOW_TIMED_OUT);
	if (!k)
		return;
	must(!k->left);
	must(may_follow(k->state, flow->state));
	/* A flow stays at its capture point. */
	must(k->state == VSOCK_FLOW_STATES || k->point == flow->point);
	k->state = flow->state;
	k->point = flow->point;
	k->copy = flow->marks & VSOCK_FLOW_COPY;
	for (int side = 0; side < 2; side++) {
		must(flow->stalls[side].longest_us >= k->longest_us[side]);
		k->longest_us[side] = flow->stalls[side].longest_us;
	}
}

static void check_side(const struct vsock_flow *flow, enum vsock_side which)
{
	const struct vsock_flow_side *side = &flow->side[which];
	uint32_t window, free;

	must(side->in_flight <= 0 || (uint64_t)side->in_flight <= side->bytes);
	must(side->in_flight_packets <= side->packets);
	must(!(side->marks & VSOCK_SIDE_DATA) == (side->bytes == 0 && side->last_data_ts == 0));
	must(!(side->marks & VSOCK_SIDE_SPLIT_LOST) || side->split_done > 0);
	must(side->split_done <= side->split_total || side->marks & VSOCK_SIDE_SPLIT_LOST);
	must(flow->stalls[which].longest_us <= flow->stalls[which].blocked_us);
	if (vsock_credit_window(flow, which, &window)) {
		must(vsock_credit_free(flow, which, &free) && free <= window);
		must(window <= flow->side[vsock_peer(which)].buf_alloc);
	}
}

/* Letters are of this alphabet, and none comes twice. */
static void check_history(const struct vsock_flow *flow)
{
	char text[VSOCK_FLOW_HISTORY_MAX];
	size_t length = vsock_flow_history(flow, text);

	must(length < sizeof(text) && strlen(text) == length);
	must(strspn(text, "QPDCKHFRqpdckhfr") == length);
	for (size_t i = 0; i < length; i++)
		must(!strchr(text + i + 1, text[i]));
}

/* What follows from credit, from RST or from SHUTDOWN is never said of a bare flow. */
static void check_bare(const struct vsock_flow *flow)
{
	const uint64_t allowed = UINT64_C(1) << VSOCK_FINDING_REFUSED |
				 UINT64_C(1) << VSOCK_FINDING_GAVE_UP |
				 UINT64_C(1) << VSOCK_FINDING_CONNECT_TIMEOUT |
				 UINT64_C(1) << VSOCK_FINDING_SLOW_HANDSHAKE;

	must(flow->type == 0 && !(flow->reported & ~allowed));
	must(flow->state != VSOCK_FLOW_RESET && flow->state != VSOCK_FLOW_FORCED &&
	     flow->state != VSOCK_FLOW_CLOSING);
	must(!vsock_flow_one_sided(flow));
	for (int side = 0; side < 2; side++) {
		must(flow->side[side].in_flight == 0 && flow->side[side].buf_alloc == 0);
		must(flow->stalls[side].blocked_us == 0 && flow->side[side].split_done == 0);
	}
}

static void check_flow(struct account *account, const struct vsock_flow *flow)
{
	if (flow->bare)
		check_bare(flow);
	else
		must(flow->made_up == 0);
	check_state(account, flow);
	check_side(flow, VSOCK_CLIENT);
	check_side(flow, VSOCK_SERVER);
	check_history(flow);
	must(flow->first_ts <= flow->last_ts || flow->first_ts == flow->state_ts);
	must(vsock_flow_state_ended((enum vsock_flow_state)flow->state) ==
	     (flow->list == VSOCK_LIST_ENDED));
	must(!(flow->marks & VSOCK_FLOW_ROLES_GUESSED) ||
	     flow->marks & (VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_REORDERED));
}

static void on_leave(void *context, const struct vsock_flow *flow)
{
	struct account *account = context;
	struct known *k = known(account, flow->number);

	if (k) {
		must(!k->left);
		k->left = true;
	}
	account->left++;
}

static void check_text(const struct vsock_finding *finding)
{
	char text[VSOCK_FINDING_TEXT_MAX];
	size_t length = vsock_finding_text(text, finding, NULL, 0);

	must(length > 0 && length < sizeof(text) && strlen(text) == length);
	for (size_t i = 0; i < length; i++)
		must(text[i] >= ' ' && text[i] <= '~');
}

static void on_finding(void *context, const struct vsock_finding *finding)
{
	struct account *account = context;
	struct known *k = finding->flow != VSOCK_NO_FLOW ? known(account, finding->flow) : NULL;
	/* Of many flows; the others are told once a flow. */
	bool again = finding->code == VSOCK_FINDING_GUEST_RESET;

	must(vsock_finding_name((enum vsock_finding_code)finding->code));
	must(finding->severity < VSOCK_CLASSES && finding->about <= VSOCK_SERVER);
	must(finding->packet_count <= VSOCK_FINDING_PACKETS);
	for (unsigned i = 0; i < finding->packet_count; i++) {
		must(finding->packets[i] >= 1 && finding->packets[i] <= account->number);
		must(i == 0 || finding->packets[i - 1] < finding->packets[i]);
	}
	must(finding->ts == account->ts || finding->ts == account->latest);
	must(!k || !k->copy);
	if (k && !again) {
		must((k->reported >> finding->code & 1) == finding->update);
		k->reported |= UINT64_C(1) << finding->code;
	}
	check_text(finding);
}

static void check_segment(const struct vsock_packet *p, const struct vsock_segment *segment)
{
	must(segment->known <= segment->length);
	must(!segment->data == (segment->known == 0));
	must(!segment->misplaced || segment->known == 0);
	must(!segment->unreliable || (segment->known == 0 && !segment->misplaced));
	if (segment->known == 0)
		return;
	must(p->payload && segment->data >= p->payload);
	must(segment->known <= p->captured);
	must((size_t)(segment->data - p->payload) <= p->captured - segment->known);
}

static void check_event(struct account *account, const struct vsock_packet *p,
			const struct vsock_flow_event *event)
{
	bool opened = event->facts & VSOCK_FACT_OPENED;

	if (!event->flow)
		return;
	must(event->flow->bare ? vsock_is_bare(p) : vsock_has_virtio(p));
	must(!(p->odd & VSOCK_ODD_CID_HIGH_BITS));
	must(event->sender <= VSOCK_SERVER);
	must(event->flow->point == event->moment.point);
	must(!event->old || event->old->point == event->moment.point);
	must(event->flow->side[event->sender].packets > 0);
	must(!opened || event->flow->side[event->sender].packets == 1);
	must(may_follow(event->before, event->flow->state));
	must(!(event->facts & VSOCK_FACT_AFTER_FLOW_END) || event->before == event->flow->state);
	must(!(event->facts & VSOCK_FACT_SUPERSEDES) ||
	     !vsock_flow_state_ended((enum vsock_flow_state)event->replaced));
	if (vsock_event_segment(event))
		check_segment(p, vsock_event_segment(event));
	check_flow(account, event->flow);
}

/* Of these addresses it is this flow that is found, or a newer one. */
static void check_found(struct vsock_flow_table *table, const struct vsock_flow *flow)
{
	struct vsock_flow_key key = vsock_flow_key(
	    flow->client_cid, flow->client_port, flow->server_cid, flow->server_port, flow->point);
	const struct vsock_flow *found;

	if (flow->bare)
		key.point |= VSOCK_BARE_POINT;
	found = vsock_flow_find(table, &key, 0);
	if (!vsock_flow_state_ended((enum vsock_flow_state)flow->state))
		must(found == flow);
	else
		must(!found || found->number >= flow->number);
}

static void check_table(struct account *account)
{
	struct vsock_flow_table *table = vsock_analysis_flows(account->analysis);
	struct vsock_flow_stats stats = vsock_flow_table_stats(table);
	uint32_t count = vsock_flow_table_count(table);
	const struct vsock_flow *flow;
	struct vsock_flow_walk walk;
	uint64_t next = 0;

	must(count <= MAX_FLOWS && count <= vsock_flow_slots(table));
	must(stats.opened == account->left + count);
	must(stats.evicted + stats.dropped <= account->left);
	must(vsock_flow_walk(&walk, table));
	while ((flow = vsock_flow_walk_next(&walk))) {
		must(next <= flow->number && flow->number < stats.opened);
		next = flow->number + 1;
		check_flow(account, flow);
		check_found(table, flow);
		count--;
	}
	vsock_flow_walk_end(&walk);
	must(count == 0);
}

static void take_frame(struct account *account, const struct steps *steps,
		       const struct capture_record *record)
{
	struct vsock_flow_event event;
	struct vsock_packet packet;
	struct vsock_moment moment;

	account->ts = record->ts;
	/* What the clock finds has its time, or that of the last packet. */
	if (steps->tick) {
		vsock_analysis_tick(account->analysis, record->ts);
		check_table(account);
	}
	if (record->ts > account->latest)
		account->latest = record->ts;
	account->number = steps->number;
	moment = steps_moment(steps);
	vsock_decode(&packet, record->data, record->captured, record->on_wire);
	/* Fetching in advance must not matter. */
	if (account->number % 4 == 1) {
		vsock_analysis_expect(account->analysis, &packet, &moment, 1);
	} else if (account->number % 4 == 3) {
		vsock_analysis_expect_soon(account->analysis, &packet, &moment);
		must(vsock_analysis_expect_next(account->analysis, &moment) ==
		     vsock_analysis_expected_slot(account->analysis, &moment));
	}
	vsock_analysis_packet(account->analysis, &packet, &moment, &event);
	check_event(account, &packet, &event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct account account = {0};
	struct vsock_analysis_config config = {
	    .flows = {.max_flows = MAX_FLOWS, .on_leave = on_leave, .context = &account},
	    .on_finding = on_finding,
	};
	struct capture_record record;
	struct steps steps;

	if (size == 0)
		return 0;
	account.flows[0].state = VSOCK_FLOW_STATES; /* the flow 0 is not known yet */
	config.flows.keep_ended = data[0] & 1;
	config.lossless = data[0] & 2;
	if (data[0] & 16)
		config.payload = (struct vsock_kernel_payload){true, data[0] & 32 ? 4000 : 0};
	account.analysis = vsock_analysis_new(&config);
	must(account.analysis);
	steps_begin(&steps, data + 1, size - 1);
	steps.with_points = data[0] & 8;
	steps.with_bare = data[0] & 64;
	while (steps_next(&steps, &record))
		take_frame(&account, &steps, &record);
	/* All that silence has to tell. */
	account.ts = steps.ts + UINT64_C(100000000000);
	vsock_analysis_tick(account.analysis, account.ts);
	check_table(&account);
	vsock_analysis_end(account.analysis, data[0] & 4, account.ts);
	check_table(&account);
	vsock_analysis_free(account.analysis);
	steps_end(&steps);
	return 0;
}
