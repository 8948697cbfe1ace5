/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Credit: how much of a side's data is in flight, and whether it may send more.
 *
 * Each packet except RST announces the size of its sender's receive buffer (buf_alloc), and how
 * many bytes the sender has consumed since the connection began (fwd_cnt, mod 2^32). A side may
 * have at most its peer's buf_alloc in flight. Since commit 8ee784fdf006 (January 2026) Linux also
 * limits itself to its own buf_alloc, so it may legally stall while its peer has credit left. A
 * sender that exceeds its own buf_alloc shows that its kernel does not do that.
 *
 * RSTs are ignored: if no socket sent them, both fields are 0, or garbage in Linux 6.3 to 6.6.
 */
#ifndef VSOCK_CORE_CREDIT_H
#define VSOCK_CORE_CREDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow-event.h"
#include "core/flow.h"
#include "core/packet.h"

/* Sets *window to the bytes that `sender` may have in flight. False if that is not known yet. */
bool vsock_credit_window(const struct vsock_flow *flow, enum vsock_side sender, uint32_t *window);

/*
 * The bytes that `sender` may still send, never below 0. False if the window is not known. If the
 * start was not captured, or packets were lost, it is the highest possible number.
 */
bool vsock_credit_free(const struct vsock_flow *flow, enum vsock_side sender, uint32_t *bytes);

/* Counts an RW of `sender` as in flight. Adds facts to the event. */
void vsock_credit_sent(struct vsock_flow_event *event, const struct vsock_packet *packet);

/* Takes buf_alloc and fwd_cnt of a packet of `sender` that is no RST. Adds facts to the event. */
void vsock_credit_heard(struct vsock_flow_event *event, const struct vsock_packet *packet);

#endif
