/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings as comments of a pcapng file. Wireshark shows them even without a vsock plugin. A
 * comment is the finding's class, code and sentence.
 */
#ifndef VSOCKDUMP_RUN_ANNOTATION_H
#define VSOCKDUMP_RUN_ANNOTATION_H

#include <stdbool.h>

#include "core/finding.h"
#include "lib/capture-file/comments.h"
#include "tool/settings.h"

/* `elsewhere`: another packet proves the finding, so the comment names the flow and the packets. */
void annotation_add(struct capture_comments *comments, const struct print_settings *settings,
		    const struct vsock_finding *finding, bool elsewhere);

#endif
