/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a capture may see nothing, as far as a look at the loaded modules tells. */
#ifndef VSOCKDUMP_RUN_BLIND_SPOT_H
#define VSOCKDUMP_RUN_BLIND_SPOT_H

/*
 * A reason for "no packet seen: ..."; NULL if there is none to see. `root` is put in front of /sys:
 * "" for this system. Call it before the capture opens anything, which may load modules, and before
 * the sandbox.
 */
const char *blind_spot_read(const char *root);

#endif
