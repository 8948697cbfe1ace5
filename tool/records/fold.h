/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client that dials in vain in a loop would make a record for each try. So of equal events only
 * the first FOLD_EACH of a second have their own record. The others of that second have one
 * together, with their number.
 *
 * Bounded: events are equal if they have the same place in a small table and the same key. An
 * event with another key takes the place, and then both are folded less.
 */
#ifndef VSOCKDUMP_RECORDS_FOLD_H
#define VSOCKDUMP_RECORDS_FOLD_H

#include <stdbool.h>
#include <stdint.h>

/* Records of equal events in a second, before they are folded. */
#define FOLD_EACH 10
/* Kinds of events at a time. */
#define FOLD_PLACES 256

struct fold_key {
	uint32_t client_cid;
	uint32_t server_cid;
	uint32_t server_port;
	uint32_t what;
};

struct fold_place {
	struct fold_key key;
	uint64_t second; /* of the present events */
	uint32_t count;  /* of them */
	uint32_t folded; /* of these, without a record */
};

/* All zeros: no events. */
struct fold {
	struct fold_place places[FOLD_PLACES];
};

/* Where events with this key are. */
uint32_t fold_find(const struct fold_key *key);

/* Whether the events at this place are over, and some of them have no record yet. */
bool fold_due(const struct fold *fold, uint32_t place, const struct fold_key *key, uint64_t second);

/* Takes the events that have no record; returns their number. */
uint32_t fold_take(struct fold *fold, uint32_t place);

/* Another event. True: it gets a record. First ask fold_due(). */
bool fold_add(struct fold *fold, uint32_t place, const struct fold_key *key, uint64_t second);

#endif
