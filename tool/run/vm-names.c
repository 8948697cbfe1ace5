/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/vm-names.h"

#include "lib/identity/identity.h"

void vm_names_find(struct vsock_cid_names *names)
{
	struct vm_list list;

	vm_list_read(&list, "");
	for (size_t i = 0; i < list.count; i++) {
		const struct vm *vm = &list.vms[i];

		/* Without memory, the numbers are shown. */
		if (vm_list_owner(&list, vm->cid) == vm)
			(void)vsock_cid_names_add_found(names, vm->cid, vm->name);
	}
	vm_list_free(&list);
}
