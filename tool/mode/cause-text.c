/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/cause-text.h"

#include "core/finding-text.h"
#include "core/names.h"
#include "tool/print/address.h"
#include "tool/print/process-name.h"
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

static void put_bytes(const struct sentence *s, uint64_t bytes)
{
	output_u64(s->out, bytes);
	output_text(s->out, bytes == 1 ? " byte" : " bytes");
}

/* What is before item `i` of `count` in "a, b and c". */
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

static void put_server(const struct sentence *s)
{
	address_print_marked(s->out, s->settings, s->cause->cid, s->cause->port,
			     s->cause->example.made_up & 2);
}

static void put_connections(const struct sentence *s)
{
	put_count(s, s->cause->connections);
	output_text(s->out, " from ");
	put_clients(s);
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
		output_text(s->out, " No port of ");
		put_cid(s, s->cause->cid);
		output_text(s->out, " answered.");
		return;
	}
	shown = count <= PORTS_SHOWN ? count : PORTS_SHOWN;
	output_text(s->out, " Ports of ");
	put_cid(s, s->cause->cid);
	output_text(s->out, " that answered: ");
	for (uint32_t i = 0; i < shown; i++) {
		output_text(s->out, i > 0 ? ", " : "");
		output_u64(s->out, first[i].port);
	}
	if (shown < count)
		output_printf(s->out, " and %u more", (unsigned)(count - shown));
	output_char(s->out, '.');
}

/* An RST gives no reason. What else is known of the port may suggest one. */
static void put_refusal(const struct sentence *s)
{
	const struct cause *c = s->cause;
	const struct endpoint *same = endpoints_find(&s->causes->endpoints, c->cid, c->port);

	if (same && !(same->types & endpoint_type_bit(c->type))) {
		output_text(s->out, " It has no ");
		put_type(s);
		output_text(s->out, " socket, but a socket of another type accepted connections.");
	} else if (same) {
		output_text(s->out, " It accepted ");
		put_count(s, same->answers);
		output_text(s->out, " at other times. Most likely its backlog was full, or nothing "
				    "listened for a while.");
	} else if (c->detail == VSOCK_REFUSED_BARE) {
		output_text(s->out, " Most likely nothing listens on port ");
		output_u64(s->out, c->port);
		output_char(s->out, '.');
		put_ports(s);
	} else {
		output_text(s->out, " Most likely no ");
		put_type(s);
		output_text(s->out, " socket listens on port ");
		output_u64(s->out, c->port);
		output_text(s->out, ", or its backlog is full.");
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
		output_text(s->out, " The host sent other packets to ");
		put_cid(s, c->clients[i]);
		output_text(s->out, ": it was too busy, or the REQUEST or its answer was lost. "
				    "Look at the log of the VMM.");
		return;
	}
	output_text(s->out, " Look at the log of the VMM, and see whether the host has "
			    "vhost_vsock.");
}

static void put_silence(const struct sentence *s)
{
	if (s->cause->cid == VSOCK_CID_HOST) {
		put_silent_host(s);
		return;
	}
	if (endpoints_first(&s->causes->endpoints, s->cause->cid)) {
		output_char(s->out, ' ');
		put_cid(s, s->cause->cid);
		output_text(s->out, " answered at other times. See whether it was paused, "
				    "migrated, or overloaded.");
		return;
	}
	output_text(s->out, " See whether that guest runs (it may be paused, hung, or booting) and "
			    "whether its CID is right.");
}

/* The side concerned, or its peer. A cause is about a device, or about a server's clients. */
static void put_side(const struct sentence *s, bool peer)
{
	const struct cause *c = s->cause;
	enum vsock_scope device = peer ? VSOCK_SCOPE_PEER_DEVICE : VSOCK_SCOPE_DEVICE;

	if (c->scope == device)
		put_cid(s, c->cid);
	else if (c->scope != VSOCK_SCOPE_SERVICE)
		output_text(s->out, "its peer");
	else if ((c->about == VSOCK_CLIENT) != peer)
		output_text(s->out, "the client");
	else
		output_text(s->out, "the server");
}

/* Of the first finding: others may have other numbers. */
static void put_sizes(const struct sentence *s)
{
	output_u64(s->out, s->cause->example.amount);
	output_text(s->out, " to ");
	put_bytes(s, s->cause->example.buffer);
}

static void put_how_often(const struct sentence *s)
{
	if (s->cause->connections == 0)
		return;
	output_text(s->out, " on ");
	put_count(s, s->cause->connections);
}

/* Of the first finding: the others may be of other processes. */
static void put_program(const struct sentence *s, enum vsock_side side)
{
	const struct process_entry *entry =
	    process_of_finding(s->settings, &s->cause->example, side);

	if (!entry)
		return;
	output_text(s->out, ", such as ");
	process_print(s->out, entry);
	output_char(s->out, ',');
}

static enum vsock_side side_about(const struct sentence *s)
{
	return s->cause->example.about ? VSOCK_SERVER : VSOCK_CLIENT;
}

static void put_field(void *context, char letter)
{
	const struct sentence *s = context;
	const struct cause *c = s->cause;

	switch (letter) {
	case 'f':
		put_connections(s);
		output_text(s->out, " to ");
		put_server(s);
		break;
	case 'N':
		put_connections(s);
		break;
	case 'C':
		put_count(s, c->connections);
		break;
	case 's':
		put_server(s);
		break;
	case 'w':
		put_side(s, false);
		break;
	case 'p':
		put_side(s, true);
		break;
	case 'W':
		put_cid(s, c->cid);
		break;
	case 'o':
		put_how_often(s);
		break;
	case 'n':
		output_u64(s->out, c->most);
		break;
	case 'b':
		put_bytes(s, c->most);
		break;
	case 't':
		timestamp_say_duration(s->out, c->most * 1000);
		break;
	case 'u':
		output_text(s->out, c->count > 1 ? "up to " : "");
		break;
	case 'B':
		output_text(s->out, vsock_finding_bug_text(c->severity));
		break;
	case 'M':
		put_sizes(s);
		break;
	case 'R':
		put_refusal(s);
		break;
	case 'S':
		put_silence(s);
		break;
	case 'q':
		put_program(s, side_about(s));
		break;
	case 'r':
		put_program(s, vsock_peer(side_about(s)));
		break;
	case 'k':
	case 'K':
		put_program(s, VSOCK_CLIENT);
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

/* What is known of other connections explains these two. */
static bool needs_context(enum vsock_finding_code code)
{
	return code == VSOCK_FINDING_REFUSED || code == VSOCK_FINDING_CONNECT_TIMEOUT;
}

/* The same sentence as below the packet, with the addresses. */
static void put_only_finding(const struct sentence *s)
{
	struct vsock_finding finding = s->cause->example;
	char text[VSOCK_FINDING_TEXT_MAX];
	size_t length;

	finding.amount = s->cause->most;
	length = process_finding_text(text, s->settings, &finding);
	output_bytes(s->out, text, length);
}

void cause_text(struct output *out, const struct print_settings *settings,
		const struct causes *causes, const struct cause *cause)
{
	struct sentence s = {out, settings, causes, cause};
	struct vsock_finding_writer writer = {put_text, put_field, &s};

	if (cause->count == 1 && !needs_context(cause->code))
		put_only_finding(&s);
	else
		vsock_finding_write_many(&writer, cause->code, cause->detail);
}

void cause_text_flows(struct output *out, const struct cause *cause)
{
	unsigned shown = cause_flow_count(cause);

	output_text(out, cause->connections == 1 ? "flow " : "flows ");
	for (unsigned i = 0; i < shown; i++) {
		output_text(out, i > 0 ? ", " : "");
		output_u64(out, cause->flows[i]);
	}
	if (cause->connections > shown) {
		output_text(out, " and ");
		output_u64(out, cause->connections - shown);
		output_text(out, " more");
	}
}
