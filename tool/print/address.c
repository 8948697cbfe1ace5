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

void address_print_marked(struct output *out, const struct print_settings *settings, uint64_t cid,
			  uint32_t port, bool made_up)
{
	address_print_cid(out, settings, cid);
	output_text(out, made_up ? ":?" : ":");
	output_u64(out, port);
}

/* Keeps the text, if it is short enough. */
static void keep_text(struct address_text *kept, const struct output *text, uint64_t cid)
{
	kept->length = 0;
	if (text->error || text->length > sizeof(kept->text))
		return;
	memcpy(kept->text, text->data, text->length);
	kept->length = (uint8_t)text->length;
	kept->cid = cid;
}

/* The CID's text. Its length is 0 if it is too long to keep. */
static inline const struct address_text *cid_text(const struct print_settings *settings,
						  struct address_cache *cache, uint64_t cid)
{
	uint32_t mixed = (uint32_t)cid * UINT32_C(0x9e3779b1);
	struct address_text *kept = &cache->cids[mixed >> (32 - CID_CACHE_BITS)];
	char room[TEXT_ROOM];
	struct output text;

	if (kept->length > 0 && kept->cid == cid)
		return kept;
	output_memory(&text, room, sizeof(room));
	address_print_cid(&text, settings, cid);
	keep_text(kept, &text, cid);
	return kept;
}

/* Copies all of the text's room, because a copy of constant length is a few loads and stores. */
static inline void print_kept(struct output *out, const struct address_text *kept)
{
	memcpy(output_room(out), kept->text, sizeof(kept->text));
	out->length += kept->length;
}

void address_print_once(struct output *out, const struct print_settings *settings,
			struct address_cache *cache, uint64_t cid, uint32_t port)
{
	const struct address_text *kept = cid_text(settings, cache, cid);

	if (kept->length > 0)
		print_kept(out, kept);
	else
		address_print_cid(out, settings, cid);
	output_char(out, ':');
	output_u64(out, port);
}

size_t address_width(const struct print_settings *settings, struct address_cache *cache,
		     uint64_t cid, uint32_t port)
{
	const struct address_text *kept = cid_text(settings, cache, cid);
	char room[TEXT_ROOM];
	struct output text;

	if (kept->length > 0)
		return kept->length + 1 + output_u64_width(port);
	output_memory(&text, room, sizeof(room));
	address_print(&text, settings, cid, port);
	return text.length;
}

/* The digits of a port, and the colon. */
#define PORT_MOST 11

static void fill_address(struct address_text *kept, const struct address_text *cid, uint32_t port)
{
	char *end = kept->text + cid->length;

	kept->length = 0;
	if (cid->length == 0 || cid->length > sizeof(kept->text) - PORT_MOST)
		return;
	memcpy(kept->text, cid->text, sizeof(kept->text));
	*end++ = ':';
	kept->length = (uint8_t)(output_put_u32(end, port) - kept->text);
	kept->cid = cid->cid;
	kept->port = port;
}

const struct address_text *address_keep(const struct print_settings *settings,
					struct address_cache *cache, uint64_t cid, uint32_t port)
{
	uint32_t mixed = ((uint32_t)cid + port) * UINT32_C(0x9e3779b1);
	struct address_text *kept = &cache->kept[mixed >> (32 - ADDRESS_CACHE_BITS)];

	if (kept->length == 0 || kept->cid != cid || kept->port != port)
		fill_address(kept, cid_text(settings, cache, cid), port);
	return kept;
}

void address_print_again(struct output *out, const struct print_settings *settings,
			 struct address_cache *cache, uint64_t cid, uint32_t port)
{
	const struct address_text *kept = address_keep(settings, cache, cid, port);

	if (kept->length > 0)
		print_kept(out, kept);
	else
		address_print(out, settings, cid, port);
}
