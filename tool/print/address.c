/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/address.h"

#include "core/names.h"

/* More than any name and port can take. */
#define TEXT_ROOM 2048

void address_print_cid(struct output *out, const struct print_settings *settings, uint64_t cid)
{
	const char *name = settings->numbers ? NULL : vsock_cid_name(settings->names, cid);

	if (name)
		output_escaped(out, name, strlen(name));
	else if (cid > UINT32_MAX)
		output_hex(out, cid, 0);
	else
		output_u64(out, cid);
}

void address_print(struct output *out, const struct print_settings *settings, uint64_t cid,
		   uint32_t port)
{
	address_print_cid(out, settings, cid);
	output_char(out, ':');
	output_u64(out, port);
}

/* Keeps the address' text, if it is short enough. */
static void keep_text(struct address_text *kept, const struct print_settings *settings,
		      uint64_t cid, uint32_t port)
{
	char room[TEXT_ROOM];
	struct output text;

	output_memory(&text, room, sizeof(room));
	address_print(&text, settings, cid, port);
	kept->length = 0;
	if (output_error(&text) || text.length > sizeof(kept->text))
		return;
	memcpy(kept->text, room, text.length);
	kept->length = (uint8_t)text.length;
	kept->cid = cid;
	kept->port = port;
}

void address_print_again(struct output *out, const struct print_settings *settings,
			 struct address_cache *cache, uint64_t cid, uint32_t port)
{
	uint32_t mixed = ((uint32_t)cid + port) * UINT32_C(0x9e3779b1);
	struct address_text *kept = &cache->kept[mixed >> (32 - ADDRESS_CACHE_BITS)];

	if (kept->length == 0 || kept->cid != cid || kept->port != port)
		keep_text(kept, settings, cid, port);
	if (kept->length == 0) {
		address_print(out, settings, cid, port);
		return;
	}
	/*
	 * Copies all of the text's room, because a copy of constant length is a few loads and
	 * stores.
	 */
	memcpy(output_room(out), kept->text, sizeof(kept->text));
	out->length += kept->length;
}
