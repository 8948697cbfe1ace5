/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two sorted arrays would serve look-up by CID and by name; as sets are small and look-up by name
 * is rare (once per option or filter word), one array sorted by CID and a linear search by name
 * do. Look-up by CID happens twice per printed packet and is a binary search.
 */
#include "core/cid-names.h"

#include <stdlib.h>
#include <string.h>

#include "core/names.h"

struct entry {
	uint32_t cid;
	uint32_t order; /* of addition, so that the first of two equal names is found */
	char name[VSOCK_CID_NAME_LEN + 1];
};

struct vsock_cid_names {
	struct entry *entries; /* sorted by cid */
	size_t count;
	size_t room;
	uint32_t added;
};

struct vsock_cid_names *vsock_cid_names_new(void)
{
	return calloc(1, sizeof(struct vsock_cid_names));
}

void vsock_cid_names_free(struct vsock_cid_names *names)
{
	if (!names)
		return;
	free(names->entries);
	free(names);
}

/* Index of the entry with this CID, or of the place where it would be inserted. */
static size_t place_of(const struct vsock_cid_names *names, uint64_t cid)
{
	size_t low = 0;
	size_t high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->entries[middle].cid < cid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct vsock_cid_names *names, size_t place, uint64_t cid)
{
	return place < names->count && names->entries[place].cid == cid;
}

/* A number of 32 bits, decimal or 0x-hexadecimal, and nothing else. */
static bool parse_number(const char *text, uint32_t *number)
{
	static const char digits[] = "0123456789abcdef";
	unsigned base = 10;
	uint64_t value = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		char c = *text >= 'A' && *text <= 'F' ? (char)(*text - 'A' + 'a') : *text;
		const char *digit = memchr(digits, c, base);

		if (!digit)
			return false;
		value = value * base + (uint64_t)(digit - digits);
		if (value > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

/* A name must not read as a number, nor as an option, nor hold what a terminal or a filter minds.
 */
static bool good_name(const char *name)
{
	size_t length = strlen(name);
	bool only_digits = true;

	if (length == 0 || length > VSOCK_CID_NAME_LEN || name[0] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!name_char(name[i]))
			return false;
		if (name[i] < '0' || name[i] > '9')
			only_digits = false;
	}
	return !only_digits && !(name[0] == '0' && (name[1] == 'x' || name[1] == 'X'));
}

static bool make_room(struct vsock_cid_names *names)
{
	size_t room = names->room ? names->room * 2 : 16;
	struct entry *entries;

	if (names->count < names->room)
		return true;
	entries = realloc(names->entries, room * sizeof(*entries));
	if (!entries)
		return false;
	names->entries = entries;
	names->room = room;
	return true;
}

enum vsock_cid_names_result vsock_cid_names_add(struct vsock_cid_names *names, uint64_t cid,
						const char *name)
{
	size_t place = place_of(names, cid);
	struct entry *entry;

	if (!good_name(name))
		return VSOCK_CID_NAMES_BAD_NAME;
	if (cid > UINT32_MAX)
		return VSOCK_CID_NAMES_BAD_CID;
	if (!is_at(names, place, cid) && names->count == VSOCK_CID_NAMES_MAX)
		return VSOCK_CID_NAMES_FULL;
	if (!is_at(names, place, cid)) {
		if (!make_room(names))
			return VSOCK_CID_NAMES_NO_MEMORY;
		memmove(&names->entries[place + 1], &names->entries[place],
			(names->count - place) * sizeof(names->entries[0]));
		names->count++;
	}
	entry = &names->entries[place];
	entry->cid = (uint32_t)cid;
	entry->order = names->added++;
	memcpy(entry->name, name, strlen(name) + 1);
	return VSOCK_CID_NAMES_OK;
}

const char *vsock_cid_names_error(enum vsock_cid_names_result result)
{
	switch (result) {
	case VSOCK_CID_NAMES_OK:
		return "no error";
	case VSOCK_CID_NAMES_BAD_NAME:
		return "a name is 1 to 63 letters, digits, dots, hyphens or underscores, and no "
		       "number";
	case VSOCK_CID_NAMES_BAD_CID:
		return "a CID is a number from 0 to 4294967295";
	case VSOCK_CID_NAMES_FULL:
		return "more than 65536 names";
	case VSOCK_CID_NAMES_NO_MEMORY:
		return "out of memory";
	}
	return "unknown error";
}

const char *vsock_cid_name(const struct vsock_cid_names *names, uint64_t cid)
{
	if (names) {
		size_t place = place_of(names, cid);

		if (is_at(names, place, cid))
			return names->entries[place].name;
	}
	return vsock_cid_well_known(cid);
}

bool vsock_cid_by_name(const struct vsock_cid_names *names, const char *name, uint32_t *cid)
{
	const struct entry *found = NULL;

	for (size_t i = 0; names && i < names->count; i++) {
		const struct entry *e = &names->entries[i];

		if (strcmp(e->name, name) == 0 && (!found || e->order < found->order))
			found = e;
	}
	if (found) {
		*cid = found->cid;
		return true;
	}
	return vsock_cid_by_well_known_name(name, cid) || parse_number(name, cid);
}
