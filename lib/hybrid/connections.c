/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hybrid/connections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/siphash.h"
#include "lib/hybrid/handshake.h"

/* The monitor header, from <linux/vsockmon.h>. */
#define OP_CONNECT    1
#define OP_DISCONNECT 2
#define OP_PAYLOAD    4
#define TRANSPORT     1 /* NO_INFO */
#define HOST_CID      2

/* No port of a program is so high: Linux counts from 1024 up, and others use small ones. */
#define MADE_UP_FIRST (UINT32_C(1) << 30)

/* Chains begin in so many places. */
#define CHAINS 16384
#define NOBODY UINT32_MAX

/* The kernel's own numbers for calls that a signal interrupted: connect() has not failed. */
#define KERNEL_ERROR_FIRST 512

enum state {
	UNUSED,
	ASKING,  /* the client has not asked for a port yet */
	WAITING, /* it has, and the VMM has not answered */
	OPEN,
	IGNORED, /* not understood: nothing is said about it any more */
};

enum side { CLIENT, SERVER };

struct connection {
	uint64_t number;
	enum state state;
	uint32_t next; /* in the chain */
	bool from_guest;
	bool old;
	bool closed[2];   /* the end is closed */
	bool finished[2]; /* the end sends no more */
	uint32_t cid;
	uint32_t port[2];
	bool made_up[2];
	struct hybrid_line line;
	struct process process[2];
};

struct hybrid_connections {
	const struct hybrid_targets *targets;
	struct vsock_siphash_key key;
	uint32_t next_port;
	uint32_t free_slot; /* the first of those that are UNUSED, or NOBODY */
	uint32_t next_out;  /* leaves when none is */
	struct hybrid_counters counters;
	const struct hybrid_output *output; /* during hybrid_connections_take() */
	uint64_t ts;
	uint32_t chains[CHAINS];
	struct connection slots[HYBRID_CONNECTIONS_MAX];
	uint8_t frame[HYBRID_HEADER_SIZE + HYBRID_PAYLOAD_MAX];
};

struct hybrid_connections *hybrid_connections_new(const struct hybrid_targets *targets)
{
	struct hybrid_connections *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	if (getrandom(&all->key, sizeof(all->key), 0) != sizeof(all->key)) {
		free(all);
		return NULL;
	}
	all->targets = targets;
	all->next_port = MADE_UP_FIRST;
	memset(all->chains, 0xff, sizeof(all->chains));
	for (uint32_t i = 0; i < HYBRID_CONNECTIONS_MAX; i++)
		all->slots[i].next = i + 1 < HYBRID_CONNECTIONS_MAX ? i + 1 : NOBODY;
	return all;
}

void hybrid_connections_free(struct hybrid_connections *all)
{
	free(all);
}

static uint32_t *chain_of(struct hybrid_connections *all, uint64_t number)
{
	return &all->chains[vsock_siphash(&all->key, &number, 1) % CHAINS];
}

static struct connection *find(struct hybrid_connections *all, uint64_t number)
{
	for (uint32_t i = *chain_of(all, number); i != NOBODY; i = all->slots[i].next)
		if (all->slots[i].number == number)
			return &all->slots[i];
	return NULL;
}

static void forget(struct hybrid_connections *all, struct connection *connection)
{
	const uint32_t number = (uint32_t)(connection - all->slots);
	uint32_t *place = chain_of(all, connection->number);

	while (*place != number)
		place = &all->slots[*place].next;
	*place = connection->next;
	*connection = (struct connection){.state = UNUSED, .next = all->free_slot};
	all->free_slot = number;
}

/*
 * The kernel follows as many connections as there are places. So if none is free, the ends of some
 * connections were lost, and the next one in turn leaves.
 */
static struct connection *take_slot(struct hybrid_connections *all, uint64_t number)
{
	struct connection *slot;

	if (all->free_slot == NOBODY)
		forget(all, &all->slots[all->next_out++ % HYBRID_CONNECTIONS_MAX]);
	slot = &all->slots[all->free_slot];
	all->free_slot = slot->next;
	*slot = (struct connection){.number = number, .next = *chain_of(all, number)};
	*chain_of(all, number) = (uint32_t)(slot - all->slots);
	return slot;
}

static void put(uint8_t *to, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static void write_header(uint8_t *frame, const struct connection *connection, enum side from,
			 uint16_t op)
{
	const enum side to = from == CLIENT ? SERVER : CLIENT;
	const bool guest_sends = connection->from_guest == (from == CLIENT);
	uint8_t flags = 0;

	if (connection->made_up[from])
		flags |= HYBRID_FLAG_SOURCE_MADE_UP;
	if (connection->made_up[to])
		flags |= HYBRID_FLAG_DESTINATION_MADE_UP;
	if (connection->old)
		flags |= HYBRID_FLAG_OLD;
	put(frame, guest_sends ? connection->cid : HOST_CID, 8);
	put(frame + 8, guest_sends ? HOST_CID : connection->cid, 8);
	put(frame + 16, connection->port[from], 4);
	put(frame + 20, connection->port[to], 4);
	put(frame + 24, op, 2);
	put(frame + 26, TRANSPORT, 2);
	put(frame + 28, 0, 2);
	put(frame + 30, flags, 1);
	put(frame + 31, 0, 1);
}

/* A frame with `count` bytes, of which the first `captured` are known. */
static void emit_bytes(struct hybrid_connections *all, const struct connection *connection,
		       enum side from, uint16_t op, const uint8_t *bytes, uint32_t captured,
		       uint32_t count)
{
	const struct hybrid_frame frame = {
	    .ts = all->ts,
	    .data = all->frame,
	    .captured = HYBRID_HEADER_SIZE + captured,
	    .on_wire = HYBRID_HEADER_SIZE + count,
	};

	write_header(all->frame, connection, from, op);
	if (captured > 0)
		memcpy(all->frame + HYBRID_HEADER_SIZE, bytes, captured);
	all->counters.frames++;
	all->output->frame(all->output->context, &frame);
}

static void emit(struct hybrid_connections *all, const struct connection *connection,
		 enum side from, uint16_t op)
{
	emit_bytes(all, connection, from, op, NULL, 0, 0);
}

static void report_ends(struct hybrid_connections *all, const struct connection *connection)
{
	const uint32_t guest = connection->cid;
	const struct hybrid_ends ends = {
	    .ts = all->ts,
	    .addresses = {.local_cid = connection->from_guest ? guest : HOST_CID,
			  .local_port = connection->port[CLIENT],
			  .remote_cid = connection->from_guest ? HOST_CID : guest,
			  .remote_port = connection->port[SERVER]},
	    .client = connection->process[CLIENT],
	    .server = connection->process[SERVER],
	    .old = connection->old,
	};

	all->output->ends(all->output->context, &ends);
}

static void make_up(struct hybrid_connections *all, struct connection *connection, enum side side)
{
	connection->port[side] = all->next_port++;
	connection->made_up[side] = true;
	/* After 3 billion connections. */
	if (all->next_port == UINT32_MAX)
		all->next_port = MADE_UP_FIRST;
}

static void ignore(struct hybrid_connections *all, struct connection *connection)
{
	connection->state = IGNORED;
	all->counters.not_understood++;
}

static void copy_process(struct process *process, uint32_t pid, const char *command)
{
	*process = (struct process){.pid = pid};
	memcpy(process->command, command, HYBRID_COMMAND_MAX);
	process->command[PROCESS_COMMAND_MAX - 1] = '\0';
}

_Static_assert(PROCESS_COMMAND_MAX == HYBRID_COMMAND_MAX, "a command is copied whole");

/* libkrun's VMMs name themselves. */
static bool is_libkrun(const struct process *process)
{
	static const char machine[] = "VM:", plain[] = "libkrun VM";

	return strncmp(process->command, machine, strlen(machine)) == 0 ||
	       strcmp(process->command, plain) == 0;
}

static bool is_from_guest(const struct hybrid_target *target, const struct hybrid_record *record,
			  const struct connection *connection)
{
	if (record->has_port)
		return true;
	return target->fixed && is_libkrun(&connection->process[CLIENT]);
}

/* Both ends and the ports that are known now. False if the record makes no sense. */
static bool describe(struct hybrid_connections *all, struct connection *connection,
		     const struct hybrid_record *record)
{
	const struct hybrid_target *target;

	if (record->target >= all->targets->count)
		return false;
	target = &all->targets->list[record->target];
	/* The socket of one port has none for other ports. */
	if (target->fixed && record->has_port)
		return false;
	copy_process(&connection->process[CLIENT], record->client_pid, record->client_command);
	copy_process(&connection->process[SERVER], record->server_pid, record->server_command);
	connection->from_guest = is_from_guest(target, record, connection);
	connection->cid = target->cid;
	make_up(all, connection, CLIENT);
	if (target->fixed)
		connection->port[SERVER] = target->port;
	else if (record->has_port)
		connection->port[SERVER] = record->port;
	else if (record->kind == HYBRID_RECORD_OLD)
		make_up(all, connection, SERVER);
	connection->state = ASKING;
	if (target->fixed || record->has_port || record->kind == HYBRID_RECORD_OLD)
		connection->state = OPEN;
	hybrid_line_begin(&connection->line, HYBRID_LINE_CONNECT);
	return true;
}

static void take_connect(struct hybrid_connections *all, const struct hybrid_record *record)
{
	struct connection *connection = find(all, record->connection);
	const bool old = record->kind == HYBRID_RECORD_OLD;

	/* Both ends may be found at the same time. */
	if (connection && old)
		return;
	if (connection)
		forget(all, connection);
	connection = take_slot(all, record->connection);
	connection->old = old;
	connection->state = IGNORED;
	if (!describe(all, connection, record) || connection->state != OPEN)
		return;
	report_ends(all, connection);
	if (old)
		return;
	emit(all, connection, CLIENT, OP_CONNECT);
	emit(all, connection, SERVER, OP_CONNECT);
}

/* The VMM did not reach a program that listens on PATH_PORT. */
static void take_failure(struct hybrid_connections *all, const struct hybrid_record *record)
{
	struct connection connection = {0};

	if (record->length == EISCONN || record->length == EALREADY ||
	    record->length >= KERNEL_ERROR_FIRST || !describe(all, &connection, record))
		return;
	report_ends(all, &connection);
	emit(all, &connection, CLIENT, OP_CONNECT);
	emit(all, &connection, SERVER, OP_DISCONNECT);
}

/* After a complete line of this side. */
static void answer_line(struct hybrid_connections *all, struct connection *connection)
{
	if (connection->line.state == HYBRID_LINE_BAD) {
		ignore(all, connection);
		return;
	}
	if (connection->line.kind == HYBRID_LINE_OK) {
		connection->state = OPEN;
		emit(all, connection, SERVER, OP_CONNECT);
		return;
	}
	connection->port[SERVER] = connection->line.port;
	connection->state = WAITING;
	hybrid_line_begin(&connection->line, HYBRID_LINE_OK);
	report_ends(all, connection);
	emit(all, connection, CLIENT, OP_CONNECT);
}

/* Bytes of the stream, or of the handshake. `count` bytes were sent, and `captured` are known. */
static void take_bytes(struct hybrid_connections *all, struct connection *connection,
		       enum side from, const uint8_t *bytes, uint32_t captured, uint32_t count)
{
	const enum side speaker = connection->state == ASKING ? CLIENT : SERVER;

	if (connection->state == ASKING || connection->state == WAITING) {
		/* A VMM that sends before it was asked speaks another language. */
		if (from != speaker && connection->state == ASKING) {
			ignore(all, connection);
			return;
		}
		if (from == speaker) {
			const uint32_t taken =
			    (uint32_t)hybrid_line_take(&connection->line, bytes, captured);

			/* Without bytes there may be no memory to point into. */
			if (taken > 0)
				bytes += taken;
			captured -= taken;
			count -= taken;
			if (captured < count && captured == 0)
				hybrid_line_lose(&connection->line);
			if (connection->line.state != HYBRID_LINE_PART)
				answer_line(all, connection);
		}
	}
	if (count > 0 && (connection->state == OPEN || connection->state == WAITING) &&
	    !connection->finished[from])
		emit_bytes(all, connection, from, OP_PAYLOAD, bytes, captured, count);
}

/* A side sends no more. Without an answer, this is a refusal if the client still waits for one. */
static void finish(struct hybrid_connections *all, struct connection *connection, enum side side)
{
	const bool asked = connection->state == WAITING || connection->state == OPEN;
	const bool too_late = connection->state == WAITING && side == SERVER &&
			      (connection->closed[CLIENT] || connection->line.length > 0);

	if (asked && !connection->finished[side] && !too_late)
		emit(all, connection, side, OP_DISCONNECT);
	connection->finished[side] = true;
}

static void take_end(struct hybrid_connections *all, struct connection *connection, enum side side,
		     bool closed)
{
	finish(all, connection, side);
	connection->closed[side] |= closed;
	if (!closed)
		return;
	/* It ended in the middle of a line. */
	if ((connection->state == ASKING || connection->state == WAITING) &&
	    connection->line.length > 0)
		ignore(all, connection);
	if (connection->closed[CLIENT] && connection->closed[SERVER])
		forget(all, connection);
}

void hybrid_connections_take(struct hybrid_connections *all, const struct hybrid_record *record,
			     const uint8_t *bytes, uint64_t ts, const struct hybrid_output *output)
{
	const enum side side = record->by_server ? SERVER : CLIENT;
	struct connection *connection;

	all->output = output;
	all->ts = ts;
	if (record->kind == HYBRID_RECORD_CONNECT || record->kind == HYBRID_RECORD_OLD) {
		take_connect(all, record);
		return;
	}
	if (record->kind == HYBRID_RECORD_FAILED) {
		take_failure(all, record);
		return;
	}
	connection = find(all, record->connection);
	if (!connection)
		all->counters.unknown++;
	else if (record->kind == HYBRID_RECORD_DATA)
		take_bytes(all, connection, side, bytes, record->captured, record->length);
	else
		take_end(all, connection, side, record->kind == HYBRID_RECORD_CLOSE);
}

struct hybrid_counters hybrid_connections_counters(const struct hybrid_connections *all)
{
	return all->counters;
}
