/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/golden/bare.h"

#define SRC   VSOCK_HINT_SRC_PORT_MADE_UP
#define DST   VSOCK_HINT_DST_PORT_MADE_UP
#define OLDER VSOCK_HINT_OLDER

/* Ports that were made up count from here. */
#define MADE_UP UINT32_C(0x40000000)

struct ends {
	uint32_t client_cid;
	uint32_t server_cid;
	uint32_t client_port;
	uint32_t server_port;
	unsigned made_up; /* SRC and DST, of a frame of the client */
};

/* Capitals are the client's. */
static const struct step {
	char letter;
	uint16_t monitor_op;
	uint32_t len;
} steps[] = {
    {'C', VSOCK_MONITOR_CONNECT, 0},    {'c', VSOCK_MONITOR_CONNECT, 0},
    {'D', VSOCK_MONITOR_PAYLOAD, 30},   {'d', VSOCK_MONITOR_PAYLOAD, 700},
    {'X', VSOCK_MONITOR_DISCONNECT, 0}, {'x', VSOCK_MONITOR_DISCONNECT, 0},
    {'K', VSOCK_MONITOR_CONTROL, 0},
};

static unsigned exchanged(unsigned hints)
{
	return (hints & SRC ? DST : 0) | (hints & DST ? SRC : 0);
}

static void add_step(struct capture *c, const struct ends *ends, const struct step *step,
		     unsigned hints)
{
	bool client = step->letter >= 'A' && step->letter <= 'Z';

	add(c, (struct frame){.addressed = true,
			      .src_cid = client ? ends->client_cid : ends->server_cid,
			      .dst_cid = client ? ends->server_cid : ends->client_cid,
			      .src_port = client ? ends->client_port : ends->server_port,
			      .dst_port = client ? ends->server_port : ends->client_port,
			      .foreign = true,
			      .transport = VSOCK_TRANSPORT_NO_INFO,
			      .monitor_op = step->monitor_op,
			      .len = step->len});
	capture_patch(c, VSOCK_MON_HINTS,
		      hints | (client ? ends->made_up : exchanged(ends->made_up)), 1);
}

/* A dot is a pause of a second. */
static void converse(struct capture *c, const struct ends *ends, const char *letters,
		     unsigned hints)
{
	for (; *letters; letters++) {
		if (*letters == '.')
			capture_wait(c, 1000000000);
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (steps[i].letter == *letters)
				add_step(c, ends, &steps[i], hints);
	}
}

/* From the host to a guest's port: the host's port is never known. */
static void to_guest(struct capture *c, uint32_t number, uint32_t port, const char *letters)
{
	const struct ends ends = {2, 3, MADE_UP + number, port, SRC};

	converse(c, &ends, letters, 0);
}

/* A virtio connection of the same addresses is another one. */
static void virtio(struct capture *c, uint16_t op, bool client)
{
	add(c, (struct frame){.addressed = true,
			      .src_cid = client ? 2 : 3,
			      .dst_cid = client ? 3 : 2,
			      .src_port = client ? MADE_UP : 1024,
			      .dst_port = client ? 1024 : MADE_UP,
			      .op = op,
			      .flags = op == VSOCK_OP_SHUTDOWN ? VSOCK_SHUTDOWN_BOTH : 0,
			      .buf_alloc = 262144});
}

void bare(struct capture *c)
{
	const struct ends from_guest = {3, 2, MADE_UP + 100, 5000, SRC};
	const struct ends older = {2, 3, MADE_UP + 101, MADE_UP + 102, SRC | DST};
	const struct ends older_too = {3, 2, MADE_UP + 103, 5000, SRC};
	const struct ends known = {4, 2, 1024, 5000, 0};
	const struct ends with_header = {4, 2, 1025, 5000, 0};
	const struct step payload = {'D', VSOCK_MONITOR_PAYLOAD, 9};

	to_guest(c, 0, 1024, "CDcdD"); /* the client sends before the server accepts */
	virtio(c, VSOCK_OP_REQUEST, true);
	virtio(c, VSOCK_OP_RESPONSE, false);
	to_guest(c, 0, 1024, "dXx");
	virtio(c, VSOCK_OP_SHUTDOWN, true);
	virtio(c, VSOCK_OP_RST, false);
	to_guest(c, 1, 1025, "Cx");        /* refused */
	to_guest(c, 2, 1025, "Cx");        /* refused again */
	to_guest(c, 3, 1024, "CDX");       /* given up */
	to_guest(c, 4, 1026, "C");         /* timed out: seconds follow */
	to_guest(c, 5, 1024, "C.c.dx");    /* slow, and half-closed at the end */
	to_guest(c, 6, 1024, "CDd");       /* data of the server shows that it accepted */
	to_guest(c, 7, 1024, "CDc.....D"); /* open at the end */
	converse(c, &from_guest, "CcDdDdxX", 0);
	converse(c, &older, "Dd", OLDER);
	converse(c, &older_too, "dDXx", OLDER);
	/* A server's CONNECT whose client's was not captured. */
	to_guest(c, 8, 1024, "cD");
	/* Ports that are known may be used again: after the end, or without one. */
	converse(c, &known, "CcXxCcDCc", 0);
	/* Bits that have no meaning are ignored. So are data after the end. */
	converse(c, &known, "xXD", 0xf8);
	/* No flow: neither CONTROL, nor a transport header of unknown form, nor an unknown op. */
	to_guest(c, 9, 1024, "K");
	add(c, (struct frame){.addressed = true,
			      .src_cid = with_header.client_cid,
			      .dst_cid = with_header.server_cid,
			      .src_port = with_header.client_port,
			      .dst_port = with_header.server_port,
			      .foreign = true,
			      .transport = VSOCK_TRANSPORT_NO_INFO,
			      .transport_len = 7,
			      .monitor_op = VSOCK_MONITOR_PAYLOAD,
			      .len = 5});
	capture_patch(c, VSOCK_MON_HINTS, SRC | DST, 1);
	/* The snapshot length cut the payload, so later bytes have their true places. */
	to_guest(c, 10, 1024, "Cc");
	add_step(c, &(struct ends){2, 3, MADE_UP + 10, 1024, SRC}, &payload, 0);
	capture_cut(c, VSOCK_MON_SIZE + 4);
	to_guest(c, 10, 1024, "D");
	/* A CID of more than 32 bits. */
	to_guest(c, 11, 1024, "C");
	capture_patch(c, VSOCK_MON_SRC_CID + 4, 7, 1);
	to_guest(c, 12, 1024, "C"); /* no time to time out */
}
