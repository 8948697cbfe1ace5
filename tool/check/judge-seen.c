/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/judge-seen.h"

#include <stdio.h>
#include <string.h>

#include "lib/common/plural.h"
#include "tool/check/row.h"
#include "tool/check/sources.h"

static void judge_cid(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = row_add(report, CHECK_SEEN, "cid");

	if (facts->cid_known && facts->cid != UINT32_MAX)
		row_say(row, CHECK_OK, "this machine is CID %u", (unsigned)facts->cid);
	else if (facts->cid_known)
		row_say(row, CHECK_SKIP, "none");
	else if (facts->cid_error)
		row_say(row, CHECK_SKIP, "not known: /dev/vsock: %s", strerror(facts->cid_error));
	else
		row_say(row, CHECK_SKIP, "none: vsock is not loaded");
}

/* How to say that packets are seen, if something can capture. */
static const char *are_seen(const struct check_report *report)
{
	return report->source ? "are seen" : "would be seen";
}

/* A row for a module that is not active. */
static void say_inactive(struct check_row *row, const struct check_facts *facts,
			 enum check_module module, const char *when)
{
	const char *name = module_name(module);

	switch (facts->modules[module]) {
	case MODULE_ABSENT:
		row_say(row, CHECK_SKIP, "this kernel has no %s", name);
		break;
	case MODULE_UNKNOWN:
		row_say(row, CHECK_SKIP, "%s is not loaded", name);
		break;
	default:
		if (facts->modules_disabled)
			row_say(row, CHECK_SKIP, "%s is not loaded, and cannot be", name);
		else
			row_say(row, CHECK_SKIP, "%s is not loaded; %s", name, when);
	}
}

static struct check_row *add_transport(struct check_report *report, const struct check_facts *facts,
				       enum check_module module, const char *name)
{
	struct check_row *row = row_add(report, CHECK_SEEN, name);

	row->state = &facts->modules[module];
	return row;
}

static void judge_loopback(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = add_transport(report, facts, MODULE_LOOPBACK, "loopback");

	if (module_is_active(*row->state)) {
		row_say(row, CHECK_OK, "connections inside this machine (CID 1) %s",
			are_seen(report));
		return;
	}
	say_inactive(row, facts, MODULE_LOOPBACK,
		     facts_loopback_comes(facts) ? "the first socket loads it"
						 : "connections to CID 1 fail");
	if (*row->state == MODULE_PRESENT && facts_may_load(facts, MODULE_LOOPBACK) &&
	    !facts_loopback_comes(facts))
		row_modprobe(row, MODULE_LOOPBACK);
}

static void judge_vhost(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = add_transport(report, facts, MODULE_VHOST, "vhost");

	if (!module_is_active(*row->state))
		say_inactive(row, facts, MODULE_VHOST, "the first guest that needs it loads it");
	else if (facts->vhost_users)
		row_say(row, CHECK_OK, "all packets of guests %s: %u process%s ha%s a guest",
			are_seen(report), facts->vhost_users, facts->vhost_users == 1 ? "" : "es",
			facts->vhost_users == 1 ? "s" : "ve");
	else
		row_say(row, CHECK_OK, "all packets of guests %s; no process with a guest found",
			are_seen(report));
}

static void judge_virtio(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = add_transport(report, facts, MODULE_VIRTIO, "virtio");

	if (!module_is_active(*row->state))
		say_inactive(row, facts, MODULE_VIRTIO, "a vsock device would load it");
	else if (facts->guest)
		row_say(row, CHECK_OK, "this is a guest: its packets to and from the host %s",
			are_seen(report));
	else
		row_say(row, CHECK_SKIP, "this machine has no vsock device of a host");
	row->detail = row->result == CHECK_SKIP;
}

/* No tap sees these. `here`: this machine has the device. */
static void judge_invisible(struct check_report *report, const struct check_facts *facts,
			    enum check_module module, const char *name, bool here)
{
	struct check_row *row = add_transport(report, facts, module, name);

	if (module_is_active(*row->state) && here) {
		row_say(row, CHECK_WARN, "no capture sees connections to the hypervisor");
		row->fix = "Its packets do not pass the function that copies them.";
		return;
	}
	if (module_is_active(*row->state))
		row_say(row, CHECK_SKIP, "this machine has no such device");
	else
		say_inactive(row, facts, module, "its hypervisor is needed");
	row->detail = true;
}

/* The packets of hybrid machines pass a UNIX socket. */
static void judge_hybrid(struct check_report *report, const struct check_facts *facts)
{
	const struct vm *first = NULL;
	struct check_row *row;
	unsigned count = 0;
	bool others = false;

	for (size_t i = 0; i < facts->vms.count; i++) {
		const struct vm *vm = &facts->vms.vms[i];

		if (!vm->hybrid)
			continue;
		if (!first)
			first = vm;
		others |= strcmp(first->vmm, vm->vmm) != 0;
		count++;
	}
	if (!first)
		return;
	row = row_add(report, CHECK_SEEN, "hybrid");
	row_say(row, CHECK_WARN, "%s%s: the packets of %u machine%s do not pass this kernel",
		first->vmm, others ? " and others" : "", count, plural(count));
	row->fix = "Capture inside such a guest.";
	if (!report->hybrid)
		return;
	row->fix = "To capture on their UNIX sockets, type:";
	snprintf(row->command, sizeof(row->command), "vsockdump -i hybrid");
}

static void judge_namespaces(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = row_add(report, CHECK_SEEN, "namespaces");
	const char *description = vsock_namespace_description(facts->vsock_namespace);

	if (!description) {
		row_say(row, CHECK_OK, "all share one set of CIDs%s",
			facts->ns_known ? " (ns_mode global)" : "");
		row->detail = !facts->ns_known;
		return;
	}
	row_say(row, CHECK_WARN, "%s: connections with equal addresses are mixed", description);
	row->fix = "See LIMITS in vsockdump(8).";
}

static void judge_machines(struct check_report *report, const struct check_facts *facts)
{
	const struct vm_list *vms = &facts->vms;
	struct check_row *row = row_add(report, CHECK_MACHINES, "machines");

	if (vms->count)
		row_say(row, CHECK_OK, "%zu found%s", vms->count, vms->more ? ", and more" : "");
	else if (vms->hidden)
		row_say(row, CHECK_SKIP, "not known: /proc hides the processes of others");
	else
		row_say(row, CHECK_SKIP, "none found");
	row->detail = !vms->count && !vms->hidden;
}

static void judge_listeners(struct check_report *report, const struct check_facts *facts)
{
	struct check_row *row = row_add(report, CHECK_LISTENERS, "listeners");
	const size_t count = facts->listeners.count;

	row->state = &facts->modules[MODULE_DIAG];
	if (facts->listeners.known && count) {
		row_say(row, CHECK_OK, "%zu socket%s%s", count, plural(count),
			facts->listeners.more ? " and more" : "");
	} else if (facts->listeners.known) {
		row_say(row, CHECK_OK, "nobody in this network namespace");
	} else if (module_is_active(*row->state)) {
		row_say(row, CHECK_SKIP, "the kernel does not say");
	} else {
		row_say(row, CHECK_SKIP, "not known: %s %s",
			*row->state == MODULE_ABSENT ? "this kernel has no" : "without",
			module_name(MODULE_DIAG));
		if (*row->state != MODULE_PRESENT || facts->modules_disabled)
			return;
		row_modprobe(row, MODULE_DIAG);
	}
}

void judge_seen(struct check_report *report, const struct check_facts *facts)
{
	judge_cid(report, facts);
	judge_loopback(report, facts);
	judge_vhost(report, facts);
	judge_virtio(report, facts);
	judge_invisible(report, facts, MODULE_VMCI, "vmci", facts->vmci);
	judge_invisible(report, facts, MODULE_HYPERV, "hyperv", true);
	judge_hybrid(report, facts);
	judge_namespaces(report, facts);
	judge_machines(report, facts);
	judge_listeners(report, facts);
}
