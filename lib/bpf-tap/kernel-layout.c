/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/bpf-tap/kernel-layout.h"

#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "lib/bpf-tap/btf-lookup.h"

/* `btf`: of the module, with all types of the kernel. */
static void read_layout(struct tap_layout *layout, const struct btf *btf, char *missing)
{
	struct btf_lookup skb = btf_lookup_type(btf, "sk_buff", BTF_KIND_STRUCT, missing);
	struct btf_lookup mark =
	    btf_lookup_type(btf, "virtio_vsock_skb_cb", BTF_KIND_STRUCT, missing);
	struct btf_lookup shared =
	    btf_lookup_type(btf, "skb_shared_info", BTF_KIND_STRUCT, missing);
	struct btf_lookup fragment = btf_lookup_type(btf, "skb_frag_t", BTF_KIND_TYPEDEF, missing);
	struct btf_lookup page = btf_lookup_type(btf, "page", BTF_KIND_STRUCT, missing);
	const uint32_t marks = btf_lookup_member(&skb, "cb", NULL);

	*layout = (struct tap_layout){
	    .head = btf_lookup_member(&skb, "head", NULL),
	    .data = btf_lookup_member(&skb, "data", NULL),
	    .length = btf_lookup_member(&skb, "len", NULL),
	    .data_length = btf_lookup_member(&skb, "data_len", NULL),
	    .end = btf_lookup_member(&skb, "end", NULL),
	    .delivered = marks + btf_lookup_member(&mark, "tap_delivered", NULL),
	    .offset = btf_lookup_optional(&mark, "offset", marks),
	    .fragment_count = btf_lookup_member(&shared, "nr_frags", NULL),
	    .fragments = btf_lookup_member(&shared, "frags", NULL),
	    .fragment_size = fragment.type ? fragment.type->size : 0,
	    .fragment_page = btf_lookup_member(&fragment, "netmem", "bv_page"),
	    .fragment_length = btf_lookup_member(&fragment, "len", "bv_len"),
	    .fragment_offset = btf_lookup_member(&fragment, "offset", "bv_offset"),
	    .page_size = page.type ? page.type->size : 0,
	};
}

static enum bpf_tap_result check_function(const struct btf *btf, char *error)
{
	const int id = btf__find_by_name_kind(btf, TAP_FUNCTION, BTF_KIND_FUNC);
	const char *argument;

	if (id < 0) {
		snprintf(error, BPF_TAP_ERROR_MAX,
			 "no module is loaded that carries vsock packets");
		return BPF_TAP_NO_TRANSPORT;
	}
	argument = btf_lookup_argument(btf, btf__type_by_id(btf, (uint32_t)id));
	if (strcmp(argument, "sk_buff") == 0)
		return BPF_TAP_OK;
	snprintf(error, BPF_TAP_ERROR_MAX,
		 "this kernel is too old for the BPF tap: " TAP_FUNCTION "() gets %s%.64s. "
		 "Linux 6.3 and 6.1.63 changed it to struct sk_buff",
		 *argument ? "struct " : "something else", argument);
	return BPF_TAP_NO_KERNEL;
}

enum bpf_tap_result kernel_layout_read(struct tap_layout *layout, const char *folder,
				       char error[static BPF_TAP_ERROR_MAX])
{
	char missing[BPF_TAP_ERROR_MAX] = "";
	struct btf *kernel = btf_lookup_kernel(folder, error);
	struct btf *module;
	enum bpf_tap_result result;

	if (!kernel)
		return BPF_TAP_NO_KERNEL;
	/* If the kernel has the function itself, there is no such file. */
	module = btf_lookup_load(folder, TAP_MODULE, kernel);
	result = check_function(module ? module : kernel, error);
	if (result == BPF_TAP_OK) {
		read_layout(layout, module ? module : kernel, missing);
		if (*missing) {
			snprintf(error, BPF_TAP_ERROR_MAX,
				 "the BPF tap does not know this kernel: it has no %.128s",
				 missing);
			result = BPF_TAP_NO_KERNEL;
		}
	}
	btf__free(module);
	btf__free(kernel);
	return result;
}
