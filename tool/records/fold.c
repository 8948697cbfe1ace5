/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/fold.h"

#include <string.h>

uint32_t fold_find(const struct fold_key *key)
{
	const uint32_t words[] = {key->client_cid, key->server_cid, key->server_port, key->what};
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = (hash ^ words[i]) * 16777619u ^ hash >> 15;
	return (hash ^ hash >> 16) % FOLD_PLACES;
}

static bool is_same(const struct fold_place *place, const struct fold_key *key, uint64_t second)
{
	return place->second == second && memcmp(&place->key, key, sizeof(*key)) == 0;
}

bool fold_due(const struct fold *fold, uint32_t place, const struct fold_key *key, uint64_t second)
{
	return fold->places[place].folded > 0 && !is_same(&fold->places[place], key, second);
}

uint32_t fold_take(struct fold *fold, uint32_t place)
{
	uint32_t folded = fold->places[place].folded;

	fold->places[place].folded = 0;
	return folded;
}

bool fold_add(struct fold *fold, uint32_t place, const struct fold_key *key, uint64_t second)
{
	struct fold_place *at = &fold->places[place];

	if (!is_same(at, key, second))
		*at = (struct fold_place){.key = *key, .second = second};
	if (at->count++ < FOLD_EACH)
		return true;
	at->folded++;
	return false;
}
