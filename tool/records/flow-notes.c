/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/flow-notes.h"

#include <stdlib.h>

#define FIRST_SIZE UINT32_C(1024)

/* Numbers of flows ascend, so the lowest bits spread them well, and nobody can choose them. */
static uint32_t place_of(const struct flow_notes *notes, uint64_t key)
{
	return (uint32_t)key & (notes->size - 1);
}

static uint32_t next(const struct flow_notes *notes, uint32_t place)
{
	return (place + 1) & (notes->size - 1);
}

/* The place of the note, or the free place where it belongs. */
static uint32_t look_up(const struct flow_notes *notes, uint64_t key)
{
	uint32_t place = place_of(notes, key);

	while (notes->notes[place].flow && notes->notes[place].flow != key)
		place = next(notes, place);
	return place;
}

struct flow_note *flow_notes_find(const struct flow_notes *notes, uint64_t flow)
{
	struct flow_note *note;

	if (notes->count == 0)
		return NULL;
	note = &notes->notes[look_up(notes, flow + 1)];
	return note->flow ? note : NULL;
}

static bool grow(struct flow_notes *notes)
{
	struct flow_notes larger = {.size = notes->size ? 2 * notes->size : FIRST_SIZE,
				    .count = notes->count,
				    .dropped = notes->dropped};

	larger.notes = calloc(larger.size, sizeof(*larger.notes));
	if (!larger.notes)
		return false;
	for (uint32_t i = 0; i < notes->size; i++) {
		const struct flow_note *note = &notes->notes[i];

		if (note->flow)
			larger.notes[look_up(&larger, note->flow)] = *note;
	}
	free(notes->notes);
	*notes = larger;
	return true;
}

struct flow_note *flow_notes_add(struct flow_notes *notes, uint64_t flow)
{
	struct flow_note *note = flow_notes_find(notes, flow);

	if (note)
		return note;
	if (notes->count == FLOW_NOTES_MAX ||
	    (notes->count >= notes->size / 4 * 3 && !grow(notes))) {
		notes->dropped++;
		return NULL;
	}
	note = &notes->notes[look_up(notes, flow + 1)];
	note->flow = flow + 1;
	notes->count++;
	return note;
}

/* Later notes move up, so that no search ends early at the free place. */
static void close_gap(struct flow_notes *notes, uint32_t gap)
{
	for (uint32_t place = next(notes, gap); notes->notes[place].flow;
	     place = next(notes, place)) {
		uint32_t home = place_of(notes, notes->notes[place].flow);
		uint32_t from_home = (place - home) & (notes->size - 1);
		uint32_t from_gap = (place - gap) & (notes->size - 1);

		if (from_home < from_gap)
			continue;
		notes->notes[gap] = notes->notes[place];
		gap = place;
	}
	notes->notes[gap] = (struct flow_note){0};
}

void flow_notes_remove(struct flow_notes *notes, uint64_t flow)
{
	const struct flow_note *note = flow_notes_find(notes, flow);

	if (!note)
		return;
	notes->count--;
	close_gap(notes, (uint32_t)(note - notes->notes));
}

void flow_notes_free(struct flow_notes *notes)
{
	free(notes->notes);
	*notes = (struct flow_notes){0};
}
