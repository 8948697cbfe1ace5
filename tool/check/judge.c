/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/kernel.h"
#include "lib/common/plural.h"
#include "tool/check/judge-seen.h"
#include "tool/check/row.h"
#include "tool/check/sources.h"

static void list_rights(char text[static CHECK_TEXT_MAX], const struct check_facts *facts)
{
	static const struct {
		unsigned number;
		const char *name;
	} known[] = {
	    {CAP_NET_RAW, "NET_RAW"}, {CAP_NET_ADMIN, "NET_ADMIN"}, {CAP_SYS_ADMIN, "SYS_ADMIN"},
	    {CAP_BPF, "BPF"},         {CAP_PERFMON, "PERFMON"},     {CAP_SYSLOG, "SYSLOG"},
	};
	size_t used = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (facts_have(facts, known[i].number))
			used += (size_t)snprintf(text + used, CHECK_TEXT_MAX - used, "%sCAP_%s",
						 used ? ", " : "", known[i].name);
	if (!used)
		snprintf(text, CHECK_TEXT_MAX, "none for captures");
}

static void judge_rights(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = row_add(report, CHECK_CAPTURE, "rights");
	char rights[CHECK_TEXT_MAX];

	list_rights(rights, facts);
	row_say(row, CHECK_OK, "%s%.500s%s",
		facts->file_capabilities ? "from the program's file: "
		: facts->root            ? "root: "
					 : "",
		rights, facts->user_namespace ? ", in a user namespace" : "");
	if (report->source || facts_capture_status(facts) != EXIT_PERMISSION)
		return;
	row->result = CHECK_FAIL;
	/* Whoever is root already has no more to give: a container took it away. */
	if (facts->root) {
		row->fix = "Start this container with CAP_NET_RAW and CAP_NET_ADMIN.";
		return;
	}
	row->fix = "Run vsockdump as root, or as root type:";
	snprintf(row->command, sizeof(row->command), "setcap cap_net_raw,cap_net_admin+ep %s",
		 facts->program);
}

static void judge_vsockmon(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = row_add(report, CHECK_CAPTURE, "vsockmon");
	const enum check_result bad = report->source ? CHECK_WARN : CHECK_FAIL;

	row->state = &facts->modules[MODULE_VSOCKMON];
	switch (*row->state) {
	case MODULE_LOADED:
		row_say(row, CHECK_OK, "the module is loaded");
		break;
	case MODULE_BUILT_IN:
		row_say(row, CHECK_OK, "part of this kernel");
		break;
	case MODULE_PRESENT:
		row_say(row, CHECK_OK, "not loaded; the kernel loads it for a capture");
		break;
	case MODULE_UNKNOWN:
		row_say(row, CHECK_SKIP,
			"not loaded; the modules of this kernel are not listed here");
		row->fix = "A capture finds out whether the kernel can load it.";
		break;
	case MODULE_ABSENT:
		row_say(row, bad, "this kernel has no vsockmon");
		row->fix = "Use a kernel with CONFIG_VSOCKMON, which needs CONFIG_VHOST_VSOCK.";
		break;
	}
	if (!module_is_active(*row->state) && *row->state != MODULE_ABSENT &&
	    facts->modules_disabled) {
		row_say(row, bad, "not loaded, and this kernel loads no more modules");
		row->fix = "Boot without kernel.modules_disabled.";
	}
	if (row->result == CHECK_WARN && facts_bpf_status(facts) == EXIT_OK)
		row->fix = "vsockdump captures with BPF instead.";
}

static void judge_interface(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row;

	if (facts->interface == CHECK_INTERFACE_NONE && facts_vsockmon_status(facts) != EXIT_OK)
		return;
	row = row_add(report, CHECK_CAPTURE, "interface");
	if (facts->interface == CHECK_INTERFACE_UP)
		row_say(row, CHECK_OK, "%s is up", facts->interface_name);
	else if (facts->interface == CHECK_INTERFACE_DOWN)
		row_say(row, CHECK_OK, "%s is down; a capture raises it", facts->interface_name);
	else if (facts_have(facts, CAP_SYS_ADMIN))
		row_say(row, CHECK_OK, "none; each capture gets a private one");
	else
		row_say(row, CHECK_OK, "none; a capture makes one and removes it");
}

static void judge_bpf_rights(struct check_row *row, const struct check_facts *facts)
{
	if (facts->user_namespace)
		row_say(row, CHECK_SKIP, "-i bpf does not work in a user namespace");
	else if (!facts_bpf_rights(facts))
		row_say(row, CHECK_SKIP, "-i bpf needs CAP_SYS_ADMIN, or CAP_BPF and CAP_PERFMON");
	else if (!facts_have(facts, CAP_SYS_ADMIN) && facts->paranoid > 2)
		row_say(row, CHECK_OK,
			"-i bpf works if the kernel has kprobe.multi: "
			"kernel.perf_event_paranoid is %d",
			facts->paranoid);
	else
		row_say(row, CHECK_OK, "-i bpf works%s",
			facts_have(facts, CAP_SYSLOG)
			    ? ""
			    : "; without CAP_SYSLOG, it cuts large payload");
}

static void judge_bpf(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = row_add(report, CHECK_CAPTURE, "bpf");

	if (facts_bpf_status(facts) == EXIT_OK || facts_bpf_status(facts) == EXIT_PERMISSION ||
	    facts->bpf == BPF_TAP_OK) {
		judge_bpf_rights(row, facts);
		return;
	}
	row_say(row, report->source ? CHECK_SKIP : CHECK_FAIL, "%.500s", facts->bpf_error);
	if (facts->bpf != BPF_TAP_NO_TRANSPORT || facts->modules_disabled)
		return;
	if (facts->modules[MODULE_LOOPBACK] == MODULE_PRESENT)
		row_modprobe(row, MODULE_LOOPBACK);
	else
		row->fix = "Load the module that carries your connections.";
}

/* What is known of this kernel's payload, and what avoids it. */
static void judge_payload(struct check_report *report, const struct check_facts *facts)
{
	const struct vsock_kernel_payload payload = vsock_kernel_payload(facts->os);
	struct check_row *row = row_add(report, CHECK_CAPTURE, "payload");

	if (!payload.unreliable) {
		row_say(row, CHECK_OK, "no fault of this kernel is known");
		return;
	}
	if (report->source && strcmp(report->source, "bpf") == 0) {
		row_say(row, CHECK_OK, "right: BPF avoids a known fault of this kernel's vsockmon");
		return;
	}
	if (payload.linear_max)
		row_say(row, CHECK_WARN,
			"vsockmon copies it wrongly in packets above %u bytes, and of "
			"MSG_ZEROCOPY. Headers are right",
			(unsigned)payload.linear_max);
	else
		row_say(row, CHECK_WARN,
			"vsockmon copies it wrongly of MSG_ZEROCOPY. Headers are right");
	if (facts_bpf_status(facts) != EXIT_OK) {
		row->fix = "Use Linux 6.12.90, 6.18.32, 7.0.9 or later of these series.";
		return;
	}
	row->fix = "For the right payload, type:";
	snprintf(row->command, sizeof(row->command), "vsockdump -i bpf");
}

static void choose_source(struct check_report *report, const struct check_facts *facts)
{
	report->status = facts_capture_status(facts);
	if (facts_vsockmon_status(facts) == EXIT_OK)
		report->source = "vsockmon";
	else if (facts_bpf_status(facts) == EXIT_OK)
		report->source = "bpf";
	if (report->source)
		report->status = EXIT_OK;
	report->hybrid = facts_hybrid_status(facts) == EXIT_OK;
}

/* The first check that failed says what to do. */
static void choose_next(struct check_report *report, const struct check_facts *facts)
{
	for (size_t i = 0; !report->source && i < report->count; i++) {
		const struct check_row *row = &report->rows[i];

		if (row->result != CHECK_FAIL || !row->fix)
			continue;
		report->next = row->fix;
		memcpy(report->command, row->command, sizeof(report->command));
		return;
	}
	if (!report->source)
		return;
	report->next = "Next, type:";
	/* Without -i, a capture only takes BPF where the kernel has no vsockmon. */
	snprintf(report->command, sizeof(report->command), "vsockdump%s",
		 facts_capture_status(facts) == EXIT_OK ? "" : " -i bpf");
}

void check_judge(struct check_report *report, const struct check_facts *facts)
{
	*report = (struct check_report){0};
	choose_source(report, facts);
	judge_rights(report, facts);
	judge_vsockmon(report, facts);
	judge_interface(report, facts);
	judge_bpf(report, facts);
	judge_payload(report, facts);
	judge_seen(report, facts);
	for (size_t i = 0; i < report->count; i++) {
		report->warnings += report->rows[i].result == CHECK_WARN;
		report->failures += report->rows[i].result == CHECK_FAIL;
	}
	choose_next(report, facts);
}
