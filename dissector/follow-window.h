/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tools, vsock, Follow Stream: what both sides of a stream said, in a window. */
#ifndef VSOCK_DISSECTOR_FOLLOW_WINDOW_H
#define VSOCK_DISSECTOR_FOLLOW_WINDOW_H

#include "dissector/wireshark.h"

#include "dissector/capture.h"

void follow_window_register(void);

/* The packet's details are shown: its stream is the one that a user most likely wants next. */
void follow_window_note(const struct frame_record *frame);

#endif
