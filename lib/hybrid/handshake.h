/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The handshake of hybrid vsock, a line from each side. The client of a VMM's UNIX socket asks for
 * a port of the guest: "CONNECT 1234\n". The VMM answers "OK 1073741824\n", or closes without a
 * word. Only then may it send what the guest sends. The client need not wait for the answer.
 *
 * VMMs differ in what they accept. Letters may be capital or small (Alioth wants capitals). Blanks
 * around the number do no harm. OpenVMM also takes a GUID whose first eight digits are the port.
 * The number after OK is the host's port in Firecracker, Cloud Hypervisor, Dragonball and Alioth,
 * and the asked port again in vhost-device-vsock. So this parser wants a number and forgets it.
 *
 * The bytes are those of strangers. The parser allocates nothing and keeps at most one line.
 */
#ifndef VSOCK_LIB_HYBRID_HANDSHAKE_H
#define VSOCK_LIB_HYBRID_HANDSHAKE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of a line, with its newline. A request with a GUID has 45. */
#define HYBRID_LINE_MAX 64

enum hybrid_line_kind {
	HYBRID_LINE_CONNECT, /* of the client */
	HYBRID_LINE_OK,      /* of the VMM */
};

enum hybrid_line_state {
	HYBRID_LINE_PART, /* its newline has not come */
	HYBRID_LINE_GOOD,
	HYBRID_LINE_BAD, /* it is no such line; final */
};

struct hybrid_line {
	enum hybrid_line_kind kind;
	enum hybrid_line_state state;
	uint32_t port; /* of a good line */
	size_t length;
	char text[HYBRID_LINE_MAX];
};

/* Begins a line of which nothing was seen. */
void hybrid_line_begin(struct hybrid_line *line, enum hybrid_line_kind kind);

/*
 * Takes the next bytes of this side, and returns how many of them belong to the line. The others
 * follow it. Takes nothing when the line is complete or bad.
 */
size_t hybrid_line_take(struct hybrid_line *line, const uint8_t *bytes, size_t count);

/* Bytes of this side are not known. A line that is not complete is bad. */
void hybrid_line_lose(struct hybrid_line *line);

#endif
