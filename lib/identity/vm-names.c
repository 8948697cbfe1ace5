/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/identity/vm-names.h"

#include "lib/identity/identity.h"

/* The only hybrid machine with this CID: then packets of the CID on its sockets are its own. */
static bool is_only_hybrid(const struct vm_list *list, const struct vm *vm)
{
	if (!vm->hybrid || !vm->cid_known)
		return false;
	for (size_t i = 0; i < list->count; i++)
		if (&list->vms[i] != vm && list->vms[i].hybrid && list->vms[i].cid_known &&
		    list->vms[i].cid == vm->cid)
			return false;
	return true;
}

void vm_names_find(struct vsock_cid_names *names, const char *root, bool hybrid)
{
	struct vm_list list;

	vm_list_read(&list, root);
	for (size_t i = 0; i < list.count; i++) {
		const struct vm *vm = &list.vms[i];

		/* Without memory, the numbers are shown. */
		if (hybrid ? is_only_hybrid(&list, vm) : vm_list_owner(&list, vm->cid) == vm)
			(void)vsock_cid_names_add_found(names, vm->cid, vm->name);
	}
	vm_list_free(&list);
}
