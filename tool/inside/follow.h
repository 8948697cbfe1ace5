/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A follower reads the messages of one protocol, and reports calls and first lines. Each is one
 * file, which ends with its row.
 */
#ifndef VSOCKDUMP_INSIDE_FOLLOW_H
#define VSOCKDUMP_INSIDE_FOLLOW_H

#include "tool/inside/tracker.h"

/* Bytes of one side that come with one packet. */
struct turn {
	struct inside *inside;
	struct connection *connection;
	const struct vsock_flow *flow;
	struct side *side;
	enum vsock_side who;
	bool answers; /* this side answers calls */
	uint64_t ts;
	uint64_t packet; /* also the stamp that readers get */
};

enum follow_result {
	FOLLOW_ON,
	FOLLOW_DONE,  /* nothing more is of interest */
	FOLLOW_WRONG, /* it is not the protocol, or no longer */
};

struct follower_row {
	bool stateless; /* each packet is read alone: nothing can be lost */
	/* Makes the reader of the turn's side. */
	void (*begin)(const struct turn *turn);
	enum follow_result (*read)(const struct turn *turn, const uint8_t *bytes, size_t length);
	/* Bytes that are not known. */
	enum follow_result (*skip)(const struct turn *turn, uint64_t length);
	/* After lost bytes: an answer to a known call begins with these bytes. */
	bool (*resumes)(const struct turn *turn, const uint8_t *bytes, size_t length);
	/* The flow ends: calls whose answer is complete with it end well. NULL: none does. */
	void (*flow_end)(const struct turn *turn);
	/* Frees what the reader has. May be NULL. */
	void (*release)(struct connection *connection, enum vsock_side side);
};

extern const struct follower_row follow_http1;
extern const struct follower_row follow_http2;
extern const struct follower_row follow_ttrpc;
extern const struct follower_row follow_json;  /* varlink, QMP and JSON-RPC */
extern const struct follower_row follow_hello; /* TLS, SSH and sd_notify */
extern const struct follower_row follow_dbus;

/* When the message began that has this stamp. Call keep_beginning() after each turn. */
uint64_t turn_began(const struct turn *turn, uint64_t stamp);
void turn_keep_beginning(const struct turn *turn, uint64_t stamp, bool idle);

/* A request begins. NULL if it is not followed. `name` may be NULL: it may come later. */
struct open_call *turn_call(const struct turn *turn, uint32_t id, enum call_protocol protocol,
			    const char *name);
void turn_name_call(const struct turn *turn, struct open_call *call, enum call_protocol protocol,
		    const char *name);

/* Another byte of the request. */
static inline void turn_asked(const struct turn *turn, struct open_call *call)
{
	if (!call->answered)
		call->asked_ts = turn->ts;
}

/* The first byte of the answer came at `ts`. */
void turn_answered(struct open_call *call, uint64_t ts);
/* The call is over, and was answered. */
void turn_end_call(const struct turn *turn, struct open_call *call, uint16_t status);
/* The call is over without an answer that the capture has. */
void turn_drop_call(const struct turn *turn, struct open_call *call);
/* An answer without a call. */
void turn_stray_answer(const struct turn *turn);

#endif
