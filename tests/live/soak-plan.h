/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each connection of the soak test does. Both sides derive it from the client's port, so that
 * they need not exchange it.
 */
#ifndef TESTS_LIVE_SOAK_PLAN_H
#define TESTS_LIVE_SOAK_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/captures/make/conversation.h"

/* The client's port of connection 0. */
#define SOAK_FIRST_PORT 100000u

/* The kinds of listeners. */
enum soak_listener {
	SOAK_STREAM,
	SOAK_SEQPACKET,
	SOAK_SMALL,  /* STREAM, with a buffer of 8 KiB */
	SOAK_SLOW,   /* STREAM, with a short backlog, and slow to accept */
	SOAK_NOBODY, /* no listener */
	SOAK_LISTENERS
};

/* The side that is killed from outside, while it sends or waits. */
enum soak_victim {
	SOAK_NO_VICTIM,
	SOAK_KILL_CLIENT,
	SOAK_KILL_SERVER,
};

struct soak_plan {
	const char *name;
	enum soak_listener listener;
	bool seqpacket; /* the client's socket */
	enum soak_victim victim;
	unsigned weight;
	const char *client; /* steps of a conversation, with letters for numbers */
	const char *server;
};

#define SOAK_STEPS      16
#define SOAK_STEPS_TEXT 256

/* Steps as conversation_run() takes them. */
struct soak_steps {
	char text[SOAK_STEPS_TEXT];
	char *steps[SOAK_STEPS + 1];
};

uint32_t soak_server_port(enum soak_listener listener);

/* The plan of a connection, always the same for a number. */
const struct soak_plan *soak_plan_of(uint32_t connection);

/* The steps of one side of it. */
void soak_steps_of(struct soak_steps *steps, uint32_t connection, enum side side);

/* A number that looks random, from 0 to below @limit; always the same for the same @what. */
uint32_t soak_random(uint32_t connection, char what, uint32_t limit);

#endif
