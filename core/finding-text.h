/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings as sentences: what happened, who is concerned, and what to look at next. One row of
 * finding-text.c for each finding has a sentence on one flow and a sentence on many flows together.
 *
 * Both sentences are templates with one key of letters:
 *
 *	      of one flow                      of many flows
 *	%w    address of the side concerned    "the client" or "the server"
 *	%p    address of its peer              the other of the two
 *	%n    the amount                       the highest amount
 *	%t    the same, microseconds, as a time
 *	%x    the amount, hexadecimal
 *	%c %s address of client, of server
 *	%P    the server's port
 *	%T    the socket type
 *	%W    the CID of the side concerned
 *	%f                                     "3 connections from CID 3 to host:1024"
 *	%d                                     the device: "CID 3", or its name
 *	%o                                     " on 3 connections"; nothing without one
 *	%R                                     why the connection may have been refused
 *	%S                                     why nobody may have answered
 */
#ifndef VSOCK_CORE_FINDING_TEXT_H
#define VSOCK_CORE_FINDING_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/cid-names.h"
#include "core/finding.h"

/* Room that a text never exceeds, terminating null included. */
#define VSOCK_FINDING_TEXT_MAX 512
/*
 * The sentence on one flow. `names` may be NULL: then CIDs are numbers. Returns the length without
 * the terminating null.
 */
size_t vsock_finding_text(char text[static VSOCK_FINDING_TEXT_MAX],
			  const struct vsock_finding *finding, const struct vsock_cid_names *names,
			  int numbers);

/* Writes a sentence: called for its parts, from left to right. */
struct vsock_finding_writer {
	void (*text)(void *context, const char *text, size_t length);
	/* A letter of the key: the writer knows its meaning. */
	void (*field)(void *context, char letter);
	void *context;
};

/*
 * The sentence on many flows that have findings of this code and vsock_finding.detail in common.
 * The writer knows these flows, the core does not.
 */
void vsock_finding_write_many(const struct vsock_finding_writer *writer,
			      enum vsock_finding_code code, uint8_t detail);

#endif
