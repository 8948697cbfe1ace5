/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What two sides say to each other, as lines of text. Each line begins with "> " or "< ", so no
 * payload looks like a line of vsockdump. A packet is not a line: a line continues in the next
 * packet, and ends early only if something else must be printed.
 */
#ifndef VSOCKDUMP_PRINT_STREAM_TEXT_H
#define VSOCKDUMP_PRINT_STREAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/flow.h"
#include "tool/print/color.h"
#include "tool/print/output.h"

/* All zero but `out` at the start. */
struct stream_text {
	struct output *out;
	bool open;            /* a line was begun ... */
	enum vsock_side side; /* ... by this side ... */
	bool cr;              /* ... and its last byte is a CR that has not been printed */
};

/* "> " of the client, "< " of the server. */
const char *stream_text_prefix(enum vsock_side side);
enum color stream_text_color(enum vsock_side side);

/*
 * Prints bytes. LF and CR LF end a line; tabs stay; output_escaped() escapes other bytes that are
 * not printable ASCII. Ends a line that the other side has begun.
 */
void stream_text_print(struct stream_text *text, enum vsock_side side, const uint8_t *bytes,
		       size_t length);

/* Ends the present line, if there is one. */
void stream_text_break(struct stream_text *text);

#endif
