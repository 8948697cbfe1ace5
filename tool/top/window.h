/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --top on a terminal: the table in place, with keys. window.c says what keys do, and
 * window-draw.c draws.
 */
#ifndef VSOCKDUMP_TOP_WINDOW_H
#define VSOCKDUMP_TOP_WINDOW_H

#include <poll.h>
#include <stdbool.h>

#include "tool/mode/cause.h"
#include "tool/mode/session.h"
#include "tool/top/gather.h"

struct window;

/*
 * NULL if there is no screen. *reason then says why, or is NULL. Without memory, session->failure
 * is set. The window uses `top` and `causes` until it is closed.
 */
struct window *window_open(struct session *session, struct top *top, const struct causes *causes,
			   const char **reason);
/* Call it once `top` has begun. */
void window_join(struct window *window);

/* Gives the terminal back. `top` must not be used any more. */
void window_close(struct window *window);

/* While it is paused, no table is wanted. */
bool window_is_paused(const struct window *window);

void window_packet(struct window *window, const struct seen *seen);
void window_finding(struct window *window, const struct vsock_finding *finding);

/* The table is new. */
void window_show(struct window *window);

/* As those of struct mode. */
unsigned window_waits(const struct window *window, struct pollfd *waits);
void window_ready(struct window *window, const struct pollfd *waits, unsigned count);

#endif
