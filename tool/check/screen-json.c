/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/screen.h"

#include <string.h>

#include "tool/check/row.h"
#include "tool/print/json.h"

static void string_or_null(struct output *out, const char *key, const char *text)
{
	json_key(out, key);
	if (text && *text)
		json_string(out, text, strlen(text));
	else
		json_null(out);
}

static void print_row(struct output *out, const struct check_row *row)
{
	json_kind(out, "check");
	string_or_null(out, "group", check_group_name(row->group));
	string_or_null(out, "check", row->name);
	string_or_null(out, "result", check_result_name(row->result));
	string_or_null(out, "module", row->state ? module_state_name(*row->state) : NULL);
	string_or_null(out, "text", row->text);
	string_or_null(out, "fix", row->fix);
	string_or_null(out, "run", row->command);
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
	string_or_null(out, "command", listener->pid ? listener->command : NULL);
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
	string_or_null(out, "os", facts->os);
	string_or_null(out, "machine", facts->machine);
	json_key(out, "own_cid");
	json_u64(out, facts->cid_known && facts->cid != UINT32_MAX, facts->cid);
	string_or_null(out, "ns_mode", ns_mode(facts, facts->vsock_namespace.local));
	string_or_null(out, "child_ns_mode", ns_mode(facts, facts->vsock_namespace.children_local));
	string_or_null(out, "source", report->source);
	json_key(out, "exit_status");
	json_u64(out, true, report->status);
	json_key(out, "warnings");
	json_u64(out, true, report->warnings);
	json_key(out, "failures");
	json_u64(out, true, report->failures);
	string_or_null(out, "next", report->next);
	string_or_null(out, "run", report->command);
	json_end(out);
}

void check_print_json(struct output *out, const struct check_report *report,
		      const struct check_facts *facts)
{
	for (size_t i = 0; i < report->count; i++)
		print_row(out, &report->rows[i]);
	for (size_t i = 0; i < facts->listeners.count; i++)
		print_listener(out, &facts->listeners.list[i]);
	print_result(out, report, facts);
}
