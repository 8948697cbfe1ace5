/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/metrics-vms.h"

#include <stdio.h>
#include <string.h>

#include "core/time-units.h"
#include "tool/print/redact.h"

static struct metrics_vm *search(struct metrics_vms *vms, uint32_t cid)
{
	for (uint32_t i = 0; i < vms->used; i++)
		if (*vms->list[i].name && vms->list[i].cid == cid)
			return &vms->list[i];
	return NULL;
}

static struct metrics_vm *free_place(struct metrics_vms *vms)
{
	for (uint32_t i = 0; i < vms->used; i++)
		if (!*vms->list[i].name)
			return &vms->list[i];
	return vms->used < METRICS_VMS_MAX ? &vms->list[vms->used++] : NULL;
}

static struct metrics_vm *add(struct metrics_vms *vms, uint32_t cid,
			      const struct print_settings *settings)
{
	const char *name = settings->numbers ? NULL : vsock_cid_plain_name(settings->names, cid);
	char pseudonym[REDACTED_SIZE];
	struct metrics_vm *vm;

	if (name)
		name = redact(pseudonym, settings->redact, name);
	vm = name ? free_place(vms) : NULL;
	if (!vm)
		return NULL;
	*vm = (struct metrics_vm){.cid = cid};
	snprintf(vm->name, sizeof(vm->name), "%s", name);
	return vm;
}

struct metrics_vm *metrics_vm_find(struct metrics_vms *vms, uint32_t cid,
				   const struct print_settings *settings, uint64_t now)
{
	uint16_t *place = &vms->places[cid % METRICS_VM_PLACES];
	struct metrics_vm *vm = *place ? &vms->list[*place - 1] : NULL;

	if (!vm || vm->cid != cid || !*vm->name) {
		vm = search(vms, cid);
		if (!vm)
			vm = add(vms, cid, settings);
		if (!vm)
			return &vms->others;
		*place = (uint16_t)(vm - vms->list + 1);
	}
	vm->last = now;
	return vm;
}

void metrics_vms_expire(struct metrics_vms *vms, uint64_t now)
{
	for (uint32_t i = 0; i < vms->used; i++) {
		struct metrics_vm *vm = &vms->list[i];

		if (*vm->name && vm->open <= 0 && now > vm->last &&
		    now - vm->last > METRICS_VM_SECONDS * NANOSECONDS_PER_SECOND)
			vm->name[0] = '\0';
	}
}
