/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Credit: how much of a side's data is in flight, and whether it may send more.
 *
 * Each packet but RST tells its sender's receive buffer (buf_alloc) and how many bytes it has
 * consumed since the connection began (fwd_cnt, mod 2^32). A side may have at most its peer's
 * buf_alloc in flight; since 8ee784fdf006 (January 2026) Linux also caps itself at its own
 * buf_alloc, so that "stalled although the peer has credit left" is legal there. Which of the
 * two a sender does shows when it first exceeds its own.
 *
 * RSTs are ignored: without a socket behind them both fields are 0, or garbage in 6.3 to 6.6.
 */
#ifndef VSOCK_CORE_CREDIT_H
#define VSOCK_CORE_CREDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow-event.h"
#include "core/flow.h"
#include "core/packet.h"

/* What `sender` may have in flight: true and bytes in *window, false when nobody said yet. */
bool vsock_credit_window(const struct vsock_flow *flow, enum vsock_side sender, uint32_t *window);

/*
 * What `sender` may still send, never below 0; false when the window is not known. With a start
 * that was not captured, or with losses, it is the most that it can be.
 */
bool vsock_credit_free(const struct vsock_flow *flow, enum vsock_side sender, uint32_t *bytes);

/* An RW of `sender`, counted to its flight. Adds facts to the event. */
void vsock_credit_sent(struct vsock_flow_event *event, const struct vsock_packet *packet);

/* buf_alloc and fwd_cnt of any packet of `sender` but RST. Adds facts to the event. */
void vsock_credit_heard(struct vsock_flow_event *event, const struct vsock_packet *packet);

#endif
