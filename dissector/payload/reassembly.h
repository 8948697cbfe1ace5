/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joins bytes of several packets. */
#ifndef VSOCK_DISSECTOR_PAYLOAD_REASSEMBLY_H
#define VSOCK_DISSECTOR_PAYLOAD_REASSEMBLY_H

#include "dissector/wireshark.h"

#include "dissector/payload/stream.h"

/* The most bytes that are joined, because their end may never come. */
#define REASSEMBLY_MAX (UINT32_C(16) << 20)

/* A target that is never reached: the dissector needs all bytes up to the end. */
#define REASSEMBLY_NEVER UINT32_MAX

/* Appends bytes of `frame`. The caller checks the limit. */
void reassembly_add(struct payload_pending *pending, const uint8_t *bytes, uint32_t length,
		    struct frame_record *frame);

/* How many of `length` bytes to append before the dissector is asked again. */
uint32_t reassembly_share(const struct payload_pending *pending, uint32_t length);

/* Whether it is time to ask. */
bool reassembly_due(const struct payload_pending *pending);

/* The dissector needs more: a number of bytes, or one of DESEGMENT_. */
void reassembly_want(struct payload_pending *pending, uint32_t more);

/*
 * Gives the bytes to `pdu`, which ends in `frame`. The last `rest` of them begin another PDU, and
 * wait for more.
 */
void reassembly_finish(struct payload_pending *pending, struct payload_pdu *pdu, uint32_t rest,
		       uint32_t frame);

#endif
