/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures whose payload matters: what was sent is known, so what is shown can be compared. */
#ifndef TESTS_GOLDEN_STREAMS_H
#define TESTS_GOLDEN_STREAMS_H

#include "tests/golden/capture.h"

/* A conversation of lines, and one of messages. */
void talk(struct capture *c);

/*
 * A small packet that was split, captured in each of two ways, from its start and from its middle.
 */
void splits(struct capture *c);

/*
 * A file sent from 3:1024 to host:22 and split on its way, as each kind of kernel captures that,
 * whole and with parts missing. The file goes to DIRECTORY/sent, and what of it each capture
 * cannot show is in the comments of streams.c and in the test `exported-files`.
 */
void write_streams(const char *directory);

#endif
