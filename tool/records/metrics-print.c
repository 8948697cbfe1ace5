/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text format of Prometheus, version 0.0.4: a family has its HELP and TYPE, then all its
 * samples. Without times: the exporter refuses a file with times.
 */
#include <inttypes.h>
#include <string.h>

#include "core/finding-text.h"
#include "core/time-units.h"
#include "tool/records/metrics.h"
#include "tool/records/record.h"

static const char *const initiators[INITIATORS] = {"guest", "host", "local", "unknown"};
static const char *const failures[FAILURES] = {"refused", "timeout", "reset", "superseded"};
static const char *const directions[DIRECTIONS] = {"to_guest", "from_guest", "local"};
static const char *const blocked[BLOCKED] = {"guest", "host", "local"};

static void family(struct output *out, const char *name, const char *type, const char *help)
{
	output_printf(out, "# HELP vsockdump_%s %s\n# TYPE vsockdump_%s %s\n", name, help, name,
		      type);
}

/* Of one service, and of all. */
struct service_row {
	const char *name;
	const struct metrics_service *service;
};

static uint32_t service_rows(const struct metrics *metrics,
			     struct service_row rows[static SERVICE_NAMES_MAX + 1])
{
	const struct record_settings *settings = &metrics->session->settings->records;
	uint32_t count = 0;

	for (; count < settings->service_count; count++)
		rows[count] =
		    (struct service_row){settings->services[count].name, &metrics->services[count]};
	rows[count] = (struct service_row){"other", &metrics->services[count]};
	return count + 1;
}

/* A family with the labels "service" and another one. */
struct by_service {
	const char *name;
	const char *help;
	const char *label;
	const char *const *values;
	uint32_t count;
	const uint64_t *(*numbers)(const struct metrics_service *service);
};

static const uint64_t *opened(const struct metrics_service *service)
{
	return service->opened;
}

static const uint64_t *failed(const struct metrics_service *service)
{
	return service->failures;
}

static const uint64_t *packets(const struct metrics_service *service)
{
	return service->packets;
}

static const uint64_t *bytes(const struct metrics_service *service)
{
	return service->bytes;
}

static const struct by_service counters[] = {
    {"connections_opened_total", "Connections that were established.", "initiator", initiators,
     INITIATORS, opened},
    {"connect_failures_total", "Attempts to connect that failed.", "reason", failures, FAILURES,
     failed},
    {"packets_total", "Packets of connections.", "direction", directions, DIRECTIONS, packets},
    {"payload_bytes_total", "Payload of connections.", "direction", directions, DIRECTIONS, bytes},
};

static void print_by_service(struct output *out, const struct service_row *rows, uint32_t count)
{
	for (size_t f = 0; f < sizeof(counters) / sizeof(counters[0]); f++) {
		const struct by_service *of = &counters[f];

		family(out, of->name, "counter", of->help);
		for (uint32_t i = 0; i < count; i++)
			for (uint32_t j = 0; j < of->count; j++)
				output_printf(
				    out, "vsockdump_%s{service=\"%s\",%s=\"%s\"} %" PRIu64 "\n",
				    of->name, rows[i].name, of->label, of->values[j],
				    of->numbers(rows[i].service)[j]);
	}
}

static void print_closed(struct output *out, const struct service_row *rows, uint32_t count)
{
	family(out, "connections_closed_total", "counter", "Connections that ended, by how.");
	for (uint32_t i = 0; i < count; i++)
		for (int state = VSOCK_FLOW_CLOSED; state < VSOCK_FLOW_STATES; state++)
			output_printf(
			    out,
			    "vsockdump_connections_closed_total{service=\"%s\",state=\"%s\"} "
			    "%" PRIu64 "\n",
			    rows[i].name, vsock_flow_state_name((enum vsock_flow_state)state),
			    rows[i].service->closed[state]);
	family(out, "open_connections", "gauge", "Connections that are open now.");
	for (uint32_t i = 0; i < count; i++)
		output_printf(out, "vsockdump_open_connections{service=\"%s\"} %" PRId64 "\n",
			      rows[i].name, rows[i].service->open > 0 ? rows[i].service->open : 0);
}

/* Microseconds as seconds, without zeros at the end: "0.00005". */
static void print_edge(struct output *out, uint32_t us)
{
	uint32_t fraction = us % 1000000;
	unsigned digits = 6;

	output_u64(out, us / 1000000);
	if (fraction == 0)
		return;
	for (; fraction % 10 == 0; fraction /= 10)
		digits--;
	output_char(out, '.');
	output_digits(out, fraction, digits);
}

struct histogram_rows {
	const char *name;
	const char *label;
	const char *value;
	const uint32_t *edges;
	size_t edge_count;
	const uint64_t *counts; /* one more than edges */
	uint64_t sum_ns;
};

static void print_histogram(struct output *out, const struct histogram_rows *rows)
{
	uint64_t count = 0;

	for (size_t i = 0; i <= rows->edge_count; i++) {
		count += rows->counts[i];
		output_printf(out, "vsockdump_%s_bucket{%s=\"%s\",le=\"", rows->name, rows->label,
			      rows->value);
		if (i < rows->edge_count)
			print_edge(out, rows->edges[i]);
		else
			output_text(out, "+Inf");
		output_printf(out, "\"} %" PRIu64 "\n", count);
	}
	output_printf(out, "vsockdump_%s_sum{%s=\"%s\"} %" PRIu64 ".%09" PRIu64 "\n", rows->name,
		      rows->label, rows->value, rows->sum_ns / NANOSECONDS_PER_SECOND,
		      rows->sum_ns % NANOSECONDS_PER_SECOND);
	output_printf(out, "vsockdump_%s_count{%s=\"%s\"} %" PRIu64 "\n", rows->name, rows->label,
		      rows->value, count);
}

static void print_histograms(struct output *out, const struct metrics *metrics,
			     const struct service_row *rows, uint32_t count)
{
	family(out, "handshake_seconds", "histogram", "Time from REQUEST to RESPONSE.");
	for (uint32_t i = 0; i < count; i++)
		print_histogram(out, &(struct histogram_rows){"handshake_seconds", "service",
							      rows[i].name, metrics_handshake_edges,
							      HANDSHAKE_EDGES,
							      rows[i].service->handshakes,
							      rows[i].service->handshake_ns});
	family(out, "credit_stall_seconds", "histogram",
	       "Time that a sender had no credit, of stalls of 10 ms and more.");
	for (int i = 0; i < BLOCKED; i++)
		print_histogram(out, &(struct histogram_rows){
					 "credit_stall_seconds", "blocked", blocked[i],
					 metrics_stall_edges, STALL_EDGES, metrics->stalls[i],
					 metrics->stall_us[i] * NANOSECONDS_PER_MICROSECOND});
}

static void print_findings(struct output *out, const struct metrics *metrics)
{
	family(out, "findings_total", "counter", "Findings, by code; see vsock-findings(7).");
	for (unsigned code = 1; code < VSOCK_FINDING_CODES; code++)
		for (unsigned class = 0; class < VSOCK_CLASSES; class ++)
			if (metrics->findings[code][class])
				output_printf(
				    out,
				    "vsockdump_findings_total{code=\"%s\",class=\"%s\"} %" PRIu64
				    "\n",
				    vsock_finding_name((enum vsock_finding_code)code),
				    vsock_class_name((enum vsock_class) class),
				    metrics->findings[code][class]);
}

static void print_seconds(struct output *out, const char *name, uint64_t ns)
{
	output_printf(out, "vsockdump_%s %" PRIu64 ".%09" PRIu64 "\n", name,
		      ns / NANOSECONDS_PER_SECOND, ns % NANOSECONDS_PER_SECOND);
}

static void print_drops(struct output *out, const struct session *session)
{
	const struct capture_statistics statistics = session_statistics(session);

	family(out, "dropped_packets_total", "counter", "Packets that were not captured.");
	if (statistics.kernel_drops != CAPTURE_NOT_KNOWN)
		output_printf(out,
			      "vsockdump_dropped_packets_total{where=\"kernel\"} %" PRIu64 "\n",
			      statistics.kernel_drops);
	if (statistics.interface_drops != CAPTURE_NOT_KNOWN)
		output_printf(out,
			      "vsockdump_dropped_packets_total{where=\"interface\"} %" PRIu64 "\n",
			      statistics.interface_drops);
}

static void print_number(struct output *out, const char *name, const char *type, const char *help,
			 uint64_t value)
{
	family(out, name, type, help);
	output_printf(out, "vsockdump_%s %" PRIu64 "\n", name, value);
}

static void print_capture(struct output *out, const struct metrics *metrics)
{
	const struct session *session = metrics->session;
	const struct vsock_flow_stats flows = vsock_flow_table_stats(session->flows);
	const uint32_t most = session->settings->flow.most;

	family(out, "build_info", "gauge", "Always 1; the version is a label.");
	output_printf(out, "vsockdump_build_info{version=\"%s\",schema=\"%d\"} 1\n",
		      strchr(session->program, ' ') + 1, RECORD_VERSION);
	family(out, "start_time_seconds", "gauge", "Start of the capture, since 1970.");
	print_seconds(out, "start_time_seconds", metrics->start);
	family(out, "last_packet_timestamp_seconds", "gauge",
	       "Time of the last packet, since 1970.");
	print_seconds(out, "last_packet_timestamp_seconds", metrics->last);
	print_number(out, "captured_packets_total", "counter", "Packets that were captured.",
		     metrics->packets);
	print_drops(out, session);
	print_number(out, "flow_table_flows", "gauge", "Flows in the table.",
		     vsock_flow_table_count(session->flows));
	print_number(out, "flow_table_flows_limit", "gauge", "Room for flows in the table.",
		     most ? most : VSOCK_FLOW_MAX_DEFAULT);
	print_number(out, "flows_evicted_total", "counter",
		     "Flows that left the table early, to make room.", flows.evicted);
}

static void print_records(struct output *out, const struct metrics_records *records)
{
	if (!records->records)
		return;
	family(out, "records_total", "counter", "Records of --flow-log.");
	for (int kind = 0; kind < RECORD_KINDS; kind++)
		output_printf(out, "vsockdump_records_total{kind=\"%s\"} %" PRIu64 "\n",
			      record_kind_name((enum record_kind)kind), records->records[kind]);
	print_number(out, "records_lost_total", "counter", "Records that could not be written.",
		     records->lost);
}

/* Machines ------------------------------------------------------------------------------------- */

struct by_vm {
	const char *name;
	const char *type;
	const char *help;
	const char *label; /* NULL: none */
	const char *const *values;
	uint32_t count;
	const uint64_t *(*numbers)(const struct metrics_vm *vm);
	uint32_t unit; /* numbers are so many times as large */
};

static const uint64_t *vm_opened(const struct metrics_vm *vm)
{
	return vm->opened;
}

static const uint64_t *vm_failed(const struct metrics_vm *vm)
{
	return vm->failures;
}

static const uint64_t *vm_bytes(const struct metrics_vm *vm)
{
	return vm->bytes;
}

static const uint64_t *vm_blocked(const struct metrics_vm *vm)
{
	return vm->blocked_us;
}

static const struct by_vm vm_counters[] = {
    {"vm_connections_opened_total", "counter", "Connections of a virtual machine.", "initiator",
     initiators, INITIATORS, vm_opened, 1},
    {"vm_connect_failures_total", "counter", "Failed attempts of or to a virtual machine.",
     "reason", failures, FAILURES, vm_failed, 1},
    {"vm_payload_bytes_total", "counter", "Payload of a virtual machine.", "direction", directions,
     DIRECTIONS, vm_bytes, 1},
    {"vm_blocked_seconds_total", "counter",
     "Time that a sender had no credit, of stalls of 10 ms and more.", "blocked", blocked, BLOCKED,
     vm_blocked, 1000000},
};

static void print_vm(struct output *out, const struct by_vm *of, const struct metrics_vm *vm,
		     const char *name)
{
	for (uint32_t i = 0; i < of->count; i++) {
		uint64_t number = of->numbers(vm)[i];

		output_printf(out, "vsockdump_%s{vm=\"%s\",%s=\"%s\"} %" PRIu64, of->name, name,
			      of->label, of->values[i], number / of->unit);
		if (of->unit > 1)
			output_printf(out, ".%06" PRIu64, number % of->unit);
		output_char(out, '\n');
	}
}

static void print_open(struct output *out, const struct metrics_vm *vm, const char *name)
{
	output_printf(out, "vsockdump_vm_open_connections{vm=\"%s\"} %" PRId64 "\n", name,
		      vm->open > 0 ? vm->open : 0);
}

static void print_vms(struct output *out, const struct metrics_vms *vms)
{
	family(out, "vm_open_connections", "gauge", "Open connections of a virtual machine.");
	for (uint32_t i = 0; i < vms->used; i++)
		if (*vms->list[i].name)
			print_open(out, &vms->list[i], vms->list[i].name);
	print_open(out, &vms->others, "other");
	for (size_t f = 0; f < sizeof(vm_counters) / sizeof(vm_counters[0]); f++) {
		const struct by_vm *of = &vm_counters[f];

		family(out, of->name, of->type, of->help);
		for (uint32_t i = 0; i < vms->used; i++)
			if (*vms->list[i].name)
				print_vm(out, of, &vms->list[i], vms->list[i].name);
		print_vm(out, of, &vms->others, "other");
	}
	family(out, "labels_folded_total", "counter",
	       "Connections whose label is \"other\", because there was no name or no room.");
	output_printf(out, "vsockdump_labels_folded_total{label=\"vm\"} %" PRIu64 "\n",
		      vms->folded);
}

void metrics_print(struct output *out, const struct metrics *metrics,
		   const struct metrics_records *records)
{
	struct service_row rows[SERVICE_NAMES_MAX + 1];
	uint32_t count = service_rows(metrics, rows);

	print_capture(out, metrics);
	print_records(out, records);
	print_by_service(out, rows, count);
	print_closed(out, rows, count);
	print_histograms(out, metrics, rows, count);
	print_findings(out, metrics);
	if (metrics->session->settings->records.metrics_by_vm)
		print_vms(out, &metrics->vms);
}
