/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CAPTURES_CONVERSATION_H
#define TESTS_CAPTURES_CONVERSATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum side {
	CLIENT,
	SERVER,
};

/* One side of one connection, which goes through steps ("send=1000", "shut=w") in order. */
struct conversation {
	int socket;
	bool seqpacket;
	enum side side;
	uint32_t client_port, server_port;
	int send_flags;     /* MSG_ZEROCOPY or 0; zero at first */
	const char *folder; /* where what is received goes, or NULL */

	uint64_t sent, received;
	char sender;    /* whose pattern is received: 'c', 's', 0 as long as nothing is */
	bool ended;     /* the peer's end of data was read */
	FILE *bytes;    /* all that was received */
	FILE *messages; /* SEQPACKET: one line for each message */
};

/* What steps there are, for a help text. */
extern const char conversation_steps[];

/* Whether @step is one. */
bool conversation_step_is_valid(const char *step);

/*
 * Goes through @steps, up to a NULL. Then the socket is closed, if no step did.
 * Returns false when one failed; it was reported to stderr, the steps after it are left out.
 *
 * In the folder, CLIENTPORT-SERVERPORT.SIDE holds what this side received; SIDE is "client" or
 * "server". It gets that name when the end of data was read: as long as it may lack something, it
 * has ".part" at its end. For SEQPACKET there is also a file of its messages, with ".messages" at
 * its end, and a line "CLIENTPORT-SERVERPORT.SIDE LENGTH[ eor]" for each. A file with ".sent" at
 * its end has the number of bytes that this side sent.
 */
bool conversation_run(struct conversation *c, char *const *steps);

#endif
