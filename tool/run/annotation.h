/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings as comments of a pcapng file, which Wireshark shows without knowing anything of vsock.
 * A comment is the finding's class, code and sentence.
 */
#ifndef VSOCKDUMP_RUN_ANNOTATION_H
#define VSOCKDUMP_RUN_ANNOTATION_H

#include <stdbool.h>

#include "core/finding.h"
#include "lib/capture-file/comments.h"
#include "tool/settings.h"

/*
 * `elsewhere`: the packet that gets the comment is not the one that proves the finding, so the
 * comment says which flow and packets it is about.
 */
void annotation_add(struct capture_comments *comments, const struct print_settings *settings,
		    const struct vsock_finding *finding, bool elsewhere);

#endif
