/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures with known payload, so the output can be compared with it. */
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
 * A file that is sent from 3:1024 to host:22 and split on its way, as each kind of kernel captures
 * that: whole, and with missing parts. The file is written to DIRECTORY/sent. The comments of
 * streams.c and the test `exported-files` say which of its bytes each capture cannot show.
 */
void write_streams(const char *directory);

#endif
