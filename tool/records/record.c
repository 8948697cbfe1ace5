/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/record.h"

#include <string.h>

#include "core/names.h"
#include "core/time-units.h"
#include "tool/print/json-finding.h"
#include "tool/print/json-flow.h"
#include "tool/print/json.h"
#include "tool/print/process-name.h"
#include "tool/print/redact.h"

const char *record_kind_name(enum record_kind kind)
{
	static const char *const names[RECORD_KINDS] = {
	    [RECORD_FLOW] = "flow",
	    [RECORD_INTERIM] = "flow_interim",
	    [RECORD_CONNECT_FAILED] = "connect_failed",
	    [RECORD_FINDING] = "finding",
	    [RECORD_CAPTURE] = "capture_stats",
	    [RECORD_REST] = "rest",
	};

	return names[kind];
}

static const struct print_settings *print_settings(const struct record_run *run)
{
	return &run->session->settings->print;
}

static void print_number(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, true, value);
}

/* Text of ours; or null. */
static void print_word(struct output *out, const char *key, const char *word)
{
	json_key(out, key);
	if (word)
		json_keyword(out, true, word, 0);
	else
		json_null(out);
}

static void print_flag(struct output *out, const char *key, bool value)
{
	json_key(out, key);
	json_bool(out, value);
}

static void print_redacted(struct output *out, const struct record_run *run, const char *key,
			   const char *name)
{
	char pseudonym[REDACTED_SIZE];

	json_text(out, key,
		  name && *name ? redact(pseudonym, print_settings(run)->redact, name) : NULL);
}

void record_common(struct output *out, struct record_run *run, uint32_t seq, uint64_t ts)
{
	print_number(out, "v", RECORD_VERSION);
	print_word(out, "run", *run->uid ? run->uid : NULL);
	print_number(out, "n", run->number);
	print_number(out, "seq", seq);
	print_redacted(out, run, "host_name", run->host_name);
	if (!ts) {
		print_word(out, "ts", NULL);
		return;
	}
	json_key(out, "ts");
	json_time(out, ts);
}

const char *record_service(const struct record_settings *settings, uint32_t port, size_t *index)
{
	for (size_t i = 0; i < settings->service_count; i++)
		if (settings->services[i].port == port) {
			*index = i;
			return settings->services[i].name;
		}
	*index = settings->service_count;
	return NULL;
}

static bool is_guest(uint32_t cid)
{
	return cid > VSOCK_CID_HOST && cid != VSOCK_CID_ANY;
}

uint32_t record_guest(const struct vsock_flow *flow)
{
	if (is_guest(flow->client_cid))
		return flow->client_cid;
	return is_guest(flow->server_cid) ? flow->server_cid : 0;
}

const char *record_initiator(const struct vsock_flow *flow)
{
	if (flow->marks & VSOCK_FLOW_ROLES_GUESSED)
		return "unknown";
	if (flow->client_cid == VSOCK_CID_LOCAL || flow->server_cid == VSOCK_CID_LOCAL ||
	    flow->client_cid == flow->server_cid)
		return "local";
	if (flow->client_cid == VSOCK_CID_HOST)
		return "host";
	return is_guest(flow->client_cid) ? "guest" : "unknown";
}

const char *record_failure(const struct vsock_flow *flow, uint64_t now)
{
	const unsigned established =
	    VSOCK_FLOW_MIDSTREAM | VSOCK_FLOW_NO_RESPONSE | VSOCK_FLOW_REORDERED;

	if (flow->response_ts || flow->marks & established)
		return NULL;
	switch (vsock_flow_state_at(flow, now)) {
	case VSOCK_FLOW_REFUSED:
		return "refused";
	case VSOCK_FLOW_TIMED_OUT:
		return "timeout";
	case VSOCK_FLOW_SUPERSEDED:
		return "superseded";
	case VSOCK_FLOW_RESET:
	case VSOCK_FLOW_CLOSED:
	case VSOCK_FLOW_FORCED:
		return "reset";
	default:
		return NULL;
	}
}

/* The first side that closed both directions, or reset. */
static const char *closed_by(const struct vsock_flow *flow)
{
	char history[VSOCK_FLOW_HISTORY_MAX];
	size_t first;

	vsock_flow_history(flow, history);
	first = strcspn(history, "FRfr");
	switch (history[first]) {
	case '\0':
		return NULL;
	case 'F':
	case 'R':
		return "client";
	default:
		return "server";
	}
}

static void print_codes(struct output *out, const struct vsock_flow *flow)
{
	bool any = false;

	json_key(out, "codes");
	output_char(out, '[');
	for (unsigned code = 1; code < VSOCK_FINDING_CODES; code++) {
		if (!(flow->reported >> code & 1))
			continue;
		if (any)
			output_char(out, ',');
		json_keyword(out, true, vsock_finding_name((enum vsock_finding_code)code), code);
		any = true;
	}
	output_char(out, ']');
}

static void print_changes(struct output *out, const struct record_flow *record)
{
	static const struct flow_note nothing;
	const struct vsock_flow_side *side = record->flow->side;
	const struct flow_note *note = record->note ? record->note : &nothing;

	print_number(out, "d_client_packets", side[VSOCK_CLIENT].packets - note->packets[0]);
	print_number(out, "d_server_packets", side[VSOCK_SERVER].packets - note->packets[1]);
	print_number(out, "d_client_bytes", side[VSOCK_CLIENT].bytes - note->bytes[0]);
	print_number(out, "d_server_bytes", side[VSOCK_SERVER].bytes - note->bytes[1]);
	print_number(out, "client_stalls", note->stalls[VSOCK_CLIENT]);
	print_number(out, "server_stalls", note->stalls[VSOCK_SERVER]);
}

static void print_place(struct output *out, const struct record_run *run, uint32_t guest,
			uint32_t port)
{
	size_t index;

	/* A name from the command line: its characters were checked there. */
	print_word(out, "service", record_service(&run->session->settings->records, port, &index));
	if (guest)
		json_cid_name(out, "vm", print_settings(run), guest);
	else
		print_word(out, "vm", NULL);
}

void record_print_flow(struct output *out, struct record_run *run, const struct record_flow *record)
{
	const struct vsock_flow *flow = record->flow;

	json_flow_of_kind(out, record_kind_name(record->kind), &run->session->json,
			  print_settings(run), flow, record->now, record->final);
	record_common(out, run, record->note ? record->note->seq : 0, record->now);
	print_word(out, "reason", record->reason);
	print_word(out, "initiator", record_initiator(flow));
	print_word(out, "closed_by", closed_by(flow));
	print_word(out, "error", record->error);
	print_number(out, "attempts", record->attempts);
	print_place(out, run, record_guest(flow), flow->server_port);
	print_changes(out, record);
	print_word(out, "worst",
		   flow->reported ? vsock_class_name((enum vsock_class)flow->worst) : NULL);
	print_codes(out, flow);
	json_end(out);
}

void record_print_finding(struct output *out, struct record_run *run,
			  const struct vsock_finding *finding, uint32_t seq, uint32_t count)
{
	const bool of_flow = finding->flow != VSOCK_NO_FLOW;
	const uint32_t guest = is_guest(finding->client_cid)   ? finding->client_cid
			       : is_guest(finding->server_cid) ? finding->server_cid
							       : 0;
	char text[VSOCK_FINDING_TEXT_MAX];
	size_t length = process_finding_text(text, print_settings(run), finding);

	json_kind(out, record_kind_name(RECORD_FINDING));
	print_word(out, "code", vsock_finding_name((enum vsock_finding_code)finding->code));
	print_word(out, "class", vsock_class_name((enum vsock_class)finding->severity));
	json_key(out, "text");
	json_string(out, text, length);
	json_key(out, "flow");
	json_u64(out, of_flow, finding->flow);
	if (of_flow) {
		json_finding_uid(out, &run->session->json, finding);
		json_place(out, &run->session->json, finding->point);
	} else {
		print_word(out, "uid", *run->uid ? run->uid : NULL);
		json_common_place(out, &run->session->json);
	}
	json_finding_packets(out, finding);
	print_number(out, "client_cid", finding->client_cid);
	print_number(out, "client_port", finding->client_port);
	print_number(out, "server_cid", finding->server_cid);
	print_number(out, "server_port", finding->server_port);
	print_flag(out, "update", finding->update);
	print_number(out, "count", count);
	print_place(out, run, guest, finding->server_port);
	if (finding->ts)
		json_time_key(out, &run->session->json, finding->ts);
	else
		print_word(out, "time", NULL);
	record_common(out, run, seq, finding->ts);
	json_end(out);
}

static void print_counter(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, value != CAPTURE_NOT_KNOWN, value);
}

static void print_source(struct output *out, const struct session *session)
{
	const struct capture_origin *origin =
	    session->json.describe ? session->json.describe(session->json.source, 0) : NULL;

	print_word(out, "source", session->settings->source.file_count ? "file" : "live");
	print_word(out, "version", session->program);
	json_text(out, "os", origin ? origin->os : NULL);
	json_text(out, "boot", origin ? origin->boot : NULL);
	json_key(out, "payload_unreliable");
	if (origin && (*origin->os || origin->bpf))
		json_bool(out, capture_origin_payload(origin).unreliable);
	else
		json_null(out);
}

static void print_counters(struct output *out, const struct session *session,
			   const struct record_capture *record)
{
	const struct capture_statistics statistics = session_statistics(session);
	const struct vsock_flow_stats flows = vsock_flow_table_stats(session->flows);

	print_number(out, "packets", session->packets);
	print_counter(out, "accepted", statistics.accepted);
	print_counter(out, "dropped_by_kernel", statistics.kernel_drops);
	print_counter(out, "dropped_by_interface", statistics.interface_drops);
	print_number(out, "flows_in_table", vsock_flow_table_count(session->flows));
	print_number(out, "flows_started", flows.opened);
	print_number(out, "flows_evicted", flows.evicted);
	json_key(out, "records");
	for (int kind = 0; kind < RECORD_KINDS; kind++) {
		if (kind == 0)
			json_first_key(out, record_kind_name((enum record_kind)kind));
		else
			json_key(out, record_kind_name((enum record_kind)kind));
		output_u64(out, record->records[kind]);
	}
	output_char(out, '}');
	print_number(out, "records_lost", record->lost);
}

static void print_time(struct output *out, struct record_run *run, uint64_t now)
{
	if (now)
		json_time_key(out, &run->session->json, now);
	else
		print_word(out, "time", NULL);
}

void record_print_capture(struct output *out, struct record_run *run,
			  const struct record_capture *record)
{
	json_kind(out, record_kind_name(RECORD_CAPTURE));
	print_word(out, "reason", record->reason);
	print_word(out, "uid", *run->uid ? run->uid : NULL);
	json_common_place(out, &run->session->json);
	print_source(out, run->session);
	print_number(out, "period_us", record->period_ns / NANOSECONDS_PER_MICROSECOND);
	print_counters(out, run->session, record);
	print_time(out, run, record->now);
	record_common(out, run, record->seq, record->now);
	json_end(out);
}

void record_print_rest(struct output *out, struct record_run *run, const struct record_rest *rest,
		       uint32_t seq, uint64_t now, uint64_t period_ns)
{
	json_kind(out, record_kind_name(RECORD_REST));
	print_word(out, "uid", *run->uid ? run->uid : NULL);
	json_common_place(out, &run->session->json);
	print_number(out, "period_us", period_ns / NANOSECONDS_PER_MICROSECOND);
	print_number(out, "flows", rest->flows);
	print_number(out, "client_packets", rest->packets[VSOCK_CLIENT]);
	print_number(out, "server_packets", rest->packets[VSOCK_SERVER]);
	print_number(out, "client_bytes", rest->bytes[VSOCK_CLIENT]);
	print_number(out, "server_bytes", rest->bytes[VSOCK_SERVER]);
	print_time(out, run, now);
	record_common(out, run, seq, now);
	json_end(out);
}
