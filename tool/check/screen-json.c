/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/screen.h"

#include <string.h>

#include "tool/check/machines.h"
#include "tool/check/row.h"
#include "tool/print/json.h"

static void print_row(struct output *out, const struct check_row *row)
{
	json_kind(out, "check");
	json_text(out, "group", check_group_name(row->group));
	json_text(out, "check", row->name);
	json_text(out, "result", check_result_name(row->result));
	json_text(out, "module", row->state ? module_state_name(*row->state) : NULL);
	json_text(out, "text", row->text);
	json_text(out, "fix", row->fix);
	json_text(out, "run", row->command);
	json_end(out);
}

static void print_listener(struct output *out, const struct listener *listener)
{
	json_kind(out, "listener");
	json_key(out, "cid");
	json_u64(out, listener->cid != UINT32_MAX, listener->cid);
	json_key(out, "port");
	json_u64(out, true, listener->port);
	json_key(out, "type");
	json_keyword(out, true, check_socket_type(listener->type), listener->type);
	json_key(out, "pid");
	json_u64(out, listener->pid != 0, listener->pid);
	json_text(out, "command", listener->pid ? listener->command : NULL);
	json_end(out);
}

static const char *ns_mode(const struct check_facts *facts, bool local)
{
	if (!facts->ns_known)
		return NULL;
	return local ? "local" : "global";
}

static void print_result(struct output *out, const struct check_report *report,
			 const struct check_facts *facts)
{
	json_kind(out, "check-result");
	json_text(out, "os", facts->os);
	json_text(out, "machine", facts->machine);
	json_key(out, "own_cid");
	json_u64(out, facts->cid_known && facts->cid != UINT32_MAX, facts->cid);
	json_text(out, "ns_mode", ns_mode(facts, facts->vsock_namespace.local));
	json_text(out, "child_ns_mode", ns_mode(facts, facts->vsock_namespace.children_local));
	json_text(out, "source", report->source);
	json_key(out, "exit_status");
	json_u64(out, true, report->status);
	json_key(out, "warnings");
	json_u64(out, true, report->warnings);
	json_key(out, "failures");
	json_u64(out, true, report->failures);
	json_text(out, "next", report->next);
	json_text(out, "run", report->command);
	json_end(out);
}

void check_print_json(struct output *out, const struct check_report *report,
		      const struct check_facts *facts)
{
	for (size_t i = 0; i < report->count; i++)
		print_row(out, &report->rows[i]);
	machines_print_json(out, report, &facts->vms);
	for (size_t i = 0; i < facts->listeners.count; i++)
		print_listener(out, &facts->listeners.list[i]);
	print_result(out, report, facts);
}
