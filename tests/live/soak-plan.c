/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans differ in how a connection ends, and in the side that knows how many bytes it carried:
 *
 * - A side that ends as planned, even with SIGKILL, knows what it sent. Its steps count what send()
 *   accepted, and it dies between two of them.
 * - A side that is killed from outside may be inside of send(). Then its peer knows the number,
 *   since it receives until the end of data. That peer has the step "end".
 *
 * Sizes are small, since the machine is emulated and the test is about the flow table, not the
 * disk. A plan that needs several packets or a full buffer names the size.
 */
#include "tests/live/soak-plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Letters: A and B are amounts, E is the size of a call, T a time in milliseconds. */
static const struct soak_plan plans[] = {
    {"echo", SOAK_STREAM, false, SOAK_NO_VICTIM, 20, "send=A:E shut=w end", "echo"},
    {"both-ways", SOAK_STREAM, false, SOAK_NO_VICTIM, 8, "send=A:E shut=w end",
     "send=B:E shut=w end"},
    {"half-close-client", SOAK_STREAM, false, SOAK_NO_VICTIM, 8, "send=A:E shut=w end",
     "end sleep=T send=B:E"},
    {"half-close-server", SOAK_STREAM, false, SOAK_NO_VICTIM, 8, "end sleep=T send=A:E",
     "send=B:E shut=w end"},
    {"shutdown-both", SOAK_STREAM, false, SOAK_NO_VICTIM, 4, "send=A:E shut=rw", "end"},
    {"idle", SOAK_STREAM, false, SOAK_NO_VICTIM, 4, "send=A:E sleep=T send=10", "end"},
    {"nothing-sent", SOAK_STREAM, false, SOAK_NO_VICTIM, 4, "sleep=T", "end"},
    {"stalled", SOAK_SMALL, false, SOAK_NO_VICTIM, 4, "send=30000:E", "sleep=T end"},
    {"forced", SOAK_STREAM, false, SOAK_NO_VICTIM, 1, "send=A:E", "sleep=9000 end"},
    {"unread-by-server", SOAK_STREAM, false, SOAK_NO_VICTIM, 6, "send=A:E end",
     "receive=1 sleep=T close"},
    {"unread-by-client", SOAK_STREAM, false, SOAK_NO_VICTIM, 6, "receive=1 sleep=T close",
     "send=B:E end"},
    {"client-dies", SOAK_STREAM, false, SOAK_NO_VICTIM, 6, "send=A:E die", "end"},
    {"server-dies", SOAK_STREAM, false, SOAK_NO_VICTIM, 6, "send=A:E end", "receive=1 die"},
    {"client-killed", SOAK_STREAM, false, SOAK_KILL_CLIENT, 4, "send=1000000:E", "end"},
    {"server-killed", SOAK_STREAM, false, SOAK_KILL_SERVER, 4, "end", "send=1000000:E"},
    {"waiting-killed", SOAK_STREAM, false, SOAK_KILL_CLIENT, 4, "send=A:E end", "end sleep=20"},
    {"stalled-killed", SOAK_SMALL, false, SOAK_KILL_CLIENT, 4, "send=1000000:E", "sleep=T end"},
    {"backlog", SOAK_SLOW, false, SOAK_NO_VICTIM, 4, "send=A:E shut=w end", "end"},
    {"refused", SOAK_NOBODY, false, SOAK_NO_VICTIM, 8, "send=1", ""},
    {"messages", SOAK_SEQPACKET, true, SOAK_NO_VICTIM, 8, "send=A:E record=100 shut=w end",
     "end send=B:E"},
    {"message-large", SOAK_SEQPACKET, true, SOAK_NO_VICTIM, 2, "send=150000:150000 shut=w end",
     "end"},
    {"message-unread", SOAK_SEQPACKET, true, SOAK_NO_VICTIM, 4, "send=A:E end",
     "receive=1 sleep=T close"},
    {"message-dies", SOAK_SEQPACKET, true, SOAK_NO_VICTIM, 4, "send=A:E die", "end"},
    {"message-killed", SOAK_SEQPACKET, true, SOAK_KILL_SERVER, 4, "end", "send=1000000:E"},
    {"message-refused", SOAK_STREAM, true, SOAK_NO_VICTIM, 4, "send=1", ""},
};

#define PLANS (sizeof(plans) / sizeof(plans[0]))

uint32_t soak_server_port(enum soak_listener listener)
{
	return 6000 + (uint32_t)listener;
}

/* The finaliser of splitmix64. */
uint32_t soak_random(uint32_t connection, char what, uint32_t limit)
{
	uint64_t x = ((uint64_t)connection << 8 | (unsigned char)what) + 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	x ^= x >> 31;
	return (uint32_t)(x % limit);
}

const struct soak_plan *soak_plan_of(uint32_t connection)
{
	unsigned all = 0;
	uint32_t drawn;
	size_t i;

	for (i = 0; i < PLANS; i++)
		all += plans[i].weight;
	drawn = soak_random(connection, 'p', all);
	for (i = 0; drawn >= plans[i].weight; i++)
		drawn -= plans[i].weight;
	return &plans[i];
}

/* Most are small, some fill several packets. */
static uint32_t amount(uint32_t connection, char letter)
{
	static const uint32_t limits[] = {500, 500, 500, 8000, 8000, 40000};
	uint32_t limit = limits[soak_random(connection, (char)(letter + 1), 6)];

	return 1 + soak_random(connection, letter, limit);
}

static uint32_t number_for(uint32_t connection, char letter)
{
	switch (letter) {
	case 'E':
		return 500 + soak_random(connection, letter, 8000);
	case 'T':
		return soak_random(connection, letter, 500);
	default:
		return amount(connection, letter);
	}
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

void soak_steps_of(struct soak_steps *steps, uint32_t connection, enum side side)
{
	const struct soak_plan *plan = soak_plan_of(connection);
	char *rest = steps->text;
	size_t at = 0, count = 0;

	for (const char *c = side == CLIENT ? plan->client : plan->server; *c; c++) {
		if (at + 12 > SOAK_STEPS_TEXT)
			abort();
		if (is_letter(*c))
			at += (size_t)sprintf(steps->text + at, "%u", number_for(connection, *c));
		else
			steps->text[at++] = *c;
	}
	steps->text[at] = 0;
	for (char *step; count < SOAK_STEPS && (step = strtok_r(rest, " ", &rest));)
		steps->steps[count++] = step;
	steps->steps[count] = NULL;
}
