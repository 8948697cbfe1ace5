/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/machines.h"

#include <stdio.h>
#include <string.h>

#include "tool/print/json.h"

#define NAME_AT   8
#define VMM_AT    38
#define LINE_END  80
#define SHOWN_MAX 8

/* "vsockmon", "bpf" or "hybrid", whichever a capture would use; NULL: it would see nothing. */
static const char *seen_by(const struct vm *vm, const struct check_report *report)
{
	if (vm->hybrid)
		return report->hybrid ? "hybrid" : NULL;
	return report->source;
}

/* Several machines have its CID, so it names none of them. */
static bool is_ambiguous(const struct vm *vm, const struct vm_list *vms)
{
	return !vm->hybrid && vm->cid_known && vm_list_owner(vms, vm->cid) != vm;
}

static const char *seen_text(const struct vm *vm, const struct check_report *report,
			     const struct vm_list *vms)
{
	if (is_ambiguous(vm, vms))
		return "CID used twice";
	/* The paths of libkrun's ports are known to the user only. */
	if (vm->hybrid && report->hybrid && strcmp(vm->vmm, "libkrun") == 0)
		return "seen by -i hybrid with --hybrid-socket";
	if (vm->hybrid)
		return report->hybrid ? "seen by -i hybrid" : "not seen";
	return report->source ? "seen" : "would be seen";
}

static void print_machine(struct output *out, const struct vm *vm, const char *seen)
{
	char name[VM_NAME_MAX + 16];
	size_t length;

	if (vm->cid_known)
		snprintf(name, sizeof(name), "%s(%u)", vm->name, (unsigned)vm->cid);
	else
		snprintf(name, sizeof(name), "%s", vm->name);
	length = strlen(name);
	output_blanks(out, NAME_AT);
	output_text(out, name);
	if (length + 1 > VMM_AT - NAME_AT) {
		output_char(out, '\n');
		length = 0;
		output_blanks(out, NAME_AT);
	}
	output_blanks(out, VMM_AT - NAME_AT - length);
	length = (size_t)snprintf(name, sizeof(name), vm->pid ? "%s (pid %u)" : "%s", vm->vmm,
				  (unsigned)vm->pid);
	output_text(out, name);
	output_char(out, ',');
	if (VMM_AT + length + strlen(", ") + strlen(seen) > LINE_END) {
		output_char(out, '\n');
		output_blanks(out, VMM_AT);
	} else {
		output_char(out, ' ');
	}
	output_printf(out, "%s\n", seen);
}

void machines_print_text(struct output *out, const struct check_report *report,
			 const struct vm_list *vms)
{
	for (size_t i = 0; i < vms->count && i < SHOWN_MAX; i++)
		print_machine(out, &vms->vms[i], seen_text(&vms->vms[i], report, vms));
	if (vms->count > SHOWN_MAX) {
		output_blanks(out, NAME_AT);
		output_printf(out, "%zu more: --json lists them\n", vms->count - SHOWN_MAX);
	}
}

void machines_print_json(struct output *out, const struct check_report *report,
			 const struct vm_list *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		const struct vm *vm = &vms->vms[i];

		json_kind(out, "machine");
		json_text(out, "name", vm->name);
		json_key(out, "cid");
		json_u64(out, vm->cid_known, vm->cid);
		json_text(out, "vmm", vm->vmm);
		json_key(out, "pid");
		json_u64(out, vm->pid != 0, vm->pid);
		json_text(out, "seen_by", seen_by(vm, report));
		json_key(out, "ambiguous");
		json_bool(out, is_ambiguous(vm, vms));
		json_text(out, "socket", vm->socket);
		json_end(out);
	}
}
