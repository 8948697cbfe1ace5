/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ids of this host and of its present boot. They are the same in each capture, but do not reveal
 * their source: machine-id(5) says that /etc/machine-id must not leave the machine, because other
 * programs derive keys from it. So each id is half of a SHA-256.
 */
#ifndef VSOCKDUMP_RUN_HOST_H
#define VSOCKDUMP_RUN_HOST_H

#include "lib/capture-file/origin.h"

/* Sets origin->host and origin->boot; empty if this system has no such id. Opens files. */
void host_identify(struct capture_origin *origin);

/* Makes the id from a text of 32 hexadecimal digits and dashes; empty for any other text. */
void host_hash(char id[static CAPTURE_ID_MAX], const char *purpose, const char *text);

#endif
