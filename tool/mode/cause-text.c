/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/cause-text.h"

#include "core/finding-text.h"
#include "core/names.h"
#include "tool/print/address.h"
#include "tool/print/timestamp.h"

/* The ports of a CID that are named at most. */
#define PORTS_SHOWN 8

struct sentence {
	struct output *out;
	const struct print_settings *settings;
	const struct causes *causes;
	const struct cause *cause;
};

/* "CID 3", or the name. */
static void put_cid(const struct sentence *s, uint32_t cid)
{
	if (s->settings->numbers || !vsock_cid_name(s->settings->names, cid))
		output_text(s->out, "CID ");
	address_print_cid(s->out, s->settings, cid);
}

static void put_count(const struct sentence *s, uint64_t count)
{
	output_u64(s->out, count);
	output_text(s->out, count == 1 ? " connection" : " connections");
}

/* What stands before item `i` of `count` in "a, b and c". */
static void put_separator(const struct sentence *s, uint32_t i, uint32_t count)
{
	if (i > 0)
		output_text(s->out, i + 1 == count ? " and " : ", ");
}

static void put_clients(const struct sentence *s)
{
	const struct cause *c = s->cause;
	uint32_t count = c->client_count + c->more_clients;

	for (uint32_t i = 0; i < c->client_count; i++) {
		put_separator(s, i, count);
		put_cid(s, c->clients[i]);
	}
	if (c->more_clients)
		output_text(s->out, " and others");
}

static void put_connections(const struct sentence *s)
{
	put_count(s, s->cause->connections);
	output_text(s->out, " from ");
	put_clients(s);
	output_text(s->out, " to ");
	address_print(s->out, s->settings, s->cause->cid, s->cause->port);
}

static void put_type(const struct sentence *s)
{
	const char *name = vsock_type_name(s->cause->type);

	output_text(s->out, name ? name : "such");
}

/* Which other ports of the server's CID answered. */
static void put_ports(const struct sentence *s)
{
	const struct endpoints *all = &s->causes->endpoints;
	const struct endpoint *first = endpoints_first(all, s->cause->cid);
	uint32_t count = 0;
	uint32_t shown;

	for (const struct endpoint *e = first;
	     e && e < all->sorted + all->count && e->cid == first->cid; e++)
		count++;
	if (count == 0) {
		output_text(s->out, "; no port of ");
		put_cid(s, s->cause->cid);
		output_text(s->out, " answered");
		return;
	}
	shown = count <= PORTS_SHOWN ? count : PORTS_SHOWN;
	output_text(s->out, "; ports of ");
	put_cid(s, s->cause->cid);
	output_text(s->out, " that answered: ");
	for (uint32_t i = 0; i < shown; i++) {
		output_text(s->out, i > 0 ? ", " : "");
		output_u64(s->out, first[i].port);
	}
	if (shown < count)
		output_printf(s->out, " and %u more", (unsigned)(count - shown));
}

/* An RST does not tell why; what else is known of the port may. */
static void put_refusal(const struct sentence *s)
{
	const struct cause *c = s->cause;
	const struct endpoint *same = endpoints_find(&s->causes->endpoints, c->cid, c->port);

	if (same && !(same->types & endpoint_type_bit(c->type))) {
		output_text(s->out, ": it has no ");
		put_type(s);
		output_text(s->out, " socket, but one of another type, which accepted");
	} else if (same) {
		output_text(s->out, ", though it accepted ");
		put_count(s, same->answers);
		output_text(s->out, ": its backlog was full, or nothing listened for a while");
	} else {
		output_text(s->out, ": nothing listens there, its backlog is full, or it has no ");
		put_type(s);
		output_text(s->out, " socket");
		put_ports(s);
	}
}

/* Each guest has its own device on the host: what it sent to other guests says nothing. */
static void put_silent_host(const struct sentence *s)
{
	const struct cause *c = s->cause;

	for (uint32_t i = 0; i < c->client_count; i++) {
		if (!causes_host_sent_to(s->causes, c->clients[i]))
			continue;
		output_text(s->out, "nothing answered on this port in time, though the host "
				    "sent packets to ");
		put_cid(s, c->clients[i]);
		output_text(s->out, ": the REQUEST or its answer was lost, or the host was too "
				    "busy; look at the log of the VMM");
		return;
	}
	output_text(s->out, "the host's device does not answer, or its answers do not reach the "
			    "guest; look at the log of the VMM, and see whether the host has "
			    "vhost_vsock");
}

static void put_silence(const struct sentence *s)
{
	if (s->cause->cid == VSOCK_CID_HOST) {
		put_silent_host(s);
		return;
	}
	if (endpoints_first(&s->causes->endpoints, s->cause->cid)) {
		put_cid(s, s->cause->cid);
		output_text(s->out, " answered at other times: see whether it was paused, "
				    "migrated or overloaded");
		return;
	}
	output_text(s->out, "see whether ");
	put_cid(s, s->cause->cid);
	output_text(s->out, " runs (paused, booting, hung) and its CID is right");
}

static void put_how_often(const struct sentence *s)
{
	if (s->cause->connections == 0)
		return;
	output_text(s->out, " on ");
	put_count(s, s->cause->connections);
}

static void put_field(void *context, char letter)
{
	const struct sentence *s = context;
	const struct cause *c = s->cause;
	bool client = c->about == VSOCK_CLIENT;

	switch (letter) {
	case 'f':
		put_connections(s);
		break;
	case 'w':
		output_text(s->out, client ? "the client" : "the server");
		break;
	case 'p':
		output_text(s->out, client ? "the server" : "the client");
		break;
	case 'd':
		put_cid(s, c->cid);
		break;
	case 'o':
		put_how_often(s);
		break;
	case 'n':
		output_u64(s->out, c->most);
		break;
	case 't':
		timestamp_say_duration(s->out, c->most * 1000);
		break;
	case 'R':
		put_refusal(s);
		break;
	case 'S':
		put_silence(s);
		break;
	default:
		break;
	}
}

static void put_text(void *context, const char *text, size_t length)
{
	const struct sentence *s = context;

	output_bytes(s->out, text, length);
}

void cause_text(struct output *out, const struct print_settings *settings,
		const struct causes *causes, const struct cause *cause)
{
	struct sentence s = {out, settings, causes, cause};
	struct vsock_finding_writer writer = {put_text, put_field, &s};

	vsock_finding_write_many(&writer, cause->code, cause->detail);
}
