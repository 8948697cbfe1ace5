/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's settings under Preferences, Protocols, vsock. */
#ifndef VSOCK_DISSECTOR_PREFERENCES_H
#define VSOCK_DISSECTOR_PREFERENCES_H

#include "dissector/wireshark.h"

struct preferences {
	wireshark_bool analysis;         /* follow streams: all that needs more than one packet */
	wireshark_bool verdicts;         /* findings as expert items */
	wireshark_bool reassemble;       /* pass whole messages to subdissectors */
	wireshark_bool cid_names;        /* show names in place of CIDs */
	wireshark_bool heuristics_first; /* ask heuristics before the table of ports */
	const char *names;               /* "3=web,4=db" */
	guint host_cid;                  /* a further CID that is the host's; 2: none */
	const char *kernel;              /* that captured: "6.12.43"; empty: not known */
};

/* The present ones. */
const struct preferences *preferences(void);

/* `changed` is called after they were set, and once at the start. */
void preferences_register(int protocol, void (*changed)(void));

#endif
