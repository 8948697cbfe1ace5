/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * First lines of messages, for people: what is asked, and how it was answered. They never have the
 * value of a header, a query, or a part of a body. Text from the stream is escaped and cut.
 */
#ifndef VSOCKDUMP_INSIDE_FIRST_LINE_H
#define VSOCKDUMP_INSIDE_FIRST_LINE_H

#include "tool/inside/tracker.h"

/* Characters of one piece of text that are shown. */
#define FIRST_LINE_PIECE 100

/* Begins the line of the next message. NULL: nobody wants it, or the packet has one already. */
struct output *first_line_begin(struct inside *inside);

/* A piece of text, escaped, and cut with "..." at its end. */
void first_line_text(struct output *out, const char *text, size_t length);
/* The same for a path: what follows a "?" is not shown. */
void first_line_path(struct output *out, const char *path, size_t length);

#endif
