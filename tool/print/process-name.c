/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/process-name.h"

#include "tool/print/json.h"
#include "tool/print/redact.h"

_Static_assert(PROCESS_TEXT_MAX <= VSOCK_FINDING_PROGRAM_MAX, "a sentence has room for programs");

static struct process_addresses turn(const struct process_addresses *a)
{
	return (struct process_addresses){a->remote_cid, a->remote_port, a->local_cid,
					  a->local_port};
}

/* `client` is as the client sees it. */
static const struct process_entry *find(const struct print_settings *settings,
					const struct process_addresses *client,
					enum vsock_side side, uint64_t first_ts)
{
	const struct process_addresses server = turn(client);

	return process_table_find(settings->processes, side == VSOCK_CLIENT ? client : &server,
				  first_ts);
}

/*
 * Nobody accepted a refused connection: a later one may have the same addresses. But a port that
 * was made up belongs to one connection, and a capture of hybrid vsock knows who refused it.
 */
static bool is_nobody(enum vsock_side side, bool refused, unsigned made_up)
{
	return side == VSOCK_SERVER && refused && made_up == 0;
}

const struct process_entry *process_of_flow(const struct print_settings *settings,
					    const struct vsock_flow *flow, enum vsock_side side)
{
	const struct process_addresses client = {flow->client_cid, flow->client_port,
						 flow->server_cid, flow->server_port};

	if (!settings->processes ||
	    is_nobody(side, flow->state == VSOCK_FLOW_REFUSED, flow->made_up))
		return NULL;
	return find(settings, &client, side, flow->first_ts);
}

/* Without a flow, the packet's time has to do. */
const struct process_entry *process_of_packet(const struct print_settings *settings,
					      const struct seen *seen, bool sender)
{
	const struct vsock_packet *p = seen->packet;
	const struct process_addresses source = {(uint32_t)p->src_cid, p->src_port,
						 (uint32_t)p->dst_cid, p->dst_port};
	const struct process_addresses target = turn(&source);
	const struct vsock_flow *flow = seen->event.flow;

	if (!settings->processes || !vsock_has(p, VSOCK_FIELD_DST_PORT))
		return NULL;
	if (flow)
		return process_of_flow(
		    settings, flow, sender ? seen->event.sender : vsock_peer(seen->event.sender));
	return process_table_find(settings->processes, sender ? &source : &target,
				  seen->record->ts);
}

const struct process_entry *process_of_finding(const struct print_settings *settings,
					       const struct vsock_finding *finding,
					       enum vsock_side side)
{
	const struct process_addresses client = {finding->client_cid, finding->client_port,
						 finding->server_cid, finding->server_port};

	if (settings->processes && finding->code == VSOCK_FINDING_CONNECT_FAILED)
		return side == VSOCK_CLIENT
			   ? process_table_failure(settings->processes, &client, finding->ts)
			   : NULL;
	if (!settings->processes || finding->flow == VSOCK_NO_FLOW ||
	    is_nobody(side, finding->code == VSOCK_FINDING_REFUSED, finding->made_up))
		return NULL;
	return find(settings, &client, side, finding->flow_first_ts);
}

void process_print(struct output *out, const struct process_entry *entry)
{
	char text[PROCESS_TEXT_MAX];
	size_t length;

	if (!entry) {
		output_char(out, '?');
		return;
	}
	length = process_text(text, &entry->process);
	output_bytes(out, text, length);
}

size_t process_finding_text(char text[static VSOCK_FINDING_TEXT_MAX],
			    const struct print_settings *settings,
			    const struct vsock_finding *finding)
{
	char names[2][PROCESS_TEXT_MAX];
	const char *programs[2] = {NULL, NULL};

	if (settings->redact)
		return vsock_finding_text_of(text, finding, settings->names, true, programs);
	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		const struct process_entry *entry =
		    process_of_finding(settings, finding, (enum vsock_side)side);

		if (!entry)
			continue;
		process_text(names[side], &entry->process);
		programs[side] = names[side];
	}
	return vsock_finding_text_of(text, finding, settings->names, settings->numbers, programs);
}

static void print_number(struct output *out, const char *key, bool there, uint64_t value)
{
	json_key(out, key);
	json_u64(out, there, value);
}

static void print_name(struct output *out, const struct print_settings *settings, const char *key,
		       const char *name)
{
	char pseudonym[REDACTED_SIZE];

	json_text(out, key, name && *name ? redact(pseudonym, settings->redact, name) : NULL);
}

void process_json(struct output *out, const struct print_settings *settings, const char *key,
		  const struct process_entry *entry)
{
	char container[PROCESS_CONTAINER_MAX];

	if (!settings->processes)
		return;
	json_key(out, key);
	if (!entry || (settings->redact && !settings->redact->keyed)) {
		json_null(out);
		return;
	}
	json_first_key(out, "pid");
	output_u64(out, entry->process.pid);
	print_number(out, "tid", entry->process.tid != 0, entry->process.tid);
	print_name(out, settings, "command", entry->process.command);
	print_name(out, settings, "cgroup", entry->process.cgroup);
	print_name(out, settings, "container",
		   process_container(container, entry->process.cgroup) ? container : NULL);
	output_char(out, '}');
}

void process_json_flow(struct output *out, const struct print_settings *settings,
		       const struct vsock_flow *flow)
{
	if (!settings->processes)
		return;
	process_json(out, settings, "client_process",
		     process_of_flow(settings, flow, VSOCK_CLIENT));
	process_json(out, settings, "server_process",
		     process_of_flow(settings, flow, VSOCK_SERVER));
}

void process_json_finding(struct output *out, const struct print_settings *settings,
			  const struct vsock_finding *finding)
{
	if (!settings->processes)
		return;
	process_json(out, settings, "client_process",
		     process_of_finding(settings, finding, VSOCK_CLIENT));
	process_json(out, settings, "server_process",
		     process_of_finding(settings, finding, VSOCK_SERVER));
}
