/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same for programs: an object for each pair of flows, each difference, and one for all. */
#include "core/names.h"
#include "tool/compare/compare.h"
#include "tool/print/json.h"
#include "tool/print/timestamp.h"

static const char *const letters[] = {"a", "b"};

static void print_number(struct output *out, const char *key, bool there, uint64_t value)
{
	json_key(out, key);
	json_u64(out, there, value);
}

static void print_us(struct output *out, const char *key, bool there, int64_t ns)
{
	json_key(out, key);
	if (there)
		output_printf(out, "%.3f", (double)ns / 1000);
	else
		json_null(out);
}

static void print_flow(struct output *out, const struct compared_flow *flow)
{
	print_number(out, "flow_a", flow->in[FILE_A], flow->number[FILE_A]);
	print_number(out, "flow_b", flow->in[FILE_B], flow->number[FILE_B]);
	print_number(out, "client_cid", true, flow->client_cid);
	print_number(out, "client_port", true, flow->client_port);
	print_number(out, "server_cid", true, flow->server_cid);
	print_number(out, "server_port", true, flow->server_port);
}

void compare_json_pair(struct session *session, const struct pair *pair)
{
	struct output *out = session->out;

	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		const struct lane *lane = &pair->lanes[side];

		json_kind(out, "compared-flow");
		print_flow(out, &pair->flow);
		json_text(out, "sender", side == VSOCK_CLIENT ? "client" : "server");
		json_key(out, "equal");
		json_bool(out, lane->rest->found == lane->rest->lost);
		json_key(out, "complete");
		json_bool(out, !lane->abandoned);
		print_number(out, "bytes_a", true, lane->ends[FILE_A].total);
		print_number(out, "bytes_b", true, lane->ends[FILE_B].total);
		print_number(out, "equal_bytes", true, lane->equal);
		print_number(out, "unknown_bytes", true, lane->rest->unknown);
		print_number(out, "differences", true, lane->rest->found - lane->rest->lost);
		json_end(out);
	}
}

static uint64_t length_of(const struct compare *compare, const struct difference *d)
{
	return d->form == FORM_CHANGE ? d->change[compare_sender(compare, d)].length : d->length;
}

static void print_places(struct output *out, const struct difference *d)
{
	static const char *const offsets[] = {"offset_a", "offset_b"};
	static const char *const packets[] = {"packet_a", "packet_b"};
	static const char *const times[] = {"ts_a", "ts_b"};
	static const char *const bytes[] = {"payload_a", "payload_b"};

	for (int file = FILE_A; file <= FILE_B; file++) {
		print_number(out, offsets[file], d->form != FORM_ONLY, d->offset[file]);
		print_number(out, packets[file], d->packet[file], d->packet[file]);
		json_key(out, times[file]);
		if (d->ts[file])
			json_time(out, d->ts[file]);
		else
			json_null(out);
		json_key(out, bytes[file]);
		if (d->sampled)
			json_hex(out, d->sample[file], d->sampled);
		else
			json_null(out);
	}
}

static void print_difference(const struct compare *compare, const struct difference *d)
{
	struct output *out = compare->session->out;
	enum compare_file sender = compare_sender(compare, d);
	bool header = d->form == FORM_HEADER;
	bool bytes = d->form == FORM_GAP || d->form == FORM_CHANGE;

	json_kind(out, "difference");
	json_text(out, "difference", difference_kind_name(compare_kind(compare, d)));
	json_key(out, "certain");
	json_bool(out, d->certain);
	print_flow(out, &d->flow);
	json_text(out, "sender",
		  d->form == FORM_ONLY        ? NULL
		  : d->sender == VSOCK_CLIENT ? "client"
					      : "server");
	json_text(out, "sender_file", d->form == FORM_ONLY ? NULL : letters[sender]);
	print_number(out, "length", bytes, length_of(compare, d));
	json_text(out, "op", d->form == FORM_ONLY ? NULL : vsock_op_keyword(d->op));
	json_text(out, "field", header ? header_field_name(d->field) : NULL);
	print_number(out, "value_a", header, d->value[FILE_A]);
	print_number(out, "value_b", header, d->value[FILE_B]);
	json_key(out, "shift");
	if (d->form == FORM_CHANGE && d->change[sender].kind == CHANGE_SHIFTED)
		output_printf(out, "%lld", (long long)d->change[sender].shift);
	else
		json_null(out);
	print_places(out, d);
	json_end(out);
}

static void print_parts(const struct compare *compare)
{
	const struct clock_estimate *clock = &compare->clock;
	struct output *out = compare->session->out;

	json_key(out, "clock");
	output_char(out, '[');
	for (uint32_t i = 0; i < clock->count; i++) {
		const struct clock_part *part = &clock->parts[i];

		output_text(out, i ? "," : "");
		json_first_key(out, "from");
		json_time(out, part->begins);
		print_us(out, "least_us", !part->below, part->least);
		print_us(out, "most_us", !part->above, part->most);
		json_key(out, "drift_us_per_s");
		if (clock->drift_known)
			output_printf(out, "%.3f", part->drift * 1e6);
		else
			json_null(out);
		output_char(out, '}');
	}
	output_char(out, ']');
}

static void print_delays(const struct compare *compare)
{
	struct output *out = compare->session->out;

	json_key(out, "delays");
	output_char(out, '[');
	for (int file = FILE_A; file <= FILE_B; file++) {
		const struct delay_summary *delay = &compare->delays[file];
		bool any = delay->count > 0;

		output_text(out, file ? "," : "");
		json_first_key(out, "from");
		output_printf(out, "\"%s\"", letters[file]);
		print_number(out, "packets", true, delay->count);
		print_us(out, "median_us", any, delay->median);
		print_us(out, "p99_us", any, delay->p99);
		print_us(out, "max_us", any, delay->most);
		print_number(out, "max_packet", any, delay->worst.packet[file]);
		json_key(out, "late");
		json_bool(out, delay->late);
		output_char(out, '}');
	}
	output_char(out, ']');
}

void compare_print_json(const struct compare *compare)
{
	const struct pairs *pairs = &compare->pairs;
	const struct lane_world *world = &pairs->world;
	struct output *out = compare->session->out;

	for (const struct difference *d = world->differences.first; d; d = d->next)
		print_difference(compare, d);
	json_kind(out, "comparison");
	json_key(out, "comparable");
	json_bool(out, compare->comparable);
	json_key(out, "equal");
	json_bool(out, compare->comparable && compare->equal);
	json_text(out, "why", compare->why);
	print_number(out, "flows_in_both", true, pairs->in_both);
	print_number(out, "flows_equal", true, pairs->in_both - pairs->differ - pairs->incomplete);
	print_number(out, "flows_only_in_a", true, pairs->only[FILE_A]);
	print_number(out, "flows_only_in_b", true, pairs->only[FILE_B]);
	print_number(out, "flows_of_other_machines_a", true, pairs->other_machines[FILE_A]);
	print_number(out, "flows_of_other_machines_b", true, pairs->other_machines[FILE_B]);
	print_number(out, "flows_outside_common_time", true,
		     pairs->outside[FILE_A] + pairs->outside[FILE_B]);
	print_number(out, "flows_not_compared", true,
		     pairs->too_many + pairs->unsure[FILE_A] + pairs->unsure[FILE_B]);
	print_number(out, "equal_packets", true, world->packets);
	print_number(out, "equal_bytes", true, world->bytes);
	print_number(out, "unknown_bytes", true, world->unknown);
	print_number(out, "unreliable_payload_bytes", true, world->doubtful);
	print_number(out, "split_differently_bytes", true, world->split);
	print_number(out, "packets_outside_common_time", true, world->outside);
	print_number(out, "control_packets_lost_in_a", true, world->control_lost[FILE_A]);
	print_number(out, "control_packets_lost_in_b", true, world->control_lost[FILE_B]);
	print_number(out, "directions_not_compared", true, world->abandoned);
	print_number(out, "datagrams", true, pairs->datagrams);
	print_number(out, "differences_not_shown", true, world->differences.more);
	print_parts(compare);
	print_delays(compare);
	json_end(out);
}
