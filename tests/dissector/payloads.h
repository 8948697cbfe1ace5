/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The captures of make-payloads.c, one function for each. */
#ifndef TESTS_DISSECTOR_PAYLOADS_H
#define TESTS_DISSECTOR_PAYLOADS_H

#include "tests/dissector/talk.h"

void write_ttrpc(struct talk *t);
/* Messages that break the rules, and connections that are not ttRPC on its ports. */
void write_ttrpc_troubles(struct talk *t);

void write_gvproxy(struct talk *t);
/* More messages in one packet than Wireshark allows layers. */
void write_gvproxy_dense(struct talk *t);
void write_gvproxy_troubles(struct talk *t);

/* See payloads-messages.c. */
void write_varlink(struct talk *t);
void write_adb(struct talk *t);
void write_jsonrpc(struct talk *t);
void write_qga(struct talk *t);
void write_sd_notify(struct talk *t);

/* See payloads-dbus.c. */
void write_dbus(struct talk *t);

/* See payloads-streams.c. */
void write_streams(struct talk *t);
void write_endless(struct talk *t);

#endif
