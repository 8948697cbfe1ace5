/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings as sentences: what happened, who is concerned, and what to look at next. A row of
 * finding-text.c says what happened on one flow, the same on many flows, and what to look at in
 * both cases. So a cause has the same words wherever it is printed.
 *
 * All are templates with one key of letters:
 *
 *	      of one flow                      of many flows
 *	%w    address of the side concerned    "the client" or "the server"; a device: "CID 3"
 *	%p    address of its peer              the other one; of a device: "its peer"
 *	%n    the amount                       the highest amount
 *	%b    the same as bytes, "1 byte"
 *	%t    the same, microseconds, as a time
 *	%x    the amount, hexadecimal
 *	%m    vsock_finding.buffer as bytes
 *	%B    "This is a bug", or less sure
 *	%W    the machine of the side concerned: "CID 3", or its name
 *	%s    address of the server
 *	%c    address of the client
 *	%P    the server's port
 *	%T    the socket type
 *	%u                                     "up to " if there are several amounts
 *	%f                                     "3 connections from CID 3 to host:1024"
 *	%N                                     "3 connections from CID 3"
 *	%C                                     "3 connections"
 *	%o                                     " on 3 connections"; nothing without one
 *	%M                                     "64 to 16 bytes": amount and buffer of the first
 *	%R                                     " Nothing listens ...": why it may have been refused
 *	%S                                     " See whether ...": why nobody may have answered
 *	%q    " socat (pid 351)" if the        ", such as socat (pid 351),"
 *	      program of the side concerned
 *	      is known; otherwise nothing
 *	%r    the same of its peer
 *	%k    the same of the client
 *	%K    the program of the client, or "A program"
 *	%E    the amount, as the name of an errno
 */
#ifndef VSOCK_CORE_FINDING_TEXT_H
#define VSOCK_CORE_FINDING_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/cid-names.h"
#include "core/finding.h"

/* Room that a text never exceeds, terminating null included. */
#define VSOCK_FINDING_TEXT_MAX 768

#define VSOCK_FINDING_PROGRAM_MAX 96

#define VSOCK_FINDING_TAG_MAX 64

/* For a line that has little room: "refused", or "stall 3.00 s". */
void vsock_finding_tag(char tag[static VSOCK_FINDING_TAG_MAX], const struct vsock_finding *finding);

/*
 * The sentence on one flow. `names` may be NULL: then CIDs are numbers. Returns the length without
 * the terminating null.
 */
size_t vsock_finding_text(char text[static VSOCK_FINDING_TEXT_MAX],
			  const struct vsock_finding *finding, const struct vsock_cid_names *names,
			  int numbers);

/*
 * The same. `programs` has the programs of both sides, such as "socat (pid 351)", by enum
 * vsock_side; NULL for one that is not known. Each has less than VSOCK_FINDING_PROGRAM_MAX bytes.
 */
size_t vsock_finding_text_of(char text[static VSOCK_FINDING_TEXT_MAX],
			     const struct vsock_finding *finding,
			     const struct vsock_cid_names *names, int numbers,
			     const char *const programs[static 2]);

/* Writes a sentence: called for its parts, from left to right. */
struct vsock_finding_writer {
	void (*text)(void *context, const char *text, size_t length);
	/* A letter of the key: the writer knows its meaning. */
	void (*field)(void *context, char letter);
	void *context;
};

/* "This is a bug", or "This is most likely a bug" if that is not certain. */
const char *vsock_finding_bug_text(enum vsock_class severity);

/*
 * The sentence on many flows that have findings of this code and vsock_finding.detail in common.
 * The writer knows these flows, the core does not.
 */
void vsock_finding_write_many(const struct vsock_finding_writer *writer,
			      enum vsock_finding_code code, uint8_t detail);

#endif
