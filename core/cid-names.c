/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names are in an array, in the order of their addition. Each printed packet looks up two CIDs, so
 * a hash table of indices finds a CID fast. A name is looked up once per option or filter word, so
 * a linear search is enough. The hash needs no key, because the user chooses the CIDs, not the
 * wire.
 */
#include "core/cid-names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"

#define FIRST_ROOM 16

/* What a found name has more: "(4294967295)". */
#define CID_SUFFIX 12

struct entry {
	uint32_t cid;
	uint32_t order; /* order of naming: the first of two equal names is found */
	bool found;     /* not the user's */
	char name[VSOCK_CID_NAME_LEN + 1];
	char shown[VSOCK_CID_NAME_LEN + 1 + CID_SUFFIX];
};

struct vsock_cid_names {
	struct entry *entries;
	uint32_t *slots; /* twice as many as entries: an index plus 1, or 0 if unused */
	uint32_t count;
	uint32_t room; /* a power of two */
	uint32_t named;
};

void vsock_cid_names_free(struct vsock_cid_names *names)
{
	if (!names)
		return;
	free(names->entries);
	free(names->slots);
	free(names);
}

/* The slot of this CID, or the free one where it belongs: half of them are free, or more. */
static uint32_t *slot_of(const struct vsock_cid_names *names, uint32_t cid)
{
	uint32_t mask = 2 * names->room - 1;
	uint32_t hash = cid * UINT32_C(0x9e3779b1); /* 2^32 over the golden ratio spreads rows */

	for (uint32_t i = hash ^ hash >> 15;; i++) {
		uint32_t *slot = &names->slots[i & mask];

		if (*slot == 0 || names->entries[*slot - 1].cid == cid)
			return slot;
	}
}

static bool make_room(struct vsock_cid_names *names, uint32_t room)
{
	struct entry *entries = realloc(names->entries, room * sizeof(*entries));
	uint32_t *slots;

	if (!entries)
		return false;
	names->entries = entries;
	slots = calloc(2 * (size_t)room, sizeof(*slots));
	if (!slots)
		return false;
	free(names->slots);
	names->slots = slots;
	names->room = room;
	for (uint32_t i = 0; i < names->count; i++)
		*slot_of(names, names->entries[i].cid) = i + 1;
	return true;
}

struct vsock_cid_names *vsock_cid_names_new(void)
{
	struct vsock_cid_names *names = calloc(1, sizeof(*names));

	if (names && !make_room(names, FIRST_ROOM)) {
		vsock_cid_names_free(names);
		return NULL;
	}
	return names;
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

/* A name must not look like a number or an option, or confuse a terminal or a filter. */
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

static enum vsock_cid_names_result append(struct vsock_cid_names *names, uint32_t cid)
{
	if (names->count == VSOCK_CID_NAMES_MAX)
		return VSOCK_CID_NAMES_FULL;
	if (names->count == names->room && !make_room(names, names->room * 2))
		return VSOCK_CID_NAMES_NO_MEMORY;
	names->entries[names->count++].cid = cid;
	*slot_of(names, cid) = names->count;
	return VSOCK_CID_NAMES_OK;
}

/* Sets *entry to that of the CID, which gets the name. */
static enum vsock_cid_names_result set_name(struct vsock_cid_names *names, uint32_t cid,
					    const char *name, struct entry **entry)
{
	enum vsock_cid_names_result result = VSOCK_CID_NAMES_OK;

	if (!good_name(name))
		return VSOCK_CID_NAMES_BAD_NAME;
	if (*slot_of(names, cid) == 0)
		result = append(names, cid);
	if (result != VSOCK_CID_NAMES_OK)
		return result;
	*entry = &names->entries[*slot_of(names, cid) - 1];
	(*entry)->order = names->named++;
	memcpy((*entry)->name, name, strlen(name) + 1);
	return VSOCK_CID_NAMES_OK;
}

enum vsock_cid_names_result vsock_cid_names_add(struct vsock_cid_names *names, uint64_t cid,
						const char *name)
{
	enum vsock_cid_names_result result;
	struct entry *entry;

	if (cid > UINT32_MAX)
		return good_name(name) ? VSOCK_CID_NAMES_BAD_CID : VSOCK_CID_NAMES_BAD_NAME;
	result = set_name(names, (uint32_t)cid, name, &entry);
	if (result != VSOCK_CID_NAMES_OK)
		return result;
	entry->found = false;
	memcpy(entry->shown, name, strlen(name) + 1);
	return VSOCK_CID_NAMES_OK;
}

enum vsock_cid_names_result vsock_cid_names_add_found(struct vsock_cid_names *names, uint32_t cid,
						      const char *name)
{
	const uint32_t slot = *slot_of(names, cid);
	enum vsock_cid_names_result result;
	struct entry *entry;

	if (!good_name(name))
		return VSOCK_CID_NAMES_BAD_NAME;
	if (vsock_cid_well_known(cid))
		return VSOCK_CID_NAMES_OK;
	if (slot > 0) {
		entry = &names->entries[slot - 1];
		if (entry->found && strcmp(entry->name, name) != 0)
			entry->name[0] = entry->shown[0] = '\0';
		return VSOCK_CID_NAMES_OK;
	}
	result = set_name(names, cid, name, &entry);
	if (result != VSOCK_CID_NAMES_OK)
		return result;
	entry->found = true;
	snprintf(entry->shown, sizeof(entry->shown), "%s(%lu)", name, (unsigned long)cid);
	return VSOCK_CID_NAMES_OK;
}

bool vsock_cid_names_next_found(const struct vsock_cid_names *names, uint32_t *index, uint32_t *cid,
				const char **name)
{
	for (; names && *index < names->count; ++*index) {
		const struct entry *entry = &names->entries[*index];

		if (!entry->found || !*entry->name)
			continue;
		*cid = entry->cid;
		*name = entry->name;
		++*index;
		return true;
	}
	return false;
}

bool vsock_cid_names_get(const struct vsock_cid_names *names, uint32_t index, uint32_t *cid,
			 const char **name)
{
	if (index >= names->count)
		return false;
	*cid = names->entries[index].cid;
	*name = names->entries[index].name;
	return true;
}

const char *vsock_cid_names_error(enum vsock_cid_names_result result)
{
	switch (result) {
	case VSOCK_CID_NAMES_OK:
		return "no error";
	case VSOCK_CID_NAMES_BAD_NAME:
		return "a name is 1 to 63 letters, digits, dots, hyphens or underscores, and not a "
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

static const struct entry *find_entry(const struct vsock_cid_names *names, uint64_t cid)
{
	uint32_t slot;

	if (!names || cid > UINT32_MAX)
		return NULL;
	slot = *slot_of(names, (uint32_t)cid);
	return slot > 0 ? &names->entries[slot - 1] : NULL;
}

const char *vsock_cid_name(const struct vsock_cid_names *names, uint64_t cid)
{
	const struct entry *entry = find_entry(names, cid);

	return entry && *entry->shown ? entry->shown : vsock_cid_well_known(cid);
}

const char *vsock_cid_plain_name(const struct vsock_cid_names *names, uint64_t cid)
{
	const struct entry *entry = find_entry(names, cid);

	return entry && *entry->name ? entry->name : vsock_cid_well_known(cid);
}

static const struct entry *find_name(const struct vsock_cid_names *names, const char *name,
				     bool found)
{
	const struct entry *first = NULL;

	for (uint32_t i = 0; names && i < names->count; i++) {
		const struct entry *e = &names->entries[i];

		if (e->found == found && strcmp(e->name, name) == 0 &&
		    (!first || e->order < first->order))
			first = e;
	}
	return first;
}

bool vsock_cid_by_name(const struct vsock_cid_names *names, const char *name, uint32_t *cid)
{
	const struct entry *entry = find_name(names, name, false);

	if (!entry && (vsock_cid_by_well_known_name(name, cid) || parse_number(name, cid)))
		return true;
	if (!entry)
		entry = find_name(names, name, true);
	if (entry)
		*cid = entry->cid;
	return entry;
}
