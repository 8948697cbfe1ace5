/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/names.h"
#include "tool/address.h"

void address_print_cid(struct output *out, const struct settings *settings, uint64_t cid)
{
	const char *name = settings->numbers ? NULL : vsock_cid_name(settings->names, cid);

	if (name != NULL)
		output_escaped(out, name, strlen(name));
	else if (cid > UINT32_MAX)
		output_hex(out, cid, 0);
	else
		output_u64(out, cid);
}

void address_print(struct output *out, const struct settings *settings, uint64_t cid, uint32_t port)
{
	address_print_cid(out, settings, cid);
	output_char(out, ':');
	output_u64(out, port);
}
